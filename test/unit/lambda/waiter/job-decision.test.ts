import type { Observation } from '../../../../lambda/waiter/bedrock';
import type { Situation } from '../../../../lambda/waiter/decision';
import { decideOnJob, secondsToAsk, type JobDecision } from '../../../../lambda/waiter/job-decision';
import type { Job } from '../../../../lambda/shared/bedrock';
import { JOB_ARN } from '../../../support/job';
import { COMPLETED, fault, NOW, OVER, secondsAgo, situation, UP } from '../../../support/situation';

const LINK_IS_UP: Partial<Situation> = { remainingSeconds: 0, continues: true };

function job(overrides: Record<string, unknown>): { answer: Job } {
  return { answer: { ...COMPLETED, ...overrides } };
}

const ABSENT = fault('ResourceNotFoundException', 404);
const DENIED = fault('AccessDeniedException', 403);
const THROTTLED = fault('ThrottlingException', 429);
const RUNNING = job({ status: 'InProgress' });

/** Looks again and again, every ten seconds, and says after how many seconds a wait fails and why. */
function follow(
  observations: (second: number) => Observation<Job>,
  changed: Partial<Situation> = {},
  limit = 2000,
): { readonly seconds: number; readonly decision: JobDecision } {
  let memory: Situation['memory'] = { attempt: 0, ...changed.memory };
  const interval = changed.pollIntervalSeconds ?? 10;
  for (let seconds = 0; seconds <= limit; seconds += interval) {
    const seen = observations(seconds);
    const decision = decideOnJob(seen, situation({ ...changed, now: NOW + seconds * 1000, memory }));
    if (decision.action !== 'wait') {
      return { seconds, decision };
    }
    memory = { attempt: 0, isKnown: memory.isKnown || 'answer' in seen, doubt: decision.doubt };
  }
  return { seconds: Infinity, decision: { action: 'wait' } };
}

const reasonOf = (decision: JobDecision): string => (decision.action === 'fail' ? decision.reason : '');

describe('a job', () => {
  test.each(['Completed', 'Complete'])(
    'that is %s and names its model is gone on with, whatever the time',
    (status) => {
      const observation = job({ status });
      for (const time of [{}, UP, LINK_IS_UP]) {
        expect(decideOnJob(observation, situation(time))).toEqual({
          action: 'goOn',
          with: observation.answer,
        });
      }
    },
  );

  test('that has failed fails with its message, whatever the time', () => {
    for (const time of [{}, UP, LINK_IS_UP]) {
      const decision = decideOnJob(job({ status: 'Failed', failureMessage: 'bad weights' }), situation(time));
      expect(reasonOf(decision)).toContain(`${JOB_ARN} failed: "bad weights"`);
    }
  });

  test('that has failed without a message says so', () => {
    const decision = decideOnJob(job({ status: 'Failed' }), situation());
    expect(reasonOf(decision)).toContain('Bedrock gave no failure message');
  });

  test('in progress is waited for without a warning', () => {
    expect(decideOnJob(RUNNING, situation())).toEqual({ action: 'wait' });
  });

  test.each([['Paused'], [undefined]])(
    'with the unknown status %p is waited for with a warning',
    (status) => {
      expect(decideOnJob(job({ status }), situation())).toEqual({
        action: 'wait',
        warning: `Unknown job status: ${status ?? 'none'}`,
      });
    },
  );
});

