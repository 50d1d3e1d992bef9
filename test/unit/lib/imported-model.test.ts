import { Duration, Lazy, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { ImportedModel, ImportedModelProps } from '../../../lib/index';
import { addModel, addWaiter } from '../../support/constructs';
import { MODEL_TYPE, WAITER_TYPE } from '../../support/resource-types';
import {
  ENV,
  newStack,
  resourcesOf,
  resourcesOfType,
  statementsAllowing,
  type Statement,
} from '../../support/templates';

const WAITED = [
  'jobArn',
  'jobName',
  'importedModelName',
  'importedModelArn',
  'roleArn',
  'modelDataSourceS3Uri',
  'status',
  'creationTime',
  'lastModifiedTime',
  'endTime',
  'vpcSubnetIds',
  'vpcSecurityGroupIds',
  'importedModelKmsKeyArn',
];

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const add = (props?: Partial<ImportedModelProps>, id?: string): ImportedModel => addModel(stack, props, id);

const properties = (): Record<string, unknown> => resourcesOfType(stack, MODEL_TYPE)[0].Properties;
const definition = (): Record<string, unknown> => properties().definition as Record<string, unknown>;
const allowing = (action: string): Statement[] => statementsAllowing(stack, action);
const network = (): ec2.IVpc => new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });

describe('resources', () => {
  test('the first model takes 16, each further one 4', () => {
    add();
    expect(Object.keys(resourcesOf(stack))).toHaveLength(16);

    const two = newStack({}, ENV);
    addModel(two, {}, 'A');
    addModel(two, {}, 'B');
    expect(Object.keys(resourcesOf(two))).toHaveLength(20);
  });

  test('a stack that only waits has no function that imports models', () => {
    addWaiter(stack);
    expect(allowing('bedrock:CreateModelImportJob')).toEqual([]);
    expect(resourcesOfType(stack, 'AWS::Lambda::Function')).toHaveLength(1);
    expect(resourcesOfType(stack, 'AWS::DynamoDB::Table')).toEqual([]);
  });

  test('the model waits for its permissions, in order to be deleted before them', () => {
    add();
    const { DependsOn = [] } = resourcesOfType(stack, MODEL_TYPE)[0];
    const policies = Object.entries(resourcesOf(stack)).filter(([, { Type }]) => Type === 'AWS::IAM::Policy');
    expect([...DependsOn].sort()).toEqual(policies.map(([id]) => id).sort());
  });
});

describe('definition', () => {
  test('holds the source and the role by default', () => {
    add();
    expect(definition()).toEqual({
      s3Uri: 's3://weights/models/llama/',
      roleArn: { 'Fn::GetAtt': [expect.stringContaining('ImportRole'), 'Arn'] },
    });
  });

  test('holds name, key and triggers', () => {
    const kmsKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/1');
    add({ importedModelName: 'llama_3', kmsKey, triggers: { version: '3' } });
    expect(definition()).toMatchObject({
      importedModelName: 'llama_3',
      kmsKeyArn: kmsKey.keyArn,
      triggers: { version: '3' },
    });
  });

  test('holds the subnets of a VPC, and a new security group', () => {
    add({ vpc: network() });
    expect(definition().subnetIds).toHaveLength(2);
    expect(definition().securityGroupIds).toEqual([{ 'Fn::GetAtt': [expect.any(String), 'GroupId'] }]);
  });

  test('holds the subnets and security groups that are chosen', () => {
    add({
      vpc: network(),
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
    });
    expect(definition().subnetIds).toEqual(
      [1, 2].map((index) => ({ Ref: expect.stringContaining(`PublicSubnet${index}`) as string })),
    );
    expect(definition().securityGroupIds).toEqual(['sg-1']);
  });

  test.each([
    ['importedModelName', 'two--hyphens'],
    ['importedModelName', ''],
  ])("'%s' cannot be '%s'", (prop, value) => {
    expect(() => add({ [prop]: value })).toThrow(`'${prop}' must be 1 to 63 letters`);
  });

  test('names can be tokens', () => {
    add({
      jobNamePrefix: Lazy.string({ produce: () => 'late' }),
      importedModelName: Lazy.string({ produce: () => 'l' }),
    });
    expect(definition()).toMatchObject({ importedModelName: 'l' });
    expect(properties()).toMatchObject({ jobNamePrefix: 'late' });
  });

  test('the prefix of job names is no part of what defines the model', () => {
    add({ jobNamePrefix: 'team.search+' });
    expect(properties()).toMatchObject({ jobNamePrefix: 'team.search+' });
    expect(definition()).not.toHaveProperty('jobNamePrefix');
  });

  test.each(['', 'job_1', 'j'.repeat(38)])("'jobNamePrefix' cannot be '%s'", (jobNamePrefix) => {
    expect(() => add({ jobNamePrefix })).toThrow("'jobNamePrefix' must be 1 to 37 letters");
  });

  test.each([
    [{ vpcSubnets: {} }, "'vpcSubnets' can only be used with 'vpc'"],
    [{ securityGroups: [] }, "'securityGroups' can only be used with 'vpc'"],
  ])('%j needs a VPC', (props, message) => {
    expect(() => add(props)).toThrow(message);
  });

  test('a VPC needs a subnet and a security group', () => {
    const vpc = network();
    const none = vpc.selectSubnets({ availabilityZones: ['us-east-1z'] });
    expect(() => add({ vpc, vpcSubnets: { subnets: none.subnets } })).toThrow('got: 0');
    expect(() => add({ vpc, securityGroups: [] }, 'B')).toThrow(
      "'securityGroups' must hold 1 to 5 security groups, got: 0",
    );
  });

  test('a key must not be an alias of one', () => {
    const alias = kms.Alias.fromAliasName(stack, 'Alias', 'alias/models');
    expect(() => add({ kmsKey: alias })).toThrow("'kmsKey' must be a key, not an alias of one");
  });

  test('a key must be symmetric, and of the same Region', () => {
    const asymmetric = new kms.Key(stack, 'Key', { keySpec: kms.KeySpec.RSA_2048 });
    const foreign = kms.Key.fromKeyArn(stack, 'Foreign', 'arn:aws:kms:eu-central-1:123456789012:key/1');
    expect(() => add({ kmsKey: asymmetric })).toThrow("'kmsKey' must be a symmetric key");
    expect(() => add({ kmsKey: foreign }, 'B')).toThrow('Region us-east-1, got: eu-central-1');
  });
});

