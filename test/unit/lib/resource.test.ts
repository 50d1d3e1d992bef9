import type { Stack } from 'aws-cdk-lib';
import { CfnResource, RemovalPolicy, Resource, type IResource } from 'aws-cdk-lib';
import type { IModel } from 'aws-cdk-lib/aws-bedrock';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ImportedModel, ModelImportJobWaiter, ModelSource, type IImportedModel } from '../../../lib/index';
import { JOB_ARN } from '../../support/job';
import { MODEL_TYPE, WAITER_TYPE } from '../../support/resource-types';
import { ENV, newStack, resourcesOf } from '../../support/templates';

const MODEL_ARN = 'arn:aws:bedrock:us-west-2:222233334444:imported-model/abc123def456';
const REMOTE_JOB_ARN = JOB_ARN.replace('us-east-1', 'us-west-2');

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const MODELS: [string, (scope: Stack) => IImportedModel][] = [
  ['a waiter', (scope) => new ModelImportJobWaiter(scope, 'Model', { jobIdentifier: REMOTE_JOB_ARN })],
  [
    'a model of its own',
    (scope) => new ImportedModel(scope, 'Model', { source: ModelSource.fromS3Uri('s3://weights/llama/') }),
  ],
  ['a reference', (scope) => ImportedModel.fromImportedModelArn(scope, 'Model', MODEL_ARN)],
];

test.each(MODELS)('%s is a resource of the CDK, and a model of its own library', (_, newModel) => {
  const model: IImportedModel & IResource & IModel = newModel(stack);
  expect(Resource.isResource(model)).toBe(true);
  expect(model.stack).toBe(stack);
  expect(model.modelArn).toBe(model.importedModelArn);
});

test.each([
  ['a waiter', 0, { region: 'us-west-2', account: '123456789012' }],
  ['a model of its own', 1, ENV],
  ['a reference', 2, { region: 'us-west-2', account: '222233334444' }],
])('the environment of %s is that of the model', (_, index, env) => {
  expect(MODELS[index][1](stack).env).toEqual(env);
});

test('the environment of a waiter is where a name is looked up', () => {
  const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::222233334444:role/reader');
  const waiter = new ModelImportJobWaiter(stack, 'Model', {
    jobIdentifier: 'job',
    region: 'us-west-2',
    assumedRole: role,
  });
  expect(waiter.env).toEqual({ region: 'us-west-2', account: '222233334444' });
});

test.each([
  ['a waiter', 0, WAITER_TYPE],
  ['a model of its own', 1, MODEL_TYPE],
])('%s has a default child, whose logical ID can be kept', (_, index, type) => {
  const child = MODELS[index][1](stack).node.defaultChild as CfnResource;
  expect(CfnResource.isCfnResource(child)).toBe(true);
  child.overrideLogicalId('KeptId');
  expect(resourcesOf(stack).KeptId).toMatchObject({ Type: type });
});

test('a chain of waits has its last link as its default child', () => {
  const child = MODELS[0][1](stack).node.defaultChild as CfnResource;
  expect(stack.resolve(child.ref)).toEqual({ Ref: expect.stringMatching(/^Model[0-9A-F]+$/) as string });
});

test('what a model that is made elsewhere comes to cannot be said here', () => {
  const model = ImportedModel.fromImportedModelArn(stack, 'Model', MODEL_ARN);
  expect(() => model.applyRemovalPolicy(RemovalPolicy.RETAIN)).toThrow(/Cannot apply RemovalPolicy/);
});

describe('a model that is renamed or moved', () => {
  const source = ModelSource.fromS3Uri('s3://weights/llama/');
  const resourceOf = (scope: Stack): unknown =>
    Object.entries(resourcesOf(scope))
      .filter(([, { Type }]) => Type === MODEL_TYPE)
      .map(([id, { Properties }]) => [id, Properties]);

  test('stays the same to CloudFormation under its logical ID', () => {
    const before = newStack({}, ENV);
    const role = iam.Role.fromRoleName(before, 'Role', 'import');
    const old = new ImportedModel(before, 'Llama', { source, role });
    const id = before.resolve((old.node.defaultChild as CfnResource).logicalId) as string;

    const moved = new ImportedModel(stack, 'Chat', {
      source,
      role: iam.Role.fromRoleName(stack, 'Role', 'import'),
    });
    (moved.node.defaultChild as CfnResource).overrideLogicalId(id);
    expect(resourceOf(stack)).toEqual(resourceOf(before));
  });
});
