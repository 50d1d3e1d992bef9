import type { ExecutionState } from '../../../../lambda/shared/engine';
import { createEvent, OLD_ID, STATE_MACHINE_ARN, updateEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { setUpWaiter, START } from '../../../support/waiter';

const log = silenceLog();
const { stepFunctions, responses, clock, at, deliver } = setUpWaiter();

/** When Lambda delivers an event again that its function has failed for, in seconds after the failure. */
const LAMBDA_RETRIES = [60, 120];

interface Outcome {
  readonly deliveries: number;
  /** Whether an execution was started, or a failure sent, and after how many seconds. */
  readonly started?: number;
  readonly failed?: number;
}

/** Delivers a request as Lambda does, where starting an execution is denied for some seconds. */
async function run(deniedSeconds: number, retriesUsedUp = 0, requestedAt?: number): Promise<Outcome> {
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
    const isOver = await deliver(createEvent(), requestedAt).then(
      () => true,
      () => false,
    );
    if (isOver) {
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
  expect(await run(3)).toEqual({ deliveries: 1, started: 4, failed: undefined });
});

test('a permission that takes 6 minutes is in time', async () => {
  const { deliveries, started, failed } = await run(360);
  expect({ deliveries, failed }).toEqual({ deliveries: 1, failed: undefined });
  expect(started).toBeGreaterThanOrEqual(360);
  expect(started).toBeLessThanOrEqual(365);
});

test('a start that is refused for 7 minutes fails with the permission and whose policy, and the old physical ID', async () => {
  stepFunctions.denied = ['StartExecution'];
  await deliver(updateEvent(), START);
  expect((clock.now - START) / 1000).toBeGreaterThanOrEqual(420);
  expect((clock.now - START) / 1000).toBeLessThanOrEqual(425);
  expect(responses.response).toMatchObject({ Status: 'FAILED', PhysicalResourceId: OLD_ID });
  const { Reason } = responses.response;
  expect(Reason).toContain(`NotStarted: Could not call states:StartExecution on ${STATE_MACHINE_ARN}: `);
  expect(Reason).toContain('AccessDeniedException, "Not authorized to perform states:StartExecution"');
  expect(Reason).toContain('Allow it for the role of the waiter function');
});

const SCHEDULES = [0, 1, 2].flatMap((used) =>
  [0, 3, 29, 100, 200, 360, 415, 500, 1000].map((denied) => [denied, used] as const),
);

test.each(SCHEDULES)(
  'denied for %s s, with %s of Lambda’s retries used up: started, or answered in time',
  async (denied, used) => {
    const { started, failed } = await run(denied, used, START);
    expect([started, failed].filter((seconds) => seconds !== undefined)).toHaveLength(1);
    if (failed !== undefined) {
      expect(failed).toBeGreaterThanOrEqual(420);
      expect(failed).toBeLessThan(700);
      expect(denied).toBeGreaterThanOrEqual(420);
    }
  },
);

test('a wait that is too short for seven minutes of refusals is answered before its deadline', async () => {
  stepFunctions.denied = ['StartExecution'];
  await deliver(
    { ...createEvent(), ResourceProperties: { ...createEvent().ResourceProperties, deadlineSeconds: '60' } },
    START,
  );
  expect((clock.now - START) / 1000).toBeLessThanOrEqual(60);
  expect(responses.response).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^NotStarted: /) as string,
  });
});

test('throttles do not count as refusals: the delivery gives up within eight and a half minutes, and Lambda delivers again', async () => {
  stepFunctions.failure = { name: 'ThrottlingException', status: 400 };
  await expect(deliver(createEvent(), START)).rejects.toThrow('Not now');
  expect((clock.now - START) / 1000).toBeGreaterThanOrEqual(480);
  expect((clock.now - START) / 1000).toBeLessThan(510);
  expect(responses.bodies).toEqual([]);
  stepFunctions.failure = undefined;
  await deliver(createEvent(), START);
  const { request } = JSON.parse(stepFunctions.executions[0].input) as ExecutionState;
  expect(request.requestedAt).toBe(START);
});

test('a Step Functions that is never reached fails after 15 minutes, and names the endpoint', async () => {
  stepFunctions.failure = 'reset';
  await expect(deliver(createEvent(), START)).rejects.toThrow();
  await deliver(createEvent(), START, START + 600_000);
  expect((clock.now - START) / 1000).toBeGreaterThanOrEqual(900);
  expect((clock.now - START) / 1000).toBeLessThan(910);
  expect(responses.response.Reason).toContain('interface endpoint "states" or a NAT gateway');
});

test('a mistake of our own is thrown at once', async () => {
  const { ServiceToken } = createEvent().ResourceProperties;
  const event = {
    ...createEvent(),
    RequestId: undefined as unknown as string,
    ResourceProperties: { ServiceToken, deadlineSeconds: '60' },
  };
  await expect(deliver(event, START)).rejects.toThrow(TypeError);
  expect(clock.now).toBe(START);
  expect(log.text()).not.toContain('Could not start');
});
