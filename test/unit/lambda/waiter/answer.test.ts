import type { ExecutionState, PollResult } from '../../../../lambda/shared/engine';
import { LINK } from '../../../../lib/private/contract/links';
import { createEvent, MODEL_ARN, modelEvent } from '../../../support/events';
import { JOB_ARN } from '../../../support/job';
import { silenceLog } from '../../../support/log';
import { ResponseUrl } from '../../../support/response-url';
import { requestOf } from '../../../support/wait';
import { decided, setUpWaiter, START } from '../../../support/waiter';

const log = silenceLog();
const { responses, clock, answer } = setUpWaiter();

const CRASH = { Error: 'Runtime.ExitError', Cause: JSON.stringify({ errorMessage: 'out of memory' }) };
const DEADLINE = START + 3300_000;
/** When the last poll may have crashed. */
const OVER = DEADLINE + LINK.lastPollSeconds * 1000;

/** A poll that has crashed after one that waited. */
const crashed = (error: ExecutionState['poll']['error'] = CRASH): ExecutionState['poll'] => ({
  result: { attempt: 1, waitSeconds: 10, memory: { memory: { wasSeen: true } } },
  error,
});

/** The state of what owns a model. */
const ofModel = (poll: ExecutionState['poll']): Partial<ExecutionState> => ({
  worker: MODEL_ARN,
  request: requestOf(modelEvent('Create', 'request-1'), START),
  poll,
});

afterEach(() => {
  expect(log.text()).not.toContain(ResponseUrl.secret);
});

describe('an execution that has decided', () => {
  const success = { status: 'SUCCESS', physicalResourceId: 'id', data: { status: 'Completed' } } as const;

  test('has its answer sent as it is, and ends', async () => {
    const next = await answer({ poll: decided(success) });
    expect(responses.response).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'id',
      Data: { status: 'Completed' },
    });
    expect(next).toEqual({ attempt: 1, isAnswered: true });
  });

  test('sends the same bytes when it is told to again', async () => {
    await answer({ poll: decided(success) });
    await answer({ poll: decided(success) });
    expect(responses.bodies).toHaveLength(2);
    expect(responses.bodies[0]).toBe(responses.bodies[1]);
  });

  test('fails its task when CloudFormation never accepts, so that Step Functions retries it', async () => {
    responses.refuseNext(503, 503, 503, 503);
    const poll = decided({ status: 'SUCCESS', physicalResourceId: 'id' });
    await expect(answer({ poll })).rejects.toThrow('did not accept');
    await answer({ poll });
    expect(responses.bodies).toHaveLength(1);
  });

  test('goes on after its answer where it has more to do, and remembers', async () => {
    const result: PollResult = { attempt: 1, answer: success, waitSeconds: 60, memory: { memory: 1 } };
    expect(await answer(ofModel({ result }))).toEqual({
      attempt: 1,
      waitSeconds: 60,
      memory: { memory: 1 },
      isAnswered: true,
    });
  });

  test('has the metrics of a wait in the log', async () => {
    await answer({ poll: decided(success) });
    expect(log.lines().at(-1)).toMatchObject({ Polls: 1, StackName: 'Stack', level: 'INFO' });
  });

  test('has no metrics when it is no wait', async () => {
    await answer(ofModel(decided({ status: 'SUCCESS', physicalResourceId: JOB_ARN })));
    expect(responses.response.Status).toBe('SUCCESS');
    expect(log.text()).not.toContain('_aws');
  });
});

describe('a poll that crashes', () => {
  test.each([
    ['at the beginning', START],
    ['at the deadline', DEADLINE],
    ['a moment before the last poll', OVER - 1],
  ])('%s is followed by another one in 5 s, which remembers what the one before did', async (_, time) => {
    clock.now = time;
    expect(await answer({ poll: crashed() })).toEqual({
      attempt: 1,
      waitSeconds: 5,
      memory: { memory: { wasSeen: true } },
    });
    expect(responses.requests).toBe(0);
    expect(log.lines()).toMatchObject([{ level: 'WARN', error: CRASH }]);
  });

  test('until the deadline and 100 s more fails with PollsFailed, and what was seen before', async () => {
    clock.now = OVER;
    await answer({ poll: { ...crashed(), result: { attempt: 12, lastSeen: 'status InProgress' } } });
    expect(LINK.lastPollSeconds).toBe(100);
    expect(responses.response).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: `request/${createEvent().RequestId}`,
    });
    expect(responses.response.Reason).toContain(
      'PollsFailed: The waiter function kept failing: Runtime.ExitError, "out of memory". See its log for the cause, then redeploy.',
    );
    expect(responses.response.Reason).toContain(
      `12 polls for model import job ${JOB_ARN} succeeded before; last seen: status InProgress.`,
    );
    expect(log.lines()[0]).toMatchObject({
      level: 'ERROR',
      message: 'Polls failed until the deadline: Create of Import8E28E9C6',
      error: CRASH,
    });
  });

  test.each([
    [{ Error: 'States.Timeout' }, 'States.Timeout, ""'],
    [{ Error: 'States.TaskFailed', Cause: 'plain text' }, 'States.TaskFailed, "plain text"'],
    [{ Error: 'States.TaskFailed', Cause: '{"a":1}' }, 'States.TaskFailed, "{"a":1}"'],
    [{}, 'unknown error, ""'],
  ])('fails with whatever is known of it: %j', async (error, text) => {
    clock.now = OVER;
    await answer({ poll: crashed(error) });
    expect(responses.response.Reason).toContain(`The waiter function kept failing: ${text}.`);
  });

  test('of the model function is named in the reason, and the execution goes on, because its import needs it', async () => {
    clock.now = OVER;
    expect(await answer(ofModel(crashed()))).toMatchObject({ isAnswered: true, waitSeconds: 60 });
    expect(responses.response.Reason).toContain('The model function kept failing');
  });

  test('after the answer is followed by another one, and nothing is answered twice', async () => {
    clock.now = OVER + 3600_000;
    const poll = { result: { attempt: 9, isAnswered: true }, error: CRASH };
    expect(await answer(ofModel(poll))).toMatchObject({ isAnswered: true, waitSeconds: 5 });
    expect(responses.requests).toBe(0);
  });
});
