import { createEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { setUpOnEvent, START } from '../../../support/on-event';

silenceLog();
const { stepFunctions, responses, clock, at, deliver } = setUpOnEvent();

/** When Lambda brings an event again that its function has failed for, in seconds after the failure. */
const LAMBDA_RETRIES = [60, 120];

interface Outcome {
  readonly deliveries: number;
  /** Whether a wait was started, or a failure sent, and after how many seconds. */
  readonly started?: number;
  readonly failed?: number;
}

/** Delivers a request as Lambda does, where starting an execution is denied for some seconds. */
async function run(deniedSeconds: number, retriesUsedUp: number, dated = true): Promise<Outcome> {
  stepFunctions.denied = ['StartExecution'];
  at(deniedSeconds, () => (stepFunctions.denied = []));
  let deliveries = 0;
  for (const [index, delay] of [0, ...LAMBDA_RETRIES].entries()) {
    clock.now += delay * 1000;
    if (START + deniedSeconds * 1000 <= clock.now) {
      stepFunctions.denied = [];
    }
    if (index < retriesUsedUp) {
      // The function crashed before it did anything.
      continue;
    }
    deliveries++;
    const failed = await deliver(createEvent(), dated ? START : undefined).then(
      () => false,
      () => true,
    );
    if (!failed) {
      break;
    }
  }
  const seconds = Math.round((clock.now - START) / 1000);
  return {
    deliveries,
    started: stepFunctions.executions.length > 0 ? seconds : undefined,
    failed: responses.bodies.length > 0 ? seconds : undefined,
  };
}

test('a permission that takes 3 seconds costs 4', async () => {
  expect(await run(3, 0)).toEqual({ deliveries: 1, started: 4, failed: undefined });
});

const SCHEDULES = [0, 1, 2].flatMap((used) =>
  [0, 3, 29, 45, 100, 140, 200, 240, 1000].map((denied) => [denied, used] as const),
);

test.each(SCHEDULES)(
  'denied for %s s, with %s of Lambda’s retries used up: started, or answered in time',
  async (denied, used) => {
    const { started, failed, deliveries } = await run(denied, used);
    expect([started, failed].filter((seconds) => seconds !== undefined)).toHaveLength(1);
    expect(deliveries).toBeLessThanOrEqual(3 - used);
    if (failed !== undefined) {
      expect(failed).toBeGreaterThanOrEqual(180);
      expect(failed).toBeLessThan(280);
      expect(denied).toBeGreaterThan(180);
      expect(responses.response.Reason).toContain('could not be started: AccessDeniedException');
    }
  },
);

test('with all of Lambda’s retries it fails after about four minutes', async () => {
  expect(await run(1000, 0)).toMatchObject({ deliveries: 3, failed: 263 });
});

test('a request that tells no time is answered by the delivery that could not start it', async () => {
  expect(await run(1000, 0, false)).toMatchObject({ deliveries: 1, failed: 28 });
});

test('the function spends half a minute on it, within its own timeout', async () => {
  stepFunctions.denied = ['StartExecution'];
  await expect(deliver(createEvent(), START)).rejects.toThrow('StartExecution');
  expect((clock.now - START) / 1000).toBeGreaterThan(25);
  expect((clock.now - START) / 1000).toBeLessThanOrEqual(30);
});
