import type { Observation } from '../../../../lambda/waiter/bedrock';
import type { WaitContext } from '../../../../lambda/waiter/context';
import { judgeJob, type JobVerdict } from '../../../../lambda/waiter/job';
import type { Job } from '../../../../lambda/shared/bedrock';
import { JOB_ARN } from '../../../support/job';
import {
  COMPLETED,
  errorOf,
  NOW,
  OVER,
  REACHED,
  secondsAgo,
  SEEN,
  UP,
  waitContext,
} from '../../../support/context';

const LINK_IS_UP: Partial<WaitContext> = { remainingSeconds: 0, continues: true };

function job(overrides: Record<string, unknown>): { answer: Job } {
  return { answer: { ...COMPLETED, ...overrides } };
}

const ABSENT = errorOf('ResourceNotFoundException', 404);
const DENIED = errorOf('AccessDeniedException', 403);
const THROTTLED = errorOf('ThrottlingException', 429);
const NO_HOST = errorOf('ENOTFOUND', undefined, 'getaddrinfo ENOTFOUND bedrock.us-east-1.amazonaws.com');
const RUNNING = job({ status: 'InProgress' });

/** Observes again and again, every ten seconds, and says after how many seconds a wait ends and how. */
function follow(
  observations: (second: number) => Observation<Job>,
  changed: Partial<WaitContext> = {},
  limit = 2000,
): { readonly seconds: number; readonly verdict: JobVerdict } {
  let { memory = {}, tolerance } = changed;
  const interval = changed.pollIntervalSeconds ?? 10;
  for (let seconds = 0; seconds <= limit; seconds += interval) {
    const seen = observations(seconds);
    const isAnswer = 'answer' in seen;
    memory = {
      wasSeen: memory.wasSeen ?? (isAnswer || undefined),
      wasReached: memory.wasReached ?? (isAnswer || seen.error.httpStatus !== undefined || undefined),
    };
    const remainingSeconds = (changed.remainingSeconds ?? limit + 1000) - seconds;
    const now = NOW + seconds * 1000;
    const verdict = judgeJob(seen, waitContext({ ...changed, now, memory, tolerance, remainingSeconds }));
    if (verdict.type !== 'wait') {
      return { seconds, verdict };
    }
    ({ tolerance } = verdict);
  }
  return { seconds: Infinity, verdict: { type: 'wait', waitsFor: 'ever' } };
}

const reasonOf = (verdict: JobVerdict): string => (verdict.type === 'fail' ? verdict.reason : '');

/** What is tolerated after an observation. */
function toleranceAfter(observation: Observation<Job>, changed: Partial<WaitContext> = {}) {
  const verdict = judgeJob(observation, waitContext(changed));
  return verdict.type === 'wait' ? verdict.tolerance : undefined;
}

describe('a job', () => {
  test.each(['Completed', 'Complete'])(
    'that is %s and names its model is gone on with, whatever the time',
    (status) => {
      const observation = job({ status });
      for (const time of [{}, UP, LINK_IS_UP]) {
        expect(judgeJob(observation, waitContext(time))).toEqual({
          type: 'go on',
          with: observation.answer,
        });
      }
    },
  );

  test('that has failed fails with its message, whatever the time', () => {
    for (const time of [{}, UP, LINK_IS_UP]) {
      const verdict = judgeJob(job({ status: 'Failed', failureMessage: 'bad weights' }), waitContext(time));
      expect(reasonOf(verdict)).toContain(`JobFailed: Model import job ${JOB_ARN} failed: "bad weights".`);
    }
  });

  test('that has failed without a message says so', () => {
    const verdict = judgeJob(job({ status: 'Failed' }), waitContext());
    expect(reasonOf(verdict)).toContain('Bedrock gave no failure message');
  });

  test('in progress is waited for without a warning', () => {
    const running = job({ status: 'InProgress', endTime: undefined });
    expect(judgeJob(running, waitContext())).toEqual({
      type: 'wait',
      waitsFor: 'status InProgress',
      warning: undefined,
    });
  });

  test.each([['Paused'], [undefined]])(
    'with the unknown status %p and no end is waited for with a warning',
    (status) => {
      expect(judgeJob(job({ status, endTime: undefined }), waitContext())).toMatchObject({
        type: 'wait',
        warning: `Unknown job status: ${status ?? 'none'}`,
      });
    },
  );

  test('with an end has ended, whatever its status is called: with its model it is gone on with', () => {
    const observation = job({ status: 'Succeeded' });
    expect(judgeJob(observation, waitContext())).toMatchObject({
      type: 'go on',
      with: observation.answer,
      warning: 'Unknown job status of a job that has ended: Succeeded',
    });
  });

  test('with an end and an unknown status but no model fails ten minutes after its end', () => {
    const seen = job({ status: 'Aborted', importedModelArn: undefined, endTime: secondsAgo(0) });
    const { seconds, verdict } = follow(() => seen);
    expect(seconds).toBe(600);
    expect(reasonOf(verdict)).toMatch(/^ModelNotNamed: /);
  });
});

