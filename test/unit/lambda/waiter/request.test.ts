import type { ExecutionState } from '../../../../lambda/shared/engine';
import {
  createEvent,
  deleteEvent,
  MODEL_ARN,
  modelEvent,
  OLD_ID,
  STATE_MACHINE_ARN,
  updateEvent,
  WAITER_ARN,
} from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { ResponseUrl } from '../../../support/response-url';
import { setUpWaiter, START } from '../../../support/waiter';

const log = silenceLog();
const { stepFunctions, responses, clock, deliver } = setUpWaiter();

/** The input of the execution that was started last. */
const lastInput = (): ExecutionState => JSON.parse(stepFunctions.executions.at(-1)!.input) as ExecutionState;

afterEach(() => {
  expect(log.text()).not.toContain(ResponseUrl.secret);
});

describe('a Create', () => {
  test('starts one execution with everything that it needs', async () => {
    await deliver(createEvent(), START, START + 1700);
    expect(stepFunctions.executions).toHaveLength(1);
    const [{ name, input, executionArn }] = stepFunctions.executions;
    expect(name).toBe('Import8E28E9C6-11111111-1111-4111-8111-111111111111');
    expect(executionArn).toContain(STATE_MACHINE_ARN.replace('stateMachine', 'execution'));
    expect(JSON.parse(input)).toEqual({
      worker: WAITER_ARN,
      responseUrl: responses.madeAt(START),
      request: { event: createEvent(), requestedAt: START, deadline: START + 3300_000 },
      poll: { result: { attempt: 0, waitSeconds: 0 } },
    });
    expect(responses.requests).toBe(0);
  });

  test('whose time the URL does not tell counts from its delivery', async () => {
    await deliver(createEvent(), undefined, START + 5000);
    expect(lastInput().request.requestedAt).toBe(START + 5000);
  });

  test('whose URL tells a time to come counts from its delivery', async () => {
    await deliver(createEvent(), START + 3000, START);
    expect(lastInput().request.requestedAt).toBe(START);
  });

  test('of a short timeout has the time of the first call in addition', async () => {
    await deliver(createEvent({ timeoutSeconds: '60' }), START);
    expect(lastInput().request.deadline).toBe(START + (60 + 420) * 1000);
  });

  test('keeps the ResponseURL out of the event that the polls get', async () => {
    await deliver(createEvent());
    expect(JSON.stringify(lastInput().request)).not.toContain(ResponseUrl.secret);
  });

  test('delivered twice starts one execution', async () => {
    await deliver(createEvent(), START);
    await deliver(createEvent(), START);
    expect(stepFunctions.running()).toHaveLength(1);
    expect(responses.requests).toBe(0);
  });

  test('delivered again after its execution has ended is success, and nothing starts', async () => {
    await deliver(createEvent(), START);
    stepFunctions.executions[0].status = 'SUCCEEDED';
    await deliver(createEvent(), START);
    expect(stepFunctions.executions).toHaveLength(1);
    expect(responses.requests).toBe(0);
  });

  test('of the longest logical ID has an execution name of 80 characters that ends with the request', async () => {
    await deliver({ ...createEvent(), LogicalResourceId: 'L'.repeat(255) }, START);
    expect(stepFunctions.executions[0].name).toHaveLength(80);
    expect(stepFunctions.executions[0].name).toMatch(/^L+-11111111-1111-4111-8111-111111111111$/);
  });

  test('calls nothing but StartExecution, once', async () => {
    await deliver(createEvent(), START);
    expect(stepFunctions.calls).toEqual(['StartExecution']);
  });
});

