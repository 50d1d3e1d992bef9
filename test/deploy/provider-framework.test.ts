import { LocalCloud } from '../../local/cloud/cloud';
import { FunctionFaults } from './function-faults';
import { failureReasons, TestStack } from './test-stack';

/** The comparison of decision 0001; `faults.test.ts` shows the product under the same fault. */
test("one crashed poll fails a deployment that waits with CDK's Provider framework", async () => {
  const cloud = await LocalCloud.start();
  const faults = new FunctionFaults();
  try {
    const faultsUrl = await faults.start();
    const calm = new TestStack(cloud, 'provider-framework', 'Calm');
    expect(await calm.deploy({ faultsUrl })).toMatchObject({ succeeded: true });

    faults.failNext('poll', 'throw');
    const crashed = await new TestStack(cloud, 'provider-framework', 'Crashed').deploy({ faultsUrl });

    expect(crashed).toMatchObject({ succeeded: false });
    expect(failureReasons(crashed).join()).toContain('Injected crash');
    expect(faults.count('poll')).toBe(2);
  } finally {
    await faults.stop();
    await cloud.stop();
  }
});
