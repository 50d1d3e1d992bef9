import {
  Duration,
  Lazy,
  MissingRemovalPolicies,
  RemovalPolicies,
  RemovalPolicy,
  type CfnResource,
  type Stack,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { ImportedModel} from '../../lib/index';
import { ModelSource, type ImportedModelProps } from '../../lib/index';
import { addModel, addWaiter } from '../support/constructs';
import { MODEL_TYPE, WAITER_TYPE } from '../support/resource-types';
import {
  ENV,
  newStack,
  policyDocuments,
  resourcesOf,
  resourcesOfType,
  statementsAllowing,
  type Statement,
} from '../support/templates';

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
  test('the first model takes 18, each further one 4', () => {
    add();
    expect(Object.keys(resourcesOf(stack))).toHaveLength(18);

    const two = newStack({}, ENV);
    addModel(two, {}, 'A');
    addModel(two, {}, 'B');
    expect(Object.keys(resourcesOf(two))).toHaveLength(22);
  });

  test('a stack that only waits has no function that imports models', () => {
    addWaiter(stack);
    expect(allowing('bedrock:CreateModelImportJob')).toEqual([]);
    expect(resourcesOfType(stack, 'AWS::Lambda::Function')).toHaveLength(2);
  });

  test('the model waits for its permissions, in order to be deleted before them', () => {
    add();
    const { DependsOn = [] } = resourcesOfType(stack, MODEL_TYPE)[0];
    const policies = Object.entries(resourcesOf(stack)).filter(([, { Type }]) => Type === 'AWS::IAM::Policy');
    const ofPolling = /PollPolicy/;
    expect([...DependsOn].sort()).toEqual(
      policies
        .map(([id]) => id)
        .filter((id) => !ofPolling.test(id))
        .sort(),
    );
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
    expect(() => add({ vpc, securityGroups: [] }, 'B')).toThrow("'securityGroups' must be 1 to 5, got: 0");
  });

  test('a key must not be an alias of one', () => {
    const alias = kms.Alias.fromAliasName(stack, 'Alias', 'alias/models');
    expect(() => add({ kmsKey: alias })).toThrow("'kmsKey' must be a key, not an alias of one");
  });

  test('an import waits for the endpoints of its VPC', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc');
    vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    add({ vpc });
    const [endpoint] = Object.keys(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint'));
    expect(resourcesOfType(stack, MODEL_TYPE)[0].DependsOn).toContain(endpoint);
  });

  test('a key must be symmetric, and of the same Region', () => {
    const asymmetric = new kms.Key(stack, 'Key', { keySpec: kms.KeySpec.RSA_2048 });
    const foreign = kms.Key.fromKeyArn(stack, 'Foreign', 'arn:aws:kms:eu-central-1:123456789012:key/1');
    expect(() => add({ kmsKey: asymmetric })).toThrow("'kmsKey' must be a symmetric key");
    expect(() => add({ kmsKey: foreign }, 'B')).toThrow('Region us-east-1, got: eu-central-1');
  });
});

describe('sources', () => {
  test('a bucket and a prefix', () => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'weights');
    expect(ModelSource.s3(bucket, 'models/llama/').uri).toBe('s3://weights/models/llama/');
  });

  test('a URI must be well formed', () => {
    expect(() => ModelSource.s3Uri('s3://weights//x')).toThrow(
      "'uri' must be a URI of at most 1024 characters like s3://bucket/prefix/, got: 's3://weights//x'",
    );
  });

  test('a prefix cannot start with a slash', () => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'weights');
    expect(() => ModelSource.s3(bucket, '/models')).toThrow("'prefix' must be a path like models/llama/");
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
      deleteTimeoutSeconds: 3300,
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

describe('several models of a stack', () => {
  const dependencies = (): string[][] =>
    resourcesOfType(stack, MODEL_TYPE).map(({ DependsOn }) => DependsOn as string[]);
  const idsOf = (type: string): string[] => Object.keys(Template.fromStack(stack).findResources(type));

  test('are imported one after another', () => {
    add({}, 'First');
    add({}, 'Second');
    const [first, second] = dependencies();
    const [firstWaiter, secondWaiter] = idsOf(WAITER_TYPE);
    expect(second).toContain(firstWaiter);
    expect(first).not.toContain(secondWaiter);
  });

  test('start one after another when the deployment does not wait', () => {
    add({ waitForCompletion: false }, 'First');
    add({ waitForCompletion: false }, 'Second');
    expect(dependencies()[1]).toContain(idsOf(MODEL_TYPE)[0]);
  });
});

