import type { ExecutionState, ResourceEvent } from '../../../../lambda/shared/engine';
import { createEvent, LIFECYCLE_ARN, modelEvent } from '../../../support/events';
import { JOB_ARN } from '../../../support/job';
import { silenceLog } from '../../../support/log';
import { answered, setUpOnEvent, START } from '../../../support/on-event';
import { ResponseUrl } from '../../../support/response-url';

const log = silenceLog();
const { stepFunctions, responses, clock, deliver, lastState, end } = setUpOnEvent();

afterEach(() => {
  expect(log.text()).not.toContain(ResponseUrl.secret);
});

describe('an execution that has ended', () => {
  const data = { status: 'Completed' };

  test('has its answer sent as it is', async () => {
    await end(answered({ status: 'SUCCESS', physicalResourceId: 'id', data }));
    expect(responses.response).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'id', Data: data });
  });

  test('sends the same bytes when it is told to again', async () => {
    const state = answered({ status: 'SUCCESS', physicalResourceId: 'id', data });
    await end(state);
    await end(state);
    expect(responses.bodies).toHaveLength(2);
    expect(responses.bodies[0]).toBe(responses.bodies[1]);
  });

  test('without an answer fails, and says what its poll function said', async () => {
    const Cause = JSON.stringify({ errorType: 'Error', errorMessage: 'out of memory' });
    await end(answered(undefined, { Error: 'Runtime.ExitError', Cause }));
    expect(responses.response).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: `request/${createEvent().RequestId}`,
      Reason: expect.stringContaining(
        'The poll function kept failing: Runtime.ExitError, "out of memory".',
      ) as string,
    });
    expect(responses.response.Reason).toContain(
      `Asked 1 times before about model import job ${JOB_ARN}; last seen: nothing.`,
    );
  });

  test.each([
    [{ Error: 'States.Timeout' }, 'States.Timeout, ""'],
    [{ Error: 'States.TaskFailed', Cause: 'plain text' }, 'States.TaskFailed, "plain text"'],
    [{ Error: 'States.TaskFailed', Cause: '{"a":1}' }, 'States.TaskFailed, "{"a":1}"'],
    [undefined, 'unknown error, ""'],
  ])('without an answer fails with whatever is known: %j', async (error, text) => {
    await end(answered(undefined, error));
    expect(responses.response.Reason).toContain(`The poll function kept failing: ${text}.`);
  });

  test('fails its task when CloudFormation never accepts, so that Step Functions tries again', async () => {
    responses.refuseNext(503, 503, 503, 503);
    const state = answered({ status: 'SUCCESS', physicalResourceId: 'id' });
    await expect(end(state)).rejects.toThrow('did not accept');
    await end(state);
    expect(responses.bodies).toHaveLength(1);
  });
});

test('a broken lifecycle function is named in the reason', async () => {
  await end({
    worker: LIFECYCLE_ARN,
    event: modelEvent('Create', 'request-1'),
    poll: { result: { attempt: 0 } },
    error: { Error: 'Lambda.Unknown', Cause: '{"errorMessage":"exit"}' },
  });
  expect(responses.response.Reason).toContain('The lifecycle function kept failing');
});

test('an import is no wait: it has no metrics', async () => {
  await end({
    worker: LIFECYCLE_ARN,
    event: modelEvent('Create', 'request-1'),
    poll: { result: { attempt: 1, answer: { status: 'SUCCESS', physicalResourceId: JOB_ARN } } },
  });
  expect(responses.response.Status).toBe('SUCCESS');
  expect(log.text()).not.toContain('_aws');
});

describe('an older request that shows only when the newer one is answered', () => {
  const deleted = {
    result: { attempt: 3, answer: { status: 'SUCCESS', physicalResourceId: JOB_ARN } },
  } as const;

  /** A newer request that did not see the creation, when its own answer is due. */
  async function ofNewer(event: ResourceEvent): Promise<ExecutionState> {
    await deliver(modelEvent('Create', 'one'), START);
    stepFunctions.unlisted.add(stepFunctions.executions[0]);
    await deliver(event, START + 1000);
    stepFunctions.unlisted.clear();
    return { ...lastState(), poll: deleted };
  }

  test('is stopped, and the Delete goes round again for what it may have started', async () => {
    const state = await ofNewer(modelEvent('Delete', 'delete', 'request/one'));
    expect(await end(state)).toMatchObject({ attempt: 3, supersedes: true, waitSeconds: 90 });
    expect(stepFunctions.running()).toEqual([expect.stringMatching(/-delete$/)]);
    expect(responses.to('delete')).toEqual([]);
    // The second time there is nothing to stop.
    expect(await end(state)).toBeUndefined();
    expect(responses.to('delete')).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('may start a job as long as it cannot be stopped: the Delete goes round again', async () => {
    const state = await ofNewer(modelEvent('Delete', 'delete', 'request/one'));
    stepFunctions.denied = ['StopExecution'];
    expect(await end(state)).toMatchObject({ supersedes: true, waitSeconds: 90 });
    expect(responses.to('delete')).toEqual([]);
    stepFunctions.denied = [];
    expect(await end(state)).toMatchObject({ waitSeconds: 90 });
    expect(await end(state)).toBeUndefined();
    expect(responses.to('delete')).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('is stopped, and the Delete is answered when its time is up', async () => {
    const state = await ofNewer(modelEvent('Delete', 'delete', 'request/one'));
    clock.now = START + 3302_000;
    expect(await end(state)).toBeUndefined();
    expect(responses.to('delete')).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('is stopped, and a creation is answered: what it left has its own Delete', async () => {
    const state = await ofNewer(modelEvent('Create', 'two'));
    expect(await end(state)).toBeUndefined();
    expect(stepFunctions.running()).toEqual([expect.stringMatching(/-two$/)]);
    expect(responses.to('two')).toHaveLength(1);
  });
});

test('a rollback is answered when lists show what it rolls back', async () => {
  await deliver(modelEvent('Update', 'one'), START);
  stepFunctions.unlisted.add(stepFunctions.executions[0]);
  await deliver(modelEvent('Update', 'rollback'), START + 6000);
  clock.now = START + 8000;
  const poll = {
    result: { attempt: 1, answer: { status: 'SUCCESS', physicalResourceId: JOB_ARN } },
  } as const;
  const state = { ...lastState(), poll };
  expect(await end(state)).toMatchObject({ attempt: 1, supersedes: false, waitSeconds: 33 });
  stepFunctions.unlisted.clear();
  clock.now += 33_000;
  expect(await end(state)).toMatchObject({ supersedes: true, waitSeconds: 90 });
  expect(stepFunctions.running()).toEqual([expect.stringMatching(/-rollback$/)]);
  clock.now += 90_000;
  expect(await end(state)).toBeUndefined();
  expect(responses.to('rollback')).toMatchObject([{ Status: 'SUCCESS' }]);
});