describe('a completed job that does not name what it made', () => {
  test.each([
    [['importedModelArn'], 'importedModelArn'],
    [['jobArn'], 'jobArn'],
    [['jobArn', 'importedModelArn'], 'jobArn and importedModelArn'],
  ])(
    'its %p, is waited for until ten minutes after its end, then fails and says what is missing',
    (fields, words) => {
      const seen = job({
        ...Object.fromEntries(fields.map((field) => [field, undefined])),
        endTime: secondsAgo(30),
      });
      const { seconds, decision } = follow(() => seen);
      expect(seconds).toBe(570);
      expect(reasonOf(decision)).toContain(`completed, but Bedrock does not name its ${words}.`);
    },
  );

  test('fails at once when its end is longer ago', () => {
    expect(follow(() => job({ importedModelArn: undefined, endTime: secondsAgo(601) })).seconds).toBe(0);
  });

  test('fails ten minutes after that was seen, when its end is not known', () => {
    expect(follow(() => job({ importedModelArn: undefined, endTime: undefined })).seconds).toBe(600);
  });

  test('says so when the time is up, also when the last answer was a fault', () => {
    const seen = job({ importedModelArn: undefined, endTime: secondsAgo(1) });
    expect(reasonOf(decideOnJob(seen, situation(UP)))).toContain('does not name its importedModelArn');
    const first = decideOnJob(seen, situation());
    const doubt = first.action === 'wait' ? first.doubt : undefined;
    const last = decideOnJob(THROTTLED, situation({ ...OVER, memory: { attempt: 1, isKnown: true, doubt } }));
    expect(reasonOf(last)).toContain('does not name its importedModelArn');
  });
});

describe('a job that is not there', () => {
  test.each([
    ['ResourceNotFoundException', 404],
    ['ValidationException', 400],
  ])('by the word %s is borne for two minutes, then fails with the words of Bedrock', (name, status) => {
    const { seconds, decision } = follow(() => fault(name, status));
    expect(seconds).toBe(120);
    expect(reasonOf(decision)).toContain(
      `There is no model import job ${JOB_ARN} in Region us-east-1 of account 123456789012: ${name}, "the message of ${name}"`,
    );
  });

  test('is borne for the longest lag and a poll interval more, where the interval is long', () => {
    expect(follow(() => ABSENT, { pollIntervalSeconds: 300 }).seconds).toBe(600);
  });

  test.each<[string, Partial<Situation>]>([
    ['was seen before in this wait', { memory: { attempt: 1, isKnown: true } }],
    ['a link before has waited for', { isContinued: true }],
    ['is the one that the resource has', { isOwnJob: true }],
  ])('but %s, is borne for seven minutes', (_, changed) => {
    expect(follow(() => ABSENT, changed).seconds).toBe(420);
  });

  test('for a moment in the middle of good answers is one more poll, however often', () => {
    const strays = [ABSENT, DENIED, fault('ValidationException', 400)];
    const observe = (second: number): Observation<Job> =>
      second % 3600 >= 600 && second % 3600 < 900 ? strays[Math.floor(second / 3600) % 3] : RUNNING;
    expect(follow(observe, {}, 4 * 3600).seconds).toBe(Infinity);
  });
});

describe('a refusal', () => {
  test.each([
    ['AccessDeniedException', 'Not allowed to call bedrock:GetModelImportJob'],
    ['UnrecognizedClientException', 'Bedrock refused to describe model import job'],
    ['RoleNotAssumed', 'The poll function cannot assume'],
  ])('%s is borne for seven minutes of nothing else, then fails', (name, words) => {
    const { seconds, decision } = follow(() => fault(name, 403));
    expect(seconds).toBe(420);
    expect(reasonOf(decision)).toContain(words);
  });

  test('counts with refusals of other names', () => {
    const names = ['AccessDeniedException', 'ExpiredTokenException', 'RoleNotAssumed'];
    expect(follow((second) => fault(names[(second / 10) % 3], 403)).seconds).toBe(420);
  });

  test('counts no time that throttles and faults take, and they do not start the count anew', () => {
    const isFault = (second: number): boolean => second >= 200 && second < 500;
    const { seconds } = follow((second) => (isFault(second) ? THROTTLED : DENIED));
    // The refusals up to 190 s, and from 500 s on.
    expect(seconds).toBe(500 + (420 - 190));
  });

  test('is forgotten after one good answer', () => {
    const { seconds } = follow((second) => (second === 400 ? RUNNING : DENIED));
    expect(seconds).toBe(410 + 420);
  });

  test('of another kind starts the count anew', () => {
    const { seconds } = follow((second) => (second === 400 ? ABSENT : DENIED));
    expect(seconds).toBe(410 + 420);
  });

  test('for a broken constraint fails at once: no waiting mends it', () => {
    const broken = fault(
      'ValidationException',
      400,
      "Value at 'jobIdentifier' failed to satisfy constraint: …",
    );
    expect(reasonOf(decideOnJob(broken, situation()))).toContain(
      'Bedrock does not accept the job identifier',
    );
  });
});

