import { LocalCloud } from '../../local/cloud/cloud';
import { WAITER_TYPE } from '../support/resource-types';
import { failureReasons, TestStack, timeOf } from './test-stack';

const PARAMETER_TYPE = 'AWS::SSM::Parameter';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start();
});
afterAll(() => cloud.stop());

test('a slow job blocks what is downstream until it completes, and all of its fields arrive', async () => {
  const stack = new TestStack(cloud, 'waiter', 'SlowJob');
  const jobArn = cloud.bedrock.startJob({
    jobName: 'slow',
    durationMs: 40_000,
    importedModelName: 'my-model',
    roleArn: 'arn:aws:iam::000000000000:role/import',
    s3Uri: 's3://weights/llama/',
    importedModelKmsKeyArn: KEY,
    vpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
  });

  const deployment = await stack.deploy({ jobIdentifier: jobArn });

  expect(deployment).toMatchObject({ succeeded: true });
  const jobEnded = cloud.bedrock.endOf(jobArn);
  expect(timeOf(deployment, WAITER_TYPE, 'CREATE_IN_PROGRESS')).toBeLessThan(jobEnded);
  expect(timeOf(deployment, PARAMETER_TYPE, 'CREATE_IN_PROGRESS')).toBeGreaterThanOrEqual(jobEnded);
  const job = cloud.bedrock.describe(jobArn)!;
  expect(await stack.outputs()).toMatchObject({
    jobArn,
    jobName: 'slow',
    importedModelName: 'my-model',
    importedModelArn: job.importedModelArn,
    roleArn: 'arn:aws:iam::000000000000:role/import',
    modelDataSourceS3Uri: 's3://weights/llama/',
    status: 'Completed',
    creationTime: job.creationTime,
    lastModifiedTime: job.lastModifiedTime,
    endTime: job.endTime,
    vpcSubnetIds: 'subnet-1 subnet-2',
    vpcSecurityGroupIds: 'sg-1',
    importedModelKmsKeyArn: KEY,
  });
  expect(await stack.downstream()).toMatchObject({ Value: job.importedModelArn });
  expect(await stack.physicalId(WAITER_TYPE)).toBe(jobArn);
});

test('a failing job rolls back, and the event carries the failure message', async () => {
  const stack = new TestStack(cloud, 'waiter', 'FailingJob');
  const failureMessage = 'The weights lack the file config.json';
  const jobArn = cloud.bedrock.startJob({ jobName: 'failing', outcome: 'Failed', failureMessage });

  const deployment = await stack.deploy({ jobIdentifier: jobArn });

  expect(deployment).toMatchObject({ succeeded: false });
  expect(failureReasons(deployment)[0]).toContain(`Model import job ${jobArn} failed: "${failureMessage}"`);
  expect(await stack.status()).toBe('ROLLBACK_COMPLETE');
  expect(await stack.resources()).toEqual([]);
});

describe('over the life of a stack', () => {
  let stack: TestStack;
  let jobArn: string;
  beforeAll(() => {
    stack = new TestStack(cloud, 'waiter', 'Life');
  });

  test('a completed job lets the deployment go on at once, and a key that AWS owns is an empty output', async () => {
    jobArn = cloud.bedrock.startJob({ jobName: 'first' });
    const before = cloud.bedrock.requests.length;

    const deployment = await stack.deploy({ jobIdentifier: jobArn });

    expect(deployment).toMatchObject({ succeeded: true });
    expect(cloud.bedrock.requests.slice(before).map(({ operation }) => operation)).toEqual([
      ...['GetModelImportJob', 'GetImportedModel'],
    ]);
    expect(await stack.outputs()).toMatchObject({
      importedModelKmsKeyArn: '',
      vpcSubnetIds: '',
      vpcSecurityGroupIds: '',
    });
  });

  test('an update to another job, by its name, waits again and updates what is downstream', async () => {
    jobArn = cloud.bedrock.startJob({ jobName: 'second', durationMs: 20_000 });

    const deployment = await stack.deploy({ jobIdentifier: 'second' });

    expect(deployment).toMatchObject({ succeeded: true });
    expect(timeOf(deployment, WAITER_TYPE, 'UPDATE_COMPLETE')).toBeGreaterThanOrEqual(
      cloud.bedrock.endOf(jobArn),
    );
    expect(await stack.downstream()).toMatchObject({
      Value: cloud.bedrock.describe(jobArn)!.importedModelArn,
      Version: 2,
    });
    expect(await stack.physicalId(WAITER_TYPE)).toBe(jobArn);
  });

  test('an update to a job that fails keeps the values of the job before', async () => {
    cloud.bedrock.startJob({ jobName: 'third', outcome: 'Failed', failureMessage: 'Bad weights' });

    const deployment = await stack.deploy({ jobIdentifier: 'third' });

    expect(deployment).toMatchObject({ succeeded: false });
    expect(failureReasons(deployment)[0]).toContain('Bad weights');
    expect(await stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.downstream()).toMatchObject({
      Value: cloud.bedrock.describe(jobArn)!.importedModelArn,
    });
    expect(await stack.physicalId(WAITER_TYPE)).toBe(jobArn);
  });

  test('a destroy does not ask for the job, which may be gone', async () => {
    cloud.bedrock.forgetJob(jobArn);
    const polls = cloud.bedrock.requests.length;

    expect(await stack.destroy()).toBe('DELETE_COMPLETE');

    expect(cloud.bedrock.requests.length).toBe(polls);
  });
});

test('two waiters share one provider, and one may wait for a job that the stack itself names', async () => {
  const stack = new TestStack(cloud, 'shared-provider', 'Shared');
  const firstJob = cloud.bedrock.startJob({ jobName: 'literal' });
  const secondJob = cloud.bedrock.startJob({ jobName: 'token', durationMs: 12_000 });

  const deployment = await stack.deploy({ firstJob, secondJob });

  expect(deployment).toMatchObject({ succeeded: true });
  expect(await stack.outputs()).toEqual({
    FirstModel: cloud.bedrock.describe(firstJob)!.importedModelArn,
    SecondModel: cloud.bedrock.describe(secondJob)!.importedModelArn,
  });
  const types = (await stack.resources()).map(({ ResourceType }) => ResourceType);
  expect(types.filter((type) => type === WAITER_TYPE)).toHaveLength(2);
  expect(types.filter((type) => type === 'AWS::StepFunctions::StateMachine')).toHaveLength(1);
  expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(1);
});