describe('waiting', () => {
  test('waits for the job with the same options', () => {
    add({ timeout: Duration.hours(2), pollInterval: Duration.seconds(30) });
    expect(properties()).toMatchObject({ startTimeoutSeconds: 3300, pollIntervalSeconds: 30 });
    const links = resourcesOfType(stack, WAITER_TYPE);
    expect(links).toHaveLength(3);
    expect(links[0].Properties).toMatchObject({
      pollIntervalSeconds: 30,
      jobIdentifier: { 'Fn::GetAtt': [expect.any(String), 'jobArn'] },
    });
  });

  test('a short timeout bounds the start too, but not the deletion', () => {
    add({ timeout: Duration.minutes(5) });
    expect(properties()).toMatchObject({
      startTimeoutSeconds: 300,
      deadlineSeconds: 3300,
      ServiceTimeout: '3600',
    });
  });

  test.each([
    { timeout: Duration.seconds(9) },
    { timeout: Duration.hours(25) },
    { pollInterval: Duration.seconds(4) },
    { pollInterval: Duration.minutes(6) },
  ])('refuses %j', (props) => {
    expect(() => add(props)).toThrow(/must be \d+ seconds to/);
  });

  test('every attribute of the waiter comes from the wait', () => {
    const model = add();
    const attributes = (construct: object): Record<string, unknown> =>
      Object.fromEntries(
        WAITED.map((name) => [name, stack.resolve((construct as Record<string, unknown>)[name])]),
      );
    expect(attributes(model)).toEqual(attributes(model.node.findChild('Waiter')));
  });

  test('without it the start tells what is known, and the rest throws', () => {
    const model = add({ waitForCompletion: false });
    expect(resourcesOfType(stack, WAITER_TYPE)).toEqual([]);
    expect(stack.resolve([model.jobArn, model.jobName, model.importedModelName])).toEqual(
      ['jobArn', 'jobName', 'importedModelName'].map((name) => ({
        'Fn::GetAtt': [expect.any(String), name],
      })),
    );
    expect(model.modelDataSourceS3Uri).toBe('s3://weights/models/llama/');
    expect([model.vpcSubnetIds, model.vpcSecurityGroupIds]).toEqual([[''], ['']]);
    for (const read of [
      () => model.importedModelArn,
      () => model.status,
      () => model.endTime,
      () => model.creationTime,
      () => model.lastModifiedTime,
      () => model.importedModelKmsKeyArn,
    ]) {
      expect(read).toThrow(
        /' of Stack\/Llama is known after the import only, and 'waitForCompletion' is false/,
      );
    }
  });

  test('without it the subnets and security groups are those that the job is started with', () => {
    const model = add({ vpc: network(), waitForCompletion: false });
    const { subnetIds, securityGroupIds } = definition();
    expect(subnetIds).toHaveLength(2);
    expect(securityGroupIds).toHaveLength(1);
    expect(stack.resolve(model.vpcSubnetIds)).toEqual(subnetIds);
    expect(stack.resolve(model.vpcSecurityGroupIds)).toEqual(securityGroupIds);
  });
});

test('roles that others make stand in for all of them', () => {
  const names = {
    'BedrockModelImportProvider/WaiterRole': 'import-waiter',
    'BedrockModelImportProvider/ModelRole': 'import-model',
    'BedrockModelImportProvider/StateMachine/Role': 'import-states',
    'Llama/ImportRole': 'import-weights',
  };
  iam.Role.customizeRoles(stack, {
    usePrecreatedRoles: Object.fromEntries(
      Object.entries(names).map(([path, name]) => [`${stack.node.path}/${path}`, name]),
    ),
  });
  add();
  const types = Object.values(resourcesOf(stack)).map(({ Type }) => Type);
  expect(types.filter((type) => type.startsWith('AWS::IAM::'))).toEqual([]);
  const template = JSON.stringify(Template.fromStack(stack).toJSON());
  Object.values(names).forEach((name) => expect(template).toContain(`:role/${name}`));
});

test('grants and metrics are those of every imported model', () => {
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const model = add();
  model.grantInvoke(role);
  expect(allowing('bedrock:InvokeModel')[0].Resource).toEqual(stack.resolve(model.importedModelArn));
  expect(model.metricInvocations().dimensions).toEqual({ ModelId: model.importedModelArn });
});

test('there is nothing to warn about', () => {
  add();
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
});