describe('removal', () => {
  const policies = (): unknown[] => {
    const { DeletionPolicy, UpdateReplacePolicy, Properties } = resourcesOfType(
      stack,
      MODEL_TYPE,
    )[0] as object as Record<string, Record<string, unknown>>;
    return [DeletionPolicy, UpdateReplacePolicy, Properties.deletionPolicy];
  };

  test('deletes the model by default, as CloudFormation does without a policy', () => {
    add();
    expect(policies()).toEqual([undefined, undefined, 'Delete']);
  });

  test.each<[string, string, (model: ImportedModel) => void]>([
    ['the prop', 'Retain', () => undefined],
    ['the method of every resource', 'Retain', (model) => model.applyRemovalPolicy(RemovalPolicy.RETAIN)],
    ['an aspect for missing policies', 'Retain', () => MissingRemovalPolicies.of(stack).retain()],
    ['an aspect for all policies', 'Retain', () => RemovalPolicies.of(stack).retain()],
    [
      'an aspect that keeps what came to be',
      'RetainExceptOnCreate',
      () => RemovalPolicies.of(stack).retainOnUpdateOrDelete(),
    ],
    [
      'an override',
      'Retain',
      (model) => {
        const resource = model.node.defaultChild as CfnResource;
        resource.addOverride('DeletionPolicy', 'Retain');
        resource.addOverride('UpdateReplacePolicy', 'Retain');
      },
    ],
  ])('%s says what the functions are told', (by, policy, apply) => {
    apply(add({ removalPolicy: by === 'the prop' ? RemovalPolicy.RETAIN : undefined }));
    expect(policies()).toEqual([policy, policy === 'Retain' ? 'Retain' : expect.anything(), policy]);
  });

  test('an aspect for missing policies leaves one that is given', () => {
    add({ removalPolicy: RemovalPolicy.DESTROY });
    MissingRemovalPolicies.of(stack).retain();
    expect(policies()).toEqual(['Delete', 'Delete', 'Delete']);
  });

  test('there are no snapshots', () => {
    expect(() => add({ removalPolicy: RemovalPolicy.SNAPSHOT })).toThrow('cannot be SNAPSHOT');
  });
});

describe('the import role', () => {
  test('is trusted to Bedrock for jobs of this account only', () => {
    add();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Principal: { Service: 'bedrock.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': '123456789012' },
              ArnEquals: { 'aws:SourceArn': Match.anyValue() },
            },
          },
        ],
      },
    });
  });

  test('reads the prefix only', () => {
    add();
    const [read] = allowing('s3:GetObject');
    const [list] = allowing('s3:ListBucket');
    expect(JSON.stringify(read.Resource)).toContain(':s3:::weights/models/llama/*');
    expect(read.Condition).toEqual({ StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } });
    expect(list.Condition).toMatchObject({
      StringLike: { 's3:prefix': ['models/llama', 'models/llama/*'] },
    });
  });

  test('reads a source whose URI is a token', () => {
    const uri = Lazy.string({ produce: () => 's3://weights/models/' });
    add({ source: ModelSource.s3Uri(uri) });
    expect(JSON.stringify(allowing('s3:GetObject')[0].Resource)).toContain('s3://weights/models/');
  });

  test("decrypts with the bucket's key", () => {
    const encryptionKey = new kms.Key(stack, 'Key');
    const bucket = new s3.Bucket(stack, 'Bucket', { encryptionKey });
    add({ source: ModelSource.s3(bucket, 'models/'), preflight: false });
    expect(allowing('kms:Decrypt')).toEqual([
      { Action: 'kms:Decrypt', Effect: 'Allow', Resource: stack.resolve(encryptionKey.keyArn) as unknown },
    ]);
  });

  test('manages network interfaces for Bedrock with a VPC only', () => {
    add();
    expect(allowing('ec2:CreateNetworkInterface').filter(({ Resource }) => Resource !== '*')).toEqual([]);

    stack = newStack({}, ENV);
    add({ vpc: network() });
    const tagged = allowing('ec2:CreateNetworkInterface').find(({ Condition }) => Condition)!;
    expect(tagged.Condition).toMatchObject({
      StringEquals: { 'aws:RequestTag/BedrockManaged': 'true' },
      ArnLike: { 'aws:RequestTag/BedrockModelImportJobArn': expect.anything() as unknown },
    });
    expect(allowing('ec2:CreateTags')[0].Condition).toMatchObject({
      StringEquals: { 'ec2:CreateAction': 'CreateNetworkInterface' },
    });
  });

  test('a role that is passed is used as it is', () => {
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/import');
    add({ role, preflight: false });
    expect(definition().roleArn).toBe('arn:aws:iam::123456789012:role/import');
    expect(allowing('s3:GetObject')).toEqual([]);
    expect(allowing('iam:PassRole')[0].Resource).toBe('arn:aws:iam::123456789012:role/import');
  });
});

test('roles that others make stand in for all of them', () => {
  const names = {
    'BedrockModelImportProvider/PollRole': 'import-poll',
    'BedrockModelImportProvider/OnEventRole': 'import-on-event',
    'BedrockModelImportProvider/LifecycleRole': 'import-lifecycle',
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

describe('the lifecycle function', () => {
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

  test("uses the model's key through Amazon Bedrock", () => {
    const kmsKey = new kms.Key(stack, 'Key');
    add({ kmsKey });
    expect(allowing('kms:CreateGrant')).toEqual([
      {
        Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
        Condition: {
          StringEquals: {
            'kms:ViaService': { 'Fn::Join': ['', ['bedrock.us-east-1.', { Ref: 'AWS::URLSuffix' }]] },
          },
        },
        Effect: 'Allow',
        Resource: stack.resolve(kmsKey.keyArn) as unknown,
      },
    ]);
  });

  test('has no statement on everything but for actions without a resource type', () => {
    add({ vpc: network() });
    const actions = policyDocuments(stack)
      .flatMap(({ Statement }) => Statement)
      .filter(({ Resource }) => [Resource].flat().includes('*'))
      .flatMap(({ Action }) => Action)
      .filter((action) => !action.startsWith('ec2:Describe'));
    expect(actions).toEqual([
      'bedrock:CreateModelImportJob',
      'bedrock:ListImportedModels',
      'bedrock:ListModelImportJobs',
    ]);
  });
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
