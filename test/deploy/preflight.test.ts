import { LocalCloud } from '../../local/cloud/cloud';
import { putWeights, SHARD } from '../../local/cloud/weights';
import type { ModelSpec } from './apps/imported-models';
import { failureReasons, TestStack, timeOf, type Deployment } from './test-stack';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start();
  await putWeights(cloud, 's3://weights/good/');
  await putWeights(cloud, 's3://weights/in-part/', [SHARD]);
});
afterAll(() => cloud.stop());

const jobs = (): number => cloud.bedrock.account.jobs().length;
const deploy = (stack: TestStack, spec: ModelSpec): Promise<Deployment> =>
  stack.deploy({ models: JSON.stringify({ Model: spec }) });

/** How long a rollback took that had nothing to undo. */
function secondsOfRollback(deployment: Deployment): number {
  const [began, ended] = ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'].map((status) =>
    timeOf(deployment, 'AWS::CloudFormation::Stack', status),
  );
  return (ended - began) / 1000;
}

test('a folder that lacks a shard fails, and no job starts', async () => {
  const stack = new TestStack(cloud, 'imported-models', 'BadWeights');
  const failed = await deploy(stack, { source: 'in-part' });
  expect(failed.succeeded).toBe(false);
  expect(failureReasons(failed)[0]).toContain(SHARD);
  expect(jobs()).toBe(0);
  expect(await stack.status()).toBe('ROLLBACK_COMPLETE');
  expect(await stack.destroy()).toBe('DELETE_COMPLETE');
});

test('a replacement that lacks a shard is rolled back to the model that was there', async () => {
  const stack = new TestStack(cloud, 'imported-models', 'Replaced');
  expect(await deploy(stack, { source: 'good' })).toMatchObject({ succeeded: true });
  expect(jobs()).toBe(1);

  const replaced = await deploy(stack, { source: 'in-part' });
  expect(replaced.succeeded).toBe(false);
  expect(failureReasons(replaced)[0]).toContain(SHARD);
  expect(jobs()).toBe(1);
  expect(await stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(secondsOfRollback(replaced)).toBeLessThan(10);
  expect(cloud.bedrock.account.models()).toHaveLength(1);
  expect(await stack.destroy()).toBe('DELETE_COMPLETE');
  expect(cloud.bedrock.account.models()).toEqual([]);
}, 600_000);

test('a listing that is denied does not stop the import', async () => {
  const before = jobs();
  const stack = new TestStack(cloud, 'imported-models', 'Denied');
  expect(await deploy(stack, { source: 'in-part', hidden: true })).toMatchObject({ succeeded: true });
  expect(jobs()).toBe(before + 1);
  expect(await stack.destroy()).toBe('DELETE_COMPLETE');
});