describe('an Update', () => {
  test('takes no OldResourceProperties into its execution: they could be as large again', async () => {
    const body = 'x'.repeat(100_000);
    const smokeTest = { operation: 'InvokeModel', body } as const;
    await deliver(updateEvent({ smokeTest }, { timeoutSeconds: '600' }), START);
    const { request } = lastInput();
    expect(request.event).not.toHaveProperty('OldResourceProperties');
    expect(request.event.ResourceProperties).toMatchObject({ smokeTest });
    expect(stepFunctions.executions[0].input.length).toBeLessThan(110_000);
  });

  test('for the job that the resource has keeps it, whatever else changes', async () => {
    await deliver(updateEvent({ timeoutSeconds: '600' }, { timeoutSeconds: '300' }), START);
    expect(lastInput().request.keepsJob).toBe(true);
  });

  test('of a create that has failed keeps no job', async () => {
    const event = updateEvent({ timeoutSeconds: '600' }, { timeoutSeconds: '300' });
    await deliver({ ...event, PhysicalResourceId: 'request/1' }, START);
    expect(lastInput().request.keepsJob).toBe(false);
  });

  test('for another job does not', async () => {
    await deliver(updateEvent({}, { jobIdentifier: 'another' }), START);
    expect(lastInput().request.keepsJob).toBe(false);
  });

  test('of what owns a model goes to its function, with the old properties', async () => {
    const event = { ...modelEvent('Update', 'request-1'), OldResourceProperties: { a: 'b' } };
    await deliver(event, START);
    expect(lastInput().worker).toBe(MODEL_ARN);
    expect(lastInput().request.event.OldResourceProperties).toEqual({ a: 'b' });
    expect(lastInput().request).not.toHaveProperty('keepsJob');
  });
});

describe('a Delete of a waiter', () => {
  test('succeeds at once and starts nothing', async () => {
    await deliver(deleteEvent(OLD_ID), START);
    expect(responses.response).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: OLD_ID,
      StackId: createEvent().StackId,
      RequestId: deleteEvent(OLD_ID).RequestId,
      LogicalResourceId: createEvent().LogicalResourceId,
    });
    expect(stepFunctions.calls).toEqual([]);
  });

  test('succeeds at once when Step Functions is down', async () => {
    stepFunctions.denied = ['StartExecution'];
    await deliver(deleteEvent(OLD_ID), START);
    expect(responses.response.Status).toBe('SUCCESS');
    expect(clock.now).toBe(START);
  });

  test('succeeds hours after its deadline, and with properties that make no sense', async () => {
    const event = { ...deleteEvent(OLD_ID), ResourceProperties: { ServiceToken: 'none' } };
    await deliver(event, START, START + 7000_000);
    expect(responses.response.Status).toBe('SUCCESS');
  });

  test('of a failed create succeeds under its ID', async () => {
    await deliver(deleteEvent('request/11111111-1111-4111-8111-111111111111'), START);
    expect(responses.response).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'request/11111111-1111-4111-8111-111111111111',
    });
  });
});

test('a Delete of what owns a model goes to its function', async () => {
  await deliver(modelEvent('Delete', 'request-1'), START);
  expect(lastInput().worker).toBe(MODEL_ARN);
  expect(responses.requests).toBe(0);
});

describe('a request that comes after its deadline', () => {
  test('is answered RequestTooLate, and nothing starts', async () => {
    await deliver(updateEvent(), START, START + 3400_000);
    expect(responses.response).toMatchObject({ Status: 'FAILED', PhysicalResourceId: OLD_ID });
    expect(responses.response.Reason).toMatch(
      /^RequestTooLate: AWS Lambda delivered the request 56 min 40 s after CloudFormation made it, and its deadline was after 55 min\./,
    );
    expect(stepFunctions.calls).toEqual([]);
  });

  test('is served a second before', async () => {
    await deliver(updateEvent(), START, START + 3299_000);
    expect(stepFunctions.running()).toHaveLength(1);
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
    await deliver(createEvent(), START);
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: 'INFO', message: 'Request: Create of Import8E28E9C6', ...identity }),
    ]);
  });

  test('holds each refusal of the start, and the answer', async () => {
    stepFunctions.denied = ['StartExecution'];
    await deliver(createEvent(), START);
    const [, refusal, ...others] = log.lines();
    expect(refusal).toMatchObject({
      level: 'WARN',
      message: 'Could not start the execution: Create of Import8E28E9C6',
      error: { name: 'AccessDeniedException' },
      ...identity,
    });
    expect(others.at(-1)).toMatchObject({
      level: 'INFO',
      message: 'Answered: Create of Import8E28E9C6',
      status: 'FAILED',
      reason: responses.response.Reason,
      ...identity,
    });
  });
});