describe('a completed job that does not name what it made', () => {
  test.each([
    [['importedModelArn'], 'importedModelArn'],
    [['jobArn'], 'jobArn'],
    [['jobArn', 'importedModelArn'], 'jobArn and importedModelArn'],
  ])(
    'its %p, is waited for until ten minutes after its end, then fails and says what is missing',
    (fields, words) => {
      const missing = Object.fromEntries(fields.map((field) => [field, undefined]));
      const { seconds, verdict } = follow(() => job({ ...missing, endTime: secondsAgo(30) }));
      expect(seconds).toBe(570);
      expect(reasonOf(verdict)).toContain(`completed, but Bedrock does not name its ${words}.`);
    },
  );

  test('is observed again after 2 s, then with growing pauses', () => {
    const seen = job({ importedModelArn: undefined, endTime: secondsAgo(1) });
    const pauses: number[] = [];
    let now = NOW;
    for (let { tolerance } = waitContext(); pauses.length < 6;) {
      const verdict = judgeJob(seen, waitContext({ now, tolerance, pollIntervalSeconds: 300 }));
      const { withinSeconds, tolerance: next } = verdict.type === 'wait' ? verdict : {};
      pauses.push(withinSeconds!);
      now += withinSeconds! * 1000;
      tolerance = next;
    }
    expect(pauses).toEqual([2, 2, 4, 8, 16, 32]);
  });

  test('fails at once when its end is longer ago', () => {
    expect(follow(() => job({ importedModelArn: undefined, endTime: secondsAgo(601) })).seconds).toBe(0);
  });

  test('fails ten minutes after that was seen, when its end is not known', () => {
    expect(follow(() => job({ importedModelArn: undefined, endTime: undefined })).seconds).toBe(600);
  });

  test('says so when the time is up, also when the last answer was an error', () => {
    const seen = job({ importedModelArn: undefined, endTime: secondsAgo(1) });
    expect(reasonOf(judgeJob(seen, waitContext(UP)))).toContain('does not name its importedModelArn');
    const tolerance = toleranceAfter(seen);
    const last = judgeJob(THROTTLED, waitContext({ ...OVER, memory: SEEN, tolerance }));
    expect(reasonOf(last)).toContain('does not name its importedModelArn');
  });
});

describe('a job that is not there', () => {
  test.each([
    ['ResourceNotFoundException', 404],
    ['ValidationException', 400],
  ])('by the word %s is tolerated for two minutes, then fails with the words of Bedrock', (name, status) => {
    const { seconds, verdict } = follow(() => errorOf(name, status));
    expect(seconds).toBe(120);
    expect(reasonOf(verdict)).toContain(
      `JobNotFound: There is no model import job ${JOB_ARN} in Region us-east-1 of account 123456789012: ${name}, "the message of ${name}"`,
    );
  });

  test('is tolerated for the longest lag and a poll interval more, where the interval is long', () => {
    expect(follow(() => ABSENT, { pollIntervalSeconds: 300 }).seconds).toBe(600);
  });

  test.each<[string, Partial<WaitContext>]>([
    ['was seen before in this wait', { memory: SEEN }],
    ['a link before has waited for', { isContinued: true }],
  ])('but %s, is tolerated for seven minutes', (_, changed) => {
    expect(follow(() => ABSENT, changed).seconds).toBe(420);
  });

  test('fails, but not where the resource has it already: Bedrock does not keep its record', () => {
    expect(reasonOf(follow(() => ABSENT, { isContinued: true }).verdict)).toMatch(/^JobNotFound: /);
    expect(judgeJob(ABSENT, waitContext({ keepsJob: true }))).toMatchObject({ type: 'not kept' });
  });

  test('for a moment in the middle of good answers is one more poll, however often', () => {
    const strays = [ABSENT, DENIED, errorOf('ValidationException', 400)];
    const running = job({ status: 'InProgress', endTime: undefined });
    const observe = (second: number): Observation<Job> =>
      second % 3600 >= 600 && second % 3600 < 900 ? strays[Math.floor(second / 3600) % 3] : running;
    expect(follow(observe, {}, 4 * 3600).seconds).toBe(Infinity);
  });
});

