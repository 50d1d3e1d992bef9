import { freePort, LocalCloud } from '../../local/cloud/cloud';
import { putWeights } from '../../local/cloud/weights';
import { failureReasons, TestStack } from '../e2e/test-stack';
import { WAITER_TYPE } from '../support/resource-types';
import { startLocalStack, type LocalStack } from './localstack';

let localStack: LocalStack;
let cloud: LocalCloud;
beforeAll(async () => {
  localStack = await startLocalStack(await freePort());
  process.env.LOCAL_CLOUD_URL = localStack.url;
  cloud = await LocalCloud.start();
}, 900_000);
afterAll(async () => {
  await cloud?.stop();
  await localStack?.stop();
});

/** The models that Bedrock has, by where their weights are. */
function sources(): string[] {
  const { account } = cloud.bedrock;
  const models = account.models() as {
    readonly modelDataSource: { readonly s3DataSource: { s3Uri: string } };
  }[];
  return models.map(({ modelDataSource }) => modelDataSource.s3DataSource.s3Uri).sort();
}

test('a waiter waits, hands over, takes another job, and is destroyed', async () => {
  const stack = new TestStack(cloud, 'waiter', 'Waiter');
  const jobArn = cloud.bedrock.startJob({ jobName: 'slow', durationMs: 60_000 });

  expect(await stack.deploy({ jobIdentifier: jobArn })).toMatchObject({ succeeded: true });
  expect(Date.now()).toBeGreaterThan(cloud.bedrock.endOf(jobArn));
  const job = cloud.bedrock.describe(jobArn)!;
  expect(await stack.outputs()).toMatchObject({
    jobArn,
    importedModelArn: job.importedModelArn,
    status: 'Completed',
  });
  expect(await stack.downstream()).toMatchObject({ Value: job.importedModelArn });
  expect(await stack.physicalId(WAITER_TYPE)).toBe(jobArn);

  const next = cloud.bedrock.startJob({ jobName: 'next' });
  expect(await stack.deploy({ jobIdentifier: next })).toMatchObject({ succeeded: true });
  expect(await stack.downstream()).toMatchObject({ Value: cloud.bedrock.describe(next)!.importedModelArn });
  expect(await stack.physicalId(WAITER_TYPE)).toBe(next);

  expect(await stack.destroy()).toBe('DELETE_COMPLETE');
});

test('a failed job fails the deployment with its reason', async () => {
  const stack = new TestStack(cloud, 'waiter', 'FailingJob');
  const failureMessage = 'The weights lack the file config.json';
  const jobArn = cloud.bedrock.startJob({ jobName: 'failing', outcome: 'Failed', failureMessage });

  const deployment = await stack.deploy({ jobIdentifier: jobArn });

  expect(deployment).toMatchObject({ succeeded: false });
  expect(failureReasons(deployment).join()).toContain(failureMessage);
});

test('a model is imported, replaced, and deleted with its stack', async () => {
  const stack = new TestStack(cloud, 'imported-models', 'Model');
  const deploy = (source: string) => stack.deploy({ models: JSON.stringify({ Model: { source } }) });
  await putWeights(cloud, 's3://weights/llama/');
  await putWeights(cloud, 's3://weights/mistral/');
  const before = sources();
  cloud.bedrock.account.modelQuota = before.length + 2;

  expect(await deploy('llama')).toMatchObject({ succeeded: true });
  expect(sources()).toEqual([...before, 's3://weights/llama/'].sort());

  expect(await deploy('mistral')).toMatchObject({ succeeded: true });
  expect(sources()).toEqual([...before, 's3://weights/mistral/'].sort());

  expect(await stack.destroy()).toBe('DELETE_COMPLETE');
  expect(sources()).toEqual(before);
});
