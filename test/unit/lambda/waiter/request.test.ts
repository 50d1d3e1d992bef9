import type { ExecutionState } from '../../../../lambda/shared/engine';
import { handler } from '../../../../lambda/on-event/index';
import { createEvent, deleteEvent, POLL_ARN, STATE_MACHINE_ARN, updateEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { answered, setUpOnEvent, START } from '../../../support/on-event';
import { ResponseUrl } from '../../../support/response-url';

const OLD_ID = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/old000000000';

const log = silenceLog();
const { stepFunctions, responses, stack, clock, deliver, end } = setUpOnEvent();

afterEach(() => {
  expect(log.text()).not.toContain(ResponseUrl.secret);
});

describe('Create', () => {
  test('starts one execution with everything that it needs', async () => {
    clock.now = START + 1700;
    await deliver(createEvent(), START);
    expect(stepFunctions.executions).toHaveLength(1);
    const [{ name, input, executionArn }] = stepFunctions.executions;
    expect(name).toMatch(/^[0-9a-f]{24}-20260131T120000Z-11111111-1111-4111-8111-111111111111$/);
    expect(executionArn).toContain(STATE_MACHINE_ARN.replace('stateMachine', 'execution'));
    expect(JSON.parse(input)).toEqual({
      worker: POLL_ARN,
      responseUrl: responses.madeAt(START),
      event: createEvent(),
      startedAt: '2026-01-31T12:00:00.000Z',
      pollUntil: '2026-01-31T12:56:40.000Z',
      answerUntil: '2026-01-31T12:58:50.000Z',
      first: { attempt: 0, waitSeconds: 0 },
      poll: { result: { attempt: 0, waitSeconds: 0 } },
    });
    expect(responses.requests).toBe(0);
  });

  test.each([
    ['Create', createEvent()],
    ['Update', updateEvent()],
    ['Delete of a job', deleteEvent(OLD_ID)],
  ])('asks CloudFormation nothing: %s', async (_, event) => {
    stack.events = new Error('asked');
    await deliver(event);
    expect(log.text()).not.toContain('asked');
  });

  test('keeps the ResponseURL out of the event that the poll function gets', async () => {
    await deliver(createEvent());
    const { event } = JSON.parse(stepFunctions.executions[0].input) as ExecutionState;
    expect(JSON.stringify(event)).not.toContain(ResponseUrl.secret);
  });

  test('delivered twice starts one execution', async () => {
    await deliver(createEvent());
    await deliver(createEvent());
    expect(stepFunctions.running()).toHaveLength(1);
    expect(responses.requests).toBe(0);
  });

  test('delivered again after its execution has ended is success, and nothing starts', async () => {
    await deliver(createEvent());
    stepFunctions.executions[0].status = 'SUCCEEDED';
    await deliver(createEvent());
    expect(stepFunctions.executions).toHaveLength(1);
    expect(responses.requests).toBe(0);
  });

  test('that cannot start the wait fails with a reason and a physical ID', async () => {
    stepFunctions.denied = ['StartExecution'];
    await deliver(createEvent());
    expect(responses.response).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: `request/${createEvent().RequestId}`,
      Reason: expect.stringMatching(
        /^The wait for model import job arn:\S+ could not be started: AccessDeniedException, "Not authorized to perform states:StartExecution"\./,
      ) as string,
    });
  });

  test('does not depend on the permission to list or stop', async () => {
    stepFunctions.denied = ['ListExecutions', 'StopExecution'];
    await deliver(createEvent());
    expect(stepFunctions.running()).toHaveLength(1);
    expect(responses.requests).toBe(0);
    expect(log.text()).toContain('Could not look for other executions');
  });
});

describe('Update', () => {
  test('that cannot start the wait fails and keeps the old physical ID', async () => {
    stepFunctions.denied = ['StartExecution'];
    await deliver(updateEvent());
    expect(responses.response).toMatchObject({ Status: 'FAILED', PhysicalResourceId: OLD_ID });
  });
});

describe('Delete', () => {
  test('succeeds at once and starts nothing', async () => {
    await deliver(deleteEvent(OLD_ID));
    expect(responses.response).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: OLD_ID,
      StackId: createEvent().StackId,
      RequestId: deleteEvent(OLD_ID).RequestId,
      LogicalResourceId: createEvent().LogicalResourceId,
    });
    expect(stepFunctions.executions).toEqual([]);
  });

  test('succeeds when Step Functions denies everything', async () => {
    stepFunctions.denied = ['StartExecution', 'ListExecutions', 'StopExecution'];
    await deliver(deleteEvent(OLD_ID));
    expect(responses.response.Status).toBe('SUCCESS');
  });

  test('succeeds when the stop is denied', async () => {
    await deliver(updateEvent(), START);
    stepFunctions.denied = ['StopExecution'];
    await deliver(deleteEvent(OLD_ID), START + 1000);
    expect(responses.to(deleteEvent(OLD_ID).RequestId)).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(log.text()).toContain('Could not stop');
  });

  test('succeeds with properties that make no sense', async () => {
    await deliver({ ...deleteEvent(OLD_ID), ResourceProperties: { ServiceToken: 'none' } });
    expect(responses.response.Status).toBe('SUCCESS');
  });
});

describe('the log', () => {
  const identity = {
    requestType: 'Create',
    stackId: createEvent().StackId,
    logicalId: createEvent().LogicalResourceId,
    requestId: createEvent().RequestId,
  };

  test('holds each request', async () => {
    await deliver(createEvent());
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: 'INFO', message: 'Request', ...identity }),
    ]);
  });

  test('holds what a request has stopped', async () => {
    await deliver(createEvent(), START - 1000);
    await deliver(updateEvent(), START);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        message: 'Stopped what older requests started',
        stopped: 1,
        requestType: 'Update',
      }),
    );
  });

  test('holds why a wait could not start, and the answer', async () => {
    stepFunctions.denied = ['StartExecution'];
    await deliver(createEvent());
    const [, error, answer] = log.lines();
    expect(error).toMatchObject({
      level: 'ERROR',
      message: 'Could not start the wait',
      error: 'AccessDeniedException: Not authorized to perform states:StartExecution',
      ...identity,
    });
    expect(answer).toMatchObject({
      level: 'INFO',
      message: 'Answered',
      status: 'FAILED',
      reason: responses.response.Reason,
      ...identity,
    });
  });

  test('holds that the poll function is broken', async () => {
    const error = { Error: 'Runtime.ExitError', Cause: 'exit' };
    await end(answered(undefined, error));
    expect(log.lines()[0]).toMatchObject({
      level: 'ERROR',
      message: 'The poll function failed for good',
      error,
      ...identity,
    });
  });

  test('holds the metrics of a wait', async () => {
    await end(answered({ status: 'SUCCESS', physicalResourceId: 'id' }));
    expect(log.lines().at(-1)).toMatchObject({ Polls: 1, StackName: 'Stack' });
  });
});

test('the handler starts the function that the resource names', async () => {
  process.env.AWS_ENDPOINT_URL_SFN = stepFunctions.url;
  await handler({ ...createEvent(), ResponseURL: responses.url } as Parameters<typeof handler>[0]);
  const { worker } = JSON.parse(stepFunctions.executions[0].input) as ExecutionState;
  expect(worker).toBe(POLL_ARN);
});