describe('a client error', () => {
  test.each([
    ['AccessDeniedException', 'AccessDenied: Not allowed to call bedrock:GetModelImportJob'],
    ['UnrecognizedClientException', 'Refused: Bedrock refused to describe model import job'],
    ['RoleNotAssumed', 'RoleNotAssumed: The waiter function cannot assume'],
  ])('%s is tolerated for seven minutes of nothing else, then fails', (name, words) => {
    const { seconds, verdict } = follow(() => errorOf(name, 403));
    expect(seconds).toBe(420);
    expect(reasonOf(verdict)).toContain(words);
  });

  test.each([
    [JOB_ARN, JOB_ARN],
    ['import-7', 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/*'],
  ])('names what the call for %s needs a permission on', (jobIdentifier, resource) => {
    const wait = { ...waitContext().wait, jobIdentifier };
    const { verdict } = follow(() => DENIED, { wait });
    expect(reasonOf(verdict)).toContain(`Not allowed to call bedrock:GetModelImportJob on ${resource}: `);
  });

  test('counts with client errors of other names', () => {
    const names = ['AccessDeniedException', 'ExpiredTokenException', 'RoleNotAssumed'];
    expect(follow((second) => errorOf(names[(second / 10) % 3], 403)).seconds).toBe(420);
  });

  test('counts no time that throttles and server errors take, and they do not start the count anew', () => {
    const isThrottled = (second: number): boolean => second >= 200 && second < 500;
    const { seconds } = follow((second) => (isThrottled(second) ? THROTTLED : DENIED));
    // The client errors up to 190 s, and from 500 s on.
    expect(seconds).toBe(500 + (420 - 190));
  });

  test('is forgotten after one good answer', () => {
    const running = job({ status: 'InProgress', endTime: undefined });
    const { seconds } = follow((second) => (second === 400 ? running : DENIED));
    expect(seconds).toBe(410 + 420);
  });

  test('of another kind starts the count anew', () => {
    const { seconds } = follow((second) => (second === 400 ? ABSENT : DENIED));
    expect(seconds).toBe(410 + 420);
  });

  test('for a broken constraint fails at once: no waiting fixes it', () => {
    const message = "Value at 'jobIdentifier' failed to satisfy constraint: …";
    const broken = errorOf('ValidationException', 400, message);
    expect(reasonOf(judgeJob(broken, waitContext()))).toMatch(
      /^InvalidJobIdentifier: 'jobIdentifier' Value at 'jobIdentifier' failed to satisfy constraint/,
    );
  });

  test('that KMS words names the policy of the key, the key and the actions', () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const message = `User is not authorized to perform: kms:Decrypt on resource: ${key} because no resource-based policy allows the kms:Decrypt action`;
    const { verdict } = follow(() => errorOf('AccessDeniedException', 403, message));
    expect(reasonOf(verdict)).toContain(`Allow kms:Decrypt on ${key} in the key's own policy`);
    expect(reasonOf(verdict)).not.toContain('service control policy');
  });
});

describe('no HTTP answer', () => {
  test.each([
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND bedrock.us-east-1.amazonaws.com'],
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:443'],
    ['TimeoutError', 'Connection timed out after 3000 ms'],
  ])(
    '(%s) from the first call on fails after 15 minutes: never reached, with Region, host and remedy',
    (name, message) => {
      const { seconds, verdict } = follow(() => errorOf(name, undefined, message), {}, 4000);
      expect(seconds).toBe(900);
      const reason = reasonOf(verdict);
      expect(reason).toMatch(/^NeverReached: No call to look up model import job .* had an answer in 15 min/);
      expect(reason).toContain(`bedrock.us-east-1.amazonaws.com said ${name}, "${message}"`);
      expect(reason).toContain('interface endpoint "bedrock" of this Region, or a NAT gateway');
      expect(reason).toContain('whether Amazon Bedrock is offered in Region us-east-1');
    },
  );

  test('of AWS STS names its host and its endpoint', () => {
    const sts = errorOf(
      'RoleNotAssumed',
      undefined,
      'Error: getaddrinfo ENOTFOUND sts.us-east-1.amazonaws.com',
    );
    const { seconds, verdict } = follow(() => sts, {}, 4000);
    expect(seconds).toBe(900);
    expect(reasonOf(verdict)).toContain(
      'sts.us-east-1.amazonaws.com said RoleNotAssumed, "Error: getaddrinfo',
    );
    expect(reasonOf(verdict)).toContain('interface endpoint "sts" of this Region');
  });

  test('fails at the end of a shorter timeout as that, and not as a timeout', () => {
    const { seconds, verdict } = follow(() => NO_HOST, { remainingSeconds: 300 });
    expect(seconds).toBe(300);
    expect(reasonOf(verdict)).toMatch(/^NeverReached: .* had an answer in 5 min/);
  });

  test('fails a link that continues too: later links would reach as little', () => {
    const changed = { remainingSeconds: 300, continues: true };
    expect(reasonOf(follow(() => NO_HOST, changed).verdict)).toMatch(/^NeverReached: /);
  });

  test('after one answer of any kind passes, however long it lasts', () => {
    for (const first of [RUNNING, THROTTLED, DENIED]) {
      const observe = (second: number) => (second === 0 && first !== RUNNING ? first : NO_HOST);
      const memory = first === RUNNING ? REACHED : {};
      expect(follow(observe, { memory }, 20_000).seconds).toBe(Infinity);
    }
  });
});

test.each([
  ['ThrottlingException', 429],
  ['InternalServerException', 500],
  ['ServiceUnavailableException', 503],
  ['UnknownError', 502],
  ['TooManyRequests', 429],
  ['RequestTimeout', 408],
  ['SyntaxError', 200],
])('%s (HTTP %p) passes, however long it lasts', (name, httpStatus) => {
  expect(follow(() => errorOf(name, httpStatus), {}, 20_000).seconds).toBe(Infinity);
  expect(judgeJob(errorOf(name, httpStatus), waitContext())).toMatchObject({
    type: 'wait',
    warning: `${name}: the message of ${name}`,
  });
});

describe('when the time is up', () => {
  const running = job({ status: 'InProgress', endTime: undefined });

  test.each([
    ['a job in progress', running, UP],
    ['an error that lasts', errorOf('HTTP 503', 503), OVER],
  ])('%s fails, and says how long it was waited for and what the timeout is', (_, observation, time) => {
    const { wait } = waitContext();
    const verdict = judgeJob(
      observation,
      waitContext({ ...time, memory: SEEN, wait: { ...wait, timeoutSeconds: 15, waitedSeconds: 17.2 } }),
    );
    expect(reasonOf(verdict)).toMatch(
      /^TimedOut: .*has not ended after 17 s; 'timeout' is 15 s\..*Raise 'timeout'/,
    );
  });

  test.each([
    ['refused', DENIED, 'Not allowed to call'],
    ['not there', ABSENT, 'There is no model import job'],
  ])('a job that was %s all the while fails with that', (_, observation, words) => {
    expect(reasonOf(judgeJob(observation, waitContext(UP)))).toContain(words);
    const tolerance = toleranceAfter(observation);
    const last = judgeJob(THROTTLED, waitContext({ ...UP, memory: REACHED, tolerance }));
    expect(reasonOf(last)).toContain(words);
  });

  test('a stray refusal does not hide that the job was in progress', () => {
    expect(reasonOf(judgeJob(DENIED, waitContext({ ...OVER, memory: SEEN })))).toMatch(/^TimedOut: /);
  });

  test.each([
    ['throttled', THROTTLED],
    ['refused', DENIED],
    ['not there', ABSENT],
  ])('a poll that is %s in that moment is repeated for a minute', (_, observation) => {
    for (const remainingSeconds of [0, -59]) {
      expect(judgeJob(observation, waitContext({ memory: SEEN, remainingSeconds }))).toMatchObject({
        type: 'wait',
        withinSeconds: 5,
      });
    }
    expect(judgeJob(observation, waitContext({ memory: SEEN, ...OVER })).type).toBe('fail');
  });

  test('a link that another one follows continues in it', () => {
    for (const observation of [
      running,
      errorOf('HTTP 503', 503),
      DENIED,
      ABSENT,
      job({ importedModelArn: undefined, endTime: secondsAgo(1) }),
    ]) {
      const context = waitContext({ ...LINK_IS_UP, memory: REACHED });
      expect(judgeJob(observation, context)).toEqual({ type: 'continue' });
    }
  });
});
