import type { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  ImportedModel,
  ImportedModelDashboard,
  ModelImportProvider,
  ModelSource,
  type ModelImportProviderProps,
} from '../../../lib/index';
import { addModel, addWaiter } from '../../support/constructs';
import { ENV, hasStatement, hasWait, newStack, statementsAllowing } from '../../support/templates';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { JOB_ARN } from '../../support/job';

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const OTHER_REGION = 'us-west-2';
const key = (region: string): kms.IKey =>
  kms.Key.fromKeyArn(
    stack,
    'Key',
    `arn:aws:kms:${region}:${ENV.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  );

describe('an error of the props', () => {
  test.each<[string, string, () => unknown]>([
    ['a waiter', 'Stack/Import', () => addWaiter(stack, { jobIdentifier: '' })],
    ['a model', 'Stack/Llama', () => addModel(stack, { importedModelName: '' })],
    [
      'a provider',
      'Stack/Provider',
      () => new ModelImportProvider(stack, 'Provider', { reservedConcurrentExecutions: 0 }),
    ],
    ['a dashboard', 'Stack/Dashboard', () => new ImportedModelDashboard(stack, 'Dashboard', { models: [] })],
    ['a reference', 'Stack/Ref', () => ImportedModel.fromImportedModelArn(stack, 'Ref', 'x')],
    ['a reference by a parameter', 'Stack/Ref', () => ImportedModel.fromParameterName(stack, 'Ref', '')],
    [
      'what is known after the import only',
      'Stack/Llama',
      () => addModel(stack, { waitForCompletion: false }).status,
    ],
  ])('of %s names the construct, as those of the CDK do', (_, path, use) => {
    let error: Error & { constructPath?: string } = new Error('none');
    try {
      use();
    } catch (caught) {
      error = caught as Error;
    }
    expect(error).toMatchObject({ name: 'ValidationError', constructPath: path });
    expect(error.stack).toContain(`Relates to construct:\n    ${path}`);
    expect(error.message).toMatch(/^'/);
  });
});

describe('what is known to be in another Region', () => {
  test.each<[string, () => unknown, string]>([
    [
      "a model's key",
      () => addModel(stack, { kmsKey: key(OTHER_REGION) }),
      "'kmsKey' must be in the stack's Region",
    ],
    [
      'an expected key',
      () => addWaiter(stack, { expectedKmsKey: key(OTHER_REGION) }),
      "'expectedKmsKey' must be in the job's Region us-east-1, got: us-west-2",
    ],
    [
      'the key of a reference',
      () =>
        ImportedModel.fromImportedModelAttributes(stack, 'Ref', {
          importedModelArn: `arn:aws:bedrock:us-east-1:${ENV.account}:imported-model/abc123def456`,
          kmsKey: key(OTHER_REGION),
        }),
      "'kmsKey' must be in the model's Region us-east-1, got: us-west-2",
    ],
    [
      'the key of a provider',
      () => provide({ encryptionKey: key(OTHER_REGION) }),
      "'encryptionKey' must be in",
    ],
    [
      'a queue',
      () =>
        provide({
          deadLetterQueue: sqs.Queue.fromQueueArn(
            stack,
            'Queue',
            `arn:aws:sqs:${OTHER_REGION}:${ENV.account}:q`,
          ),
        }),
      "'deadLetterQueue' must be in",
    ],
    [
      'a log group',
      () =>
        provide({
          logGroup: logs.LogGroup.fromLogGroupArn(
            stack,
            'Logs',
            `arn:aws:logs:${OTHER_REGION}:${ENV.account}:log-group:mine:*`,
          ),
        }),
      "'logGroup' must be in",
    ],
    [
      'a VPC',
      () =>
        addModel(stack, {
          vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
            vpcId: 'vpc-1',
            availabilityZones: ['a'],
            privateSubnetIds: ['subnet-1'],
            region: OTHER_REGION,
          }),
        }),
      "'vpc' must be in",
    ],
  ])('is refused: %s', (_, use, message) => {
    expect(use).toThrow(message);
  });

  test('a key of the job counts where the job is', () => {
    const jobIdentifier = JOB_ARN.replace('us-east-1', OTHER_REGION);
    expect(() => addWaiter(stack, { jobIdentifier, expectedKmsKey: key(OTHER_REGION) })).not.toThrow();
  });

  test('brings a warning where it is the bucket, which Bedrock might read', () => {
    const bucket = s3.Bucket.fromBucketAttributes(stack, 'Bucket', {
      bucketName: 'weights',
      region: OTHER_REGION,
    });
    addModel(stack, { source: ModelSource.fromBucket(bucket, 'llama/') });
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Llama',
      Match.stringLikeRegexp('The weights are in us-west-2 and the model is imported in us-east-1'),
    );
  });

  const provide = (props: ModelImportProviderProps) => new ModelImportProvider(stack, 'Provider', props);
});

describe('an L1 resource', () => {
  test('is a bucket of weights', () => {
    const bucket = new s3.CfnBucket(stack, 'Bucket');
    addModel(stack, { source: ModelSource.fromBucket(bucket, 'llama/') });
    expect(JSON.stringify(statementsAllowing(stack, 's3:GetObject'))).toContain(
      '"Fn::GetAtt":["Bucket","Arn"]',
    );
  });

  test('is a role that is assumed', () => {
    const role = new iam.CfnRole(stack, 'Role', { assumeRolePolicyDocument: {} });
    addWaiter(stack, { assumedRole: role });
    const arn = { 'Fn::GetAtt': ['Role', 'Arn'] };
    hasWait(Template.fromStack(stack), { assumedRoleArn: arn });
    hasStatement(Template.fromStack(stack), { Action: 'sts:AssumeRole', Resource: arn });
  });

  test.each<[string, () => unknown, string]>([
    ['kmsKey', () => addModel(stack, { kmsKey: l1Key() }), "'kmsKey' must be an L2 key"],
    [
      'expectedKmsKey',
      () => addWaiter(stack, { expectedKmsKey: l1Key() }),
      "'expectedKmsKey' must be an L2 key",
    ],
    [
      'encryptionKey',
      () => new ModelImportProvider(stack, 'P', { encryptionKey: l1Key() }),
      "'encryptionKey' must be an L2 key",
    ],
    [
      'role',
      () =>
        addModel(stack, {
          role: new iam.CfnRole(stack, 'Role', { assumeRolePolicyDocument: {} }) as unknown as iam.IRole,
        }),
      "'role' must be an L2 role such as iam.Role, got: the L1 resource Stack/Role",
    ],
    [
      'deadLetterQueue',
      () =>
        new ModelImportProvider(stack, 'P', {
          deadLetterQueue: new sqs.CfnQueue(stack, 'Q') as unknown as sqs.IQueue,
        }),
      "'deadLetterQueue' must be an L2 queue",
    ],
    [
      'logGroup',
      () =>
        new ModelImportProvider(stack, 'P', {
          logGroup: new logs.CfnLogGroup(stack, 'L') as unknown as logs.ILogGroup,
        }),
      "'logGroup' must be an L2 log group",
    ],
    [
      'vpc',
      () => addModel(stack, { vpc: new ec2.CfnVPC(stack, 'V') as unknown as ec2.IVpc }),
      "'vpc' must be an L2 VPC",
    ],
  ])('is refused where permissions are granted on it: %s', (_, use, message) => {
    expect(use).toThrow(message);
  });

  const l1Key = (): kms.IKey => new kms.CfnKey(stack, 'L1') as unknown as kms.IKey;
});

describe('two models of one deployment', () => {
  test('cannot have one name', () => {
    addModel(stack, { importedModelName: 'llama' }, 'A');
    addModel(stack, { importedModelName: 'llama' }, 'B');
    expect(() => Template.fromStack(stack)).toThrow(
      "[Stack/B] 'importedModelName' must be unique in its stack, got: 'llama', which Stack/A has",
    );
  });

  test('can have two names, or names that are made up', () => {
    addModel(stack, { importedModelName: 'llama' }, 'A');
    addModel(stack, { importedModelName: 'qwen' }, 'B');
    addModel(stack, {}, 'C');
    addModel(stack, {}, 'D');
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

test.each<[string, () => unknown]>([
  ["'prefix'", () => ModelSource.fromBucket(s3.Bucket.fromBucketName(stack, 'B', 'weights'), 'llama*/')],
  ["'uri'", () => ModelSource.fromS3Uri('s3://weights/llama*/')],
])('%s cannot hold a wildcard of the policies', (prop, use) => {
  expect(use).toThrow(`${prop} must not contain "*"`);
});

test('triggers cannot be larger than an execution has room for', () => {
  expect(() => addModel(stack, { triggers: { manifest: 'x'.repeat(20_001) } })).toThrow(
    /^'triggers' must be at most 20000 bytes of JSON, got: 20016/,
  );
});
