import type { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { ImportedModel, ImportedModelProps } from '../../../lib/index';
import { addModel } from '../../support/constructs';
import {
  ENV,
  newStack,
  policyDocuments,
  resourcesOf,
  statementsAllowing,
  type Statement,
} from '../../support/templates';

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const add = (props?: Partial<ImportedModelProps>, id?: string): ImportedModel => addModel(stack, props, id);

const allowing = (action: string): Statement[] => statementsAllowing(stack, action);
const network = (): ec2.IVpc => new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });

describe('the model function', () => {
  test('passes the import roles on, to Bedrock only', () => {
    const models = [add({}, 'A'), add({}, 'B')];
    const statements = allowing('iam:PassRole');
    expect(statements.flatMap(({ Resource }) => Resource)).toEqual(
      models.map(({ role }) => stack.resolve(role.roleArn) as unknown),
    );
    for (const { Condition } of statements) {
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } });
    }
  });

  test('has no statement on everything but for actions without a resource type', () => {
    add({ vpc: network() });
    const actions = policyDocuments(stack)
      .flatMap(({ Statement }) => Statement)
      .filter(({ Resource }) => [Resource].flat().includes('*'))
      .flatMap(({ Action }) => Action)
      .filter((action) => !action.startsWith('ec2:Describe'));
    expect([...new Set(actions)].sort()).toEqual([
      'bedrock:CreateModelImportJob',
      'bedrock:ListImportedModels',
      'bedrock:ListModelImportJobs',
    ]);
  });

  test('has one policy for models under one key', () => {
    const kmsKey = new kms.Key(stack, 'Key');
    add({ kmsKey }, 'A');
    add({ kmsKey }, 'B');
    const policies = Object.keys(resourcesOf(stack)).filter((id) => id.includes('ModelKeyPolicy'));
    expect(policies).toHaveLength(1);
  });
});
