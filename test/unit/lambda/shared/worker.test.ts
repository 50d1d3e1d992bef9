import type { PollResult } from '../../../../lambda/shared/engine';
import { CallError } from '../../../../lambda/shared/errors';
import { runPoll, type Outcome, type PollContext } from '../../../../lambda/shared/worker';
import { createEvent, OLD_ID, updateEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { requestOf } from '../../../support/wait';

const log = silenceLog();
const NOW = Date.UTC(2026, 0, 31, 12);

interface Memory {
  readonly seen: string;
}

const WAITING: Outcome<Memory> = { type: 'wait', waitsFor: 'status InProgress', memory: { seen: 'it' } };

/** One poll that comes to an outcome. */
function pollTo(
  outcome: Outcome<Memory>,
  previous: PollResult = { attempt: 3 },
  event = createEvent(),
): Promise<PollResult> {
  return runPoll<Memory>(
    { request: requestOf(event, NOW - 60_000), previous },
    () => NOW,
    () => Promise.resolve({ outcome, subject: 'job-1', lastSeen: 'status InProgress', waitedSeconds: 60 }),
  );
}

describe('a poll that waits', () => {
  test.each([
    [undefined, 10],
    [2, 2],
    [0.2, 1],
    [2.2, 3],
    [60, 10],
  ])('within %p seconds is followed by another after %i', async (withinSeconds, waitSeconds) => {
    expect(await pollTo({ ...WAITING, withinSeconds })).toMatchObject({ attempt: 4, waitSeconds });
  });

  test('hands what it remembers to the next one', async () => {
    const tolerance = { kind: 'refused', seconds: 10, at: NOW };
    const previous = await pollTo({ ...WAITING, tolerance });
    let context: PollContext<Memory> | undefined;
    await runPoll<Memory>(
      { request: requestOf(createEvent(), NOW), previous },
      () => NOW,
      (given) => {
        context = given;
        return Promise.resolve({ outcome: WAITING, subject: 'job-1', waitedSeconds: 0 });
      },
    );
    expect(context).toMatchObject({
      memory: { seen: 'it' },
      tolerance,
      lastSeen: 'status InProgress',
      isAnswered: false,
    });
  });

  test('has no answer', async () => {
    expect(await pollTo(WAITING)).not.toHaveProperty('answer');
  });
});

describe('a poll that is done', () => {
  test('answers with its physical ID, or that of the resource', async () => {
    const done = await pollTo({ type: 'done', physicalResourceId: 'new', data: { a: 'b' } });
    expect(done.answer).toEqual({ status: 'SUCCESS', physicalResourceId: 'new', data: { a: 'b' } });
    expect(done.waitSeconds).toBeUndefined();
    const kept = await pollTo({ type: 'done' }, { attempt: 0 }, updateEvent());
    expect(kept.answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: OLD_ID });
  });

  test('may go on after its answer, and remembers', async () => {
    const result = await pollTo({ type: 'done', goesOnAfter: 60, memory: { seen: 'it' } });
    expect(result).toMatchObject({
      answer: { status: 'SUCCESS' },
      waitSeconds: 60,
      memory: { memory: { seen: 'it' } },
    });
  });
});

test('a poll that fails leaves a created resource the ID of its request, an updated one its old ID', async () => {
  const failed: Outcome<Memory> = { type: 'fail', reason: 'Code: why' };
  expect((await pollTo(failed)).answer).toEqual({
    status: 'FAILED',
    physicalResourceId: `request/${createEvent().RequestId}`,
    reason: 'Code: why',
  });
  expect((await pollTo(failed, { attempt: 0 }, updateEvent())).answer!.physicalResourceId).toBe(OLD_ID);
});

describe('after the answer', () => {
  const ANSWERED: PollResult = { attempt: 3, isAnswered: true };

  test('polls come once a minute, unless one asks for less', async () => {
    expect((await pollTo(WAITING, ANSWERED)).waitSeconds).toBe(60);
    expect((await pollTo({ ...WAITING, withinSeconds: 5 }, ANSWERED)).waitSeconds).toBe(5);
  });

  test.each<[string, Outcome<Memory>]>([
    ['is done', { type: 'done' }],
    ['fails', { type: 'fail', reason: 'Code: why' }],
  ])('a poll that %s ends the execution, and nothing is answered twice', async (_, outcome) => {
    const result = await pollTo(outcome, ANSWERED);
    expect(result).not.toHaveProperty('answer');
    expect(result).not.toHaveProperty('waitSeconds');
  });
});

describe('what a poll throws', () => {
  const run = (error: Error): Promise<PollResult> =>
    runPoll<Memory>(
      { request: requestOf(createEvent(), NOW - 5000), previous: { attempt: 0 } },
      () => NOW,
      () => Promise.reject(error),
    );

  test('is a bug when it is a TypeError of our own: it fails at once as that, and the log has the stack', async () => {
    const { answer } = await run(new TypeError('x is not a function'));
    expect(answer).toMatchObject({
      status: 'FAILED',
      reason: expect.stringMatching(/^Bug: A bug in cdk-bedrock-model-import: TypeError/) as string,
    });
    expect(log.lines()[0]).toMatchObject({
      level: 'ERROR',
      message: 'A bug in this library',
      stack: expect.stringContaining('TypeError: x is not a function') as string,
    });
  });

  test('is thrown on when it is a call that failed', async () => {
    await expect(run(new CallError('s3:GetObject', new Error('no')))).rejects.toThrow(CallError);
  });
});

describe('the log', () => {
  test('has one line for a poll, with a sentence', async () => {
    await pollTo(WAITING);
    expect(log.lines()).toMatchObject([
      {
        level: 'INFO',
        message: 'job-1: status InProgress, 1 min waited, next poll in 10 s',
        requestType: 'Create',
        logicalId: createEvent().LogicalResourceId,
        requestId: createEvent().RequestId,
        attempt: 4,
        waitedSeconds: 60,
        nextPollSeconds: 10,
        outcome: 'wait',
      },
    ]);
  });

  test('warns of a failure, with its reason', async () => {
    await pollTo({ type: 'fail', reason: 'Code: why' });
    expect(log.lines()).toMatchObject([
      { level: 'WARN', message: 'job-1: failed, 1 min waited', outcome: 'fail', reason: 'Code: why' },
    ]);
  });
});
