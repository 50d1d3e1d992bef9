import { LocalCloud } from '../../local/cloud/cloud';
import { failureReasons, TestStack, WAITER_TYPE } from '../e2e/test-stack';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start();
});
afterAll(() => cloud.stop());

test('a waiter waits, hands over, and is destroyed', async () => {
  const stack = new TestStack(cloud, 'waiter', 'Waiter');
  const jobArn = cloud.bedrock.startJob({ jobName: 'slow', durationMs: 15_000 });

  const deployment = await stack.deploy({ jobIdentifier: jobArn });
  console.log(deployment.output, failureReasons(deployment));
  expect(deployment).toMatchObject({ succeeded: true });
  expect(Date.now()).toBeGreaterThan(cloud.bedrock.endOf(jobArn));
  const { importedModelArn } = cloud.bedrock.describe(jobArn)!;
  expect(await stack.outputs()).toMatchObject({ jobArn, importedModelArn, status: 'Completed' });
  expect(await stack.downstream()).toMatchObject({ Value: importedModelArn });
  expect(await stack.physicalId(WAITER_TYPE)).toBe(jobArn);
  expect(await stack.destroy()).toBe('DELETE_COMPLETE');
});