test.each([
  ['ThrottlingException', 429],
  ['InternalServerException', 500],
  ['ServiceUnavailableException', 503],
  ['UnknownError', 502],
  ['TooManyRequests', 429],
  ['RequestTimeout', 408],
  ['TimeoutError', undefined],
  ['Error', undefined],
  ['SyntaxError', 200],
])('%s (HTTP %p) passes, however long it lasts', (name, httpStatus) => {
  expect(follow(() => fault(name, httpStatus), {}, 20_000).seconds).toBe(Infinity);
  expect(decideOnJob(fault(name, httpStatus), situation())).toMatchObject({
    action: 'wait',
    warning: `${name}: the message of ${name}`,
  });
});

describe('when the time is up', () => {
  test.each([
    ['a job in progress', RUNNING, UP],
    ['a fault that lasts', fault('Error'), OVER],
  ])('%s fails, and says for how long it was to be waited for', (_, observation, time) => {
    const { wait } = situation();
    const decision = decideOnJob(
      observation,
      situation({ ...time, wait: { ...wait, timeoutSeconds: 15, waitedSeconds: 17.2 } }),
    );
    expect(reasonOf(decision)).toMatch(/did not end within 15 s\..*Raise 'timeout'.*Waited 17 s/);
  });

  test.each([
    ['refused', DENIED, 'Not allowed to call'],
    ['not there', ABSENT, 'There is no model import job'],
  ])('a job that was %s all the while fails with that', (_, observation, words) => {
    expect(reasonOf(decideOnJob(observation, situation(UP)))).toContain(words);
    const first = decideOnJob(observation, situation());
    const doubt = first.action === 'wait' ? first.doubt : undefined;
    const last = decideOnJob(THROTTLED, situation({ ...UP, memory: { attempt: 1, doubt } }));
    expect(reasonOf(last)).toContain(words);
  });

  test('a stray refusal does not hide that the job was in progress', () => {
    const decision = decideOnJob(DENIED, situation({ ...OVER, memory: { attempt: 1, isKnown: true } }));
    expect(reasonOf(decision)).toContain('did not end within');
  });

  test.each([
    ['throttled', THROTTLED],
    ['refused', DENIED],
    ['not there', ABSENT],
  ])('a poll that is %s in that moment is repeated for a minute', (_, observation) => {
    const known = { memory: { attempt: 1, isKnown: true } };
    for (const remainingSeconds of [0, -59]) {
      const moment = situation({ ...known, remainingSeconds });
      expect(decideOnJob(observation, moment).action).toBe('wait');
      expect(secondsToAsk(moment)).toBe(5);
    }
    expect(decideOnJob(observation, situation({ ...known, ...OVER })).action).toBe('fail');
    expect(secondsToAsk(situation({ remainingSeconds: 1 }))).toBe(1);
  });

  test('a link that another one follows hands over', () => {
    for (const observation of [
      RUNNING,
      fault('Error'),
      DENIED,
      ABSENT,
      job({ importedModelArn: undefined, endTime: secondsAgo(1) }),
    ]) {
      expect(decideOnJob(observation, situation(LINK_IS_UP))).toEqual({ action: 'handOver' });
    }
  });
});
