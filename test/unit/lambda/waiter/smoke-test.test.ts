import type { Observation } from '../../../../lambda/waiter/bedrock';
import type { Verdict, WaitContext } from '../../../../lambda/waiter/context';
import type { TestResponse } from '../../../../lambda/waiter/runtime';
import { judgeResponse } from '../../../../lambda/waiter/smoke-test';
import type { Job } from '../../../../lambda/shared/bedrock';
import { COMPLETED, errorOf, NOW, secondsAgo, testContext } from '../../../support/context';

const RESPONSE: TestResponse = { bytes: 12, milliseconds: 800 };
const UP = { remainingSeconds: 0 };

/** Sends the test request every ten seconds, and says after how many seconds the wait ends. */
function follow(
  observations: (second: number) => Observation<TestResponse>,
  job: Job = COMPLETED,
): { readonly seconds: number; readonly verdict: Verdict<TestResponse> } {
  let tolerance: WaitContext['tolerance'];
  for (let seconds = 0; seconds <= 2000; seconds += 10) {
    const context = testContext({ now: NOW + seconds * 1000, tolerance }, job);
    const verdict = judgeResponse(observations(seconds), context);
    if (verdict.type !== 'wait') {
      return { seconds, verdict };
    }
    ({ tolerance } = verdict);
  }
  return { seconds: Infinity, verdict: { type: 'wait', waitsFor: 'ever' } };
}

const reasonOf = (verdict: Verdict<TestResponse>): string => (verdict.type === 'fail' ? verdict.reason : '');

test('an answer ends the wait, also when the time is up', () => {
  for (const time of [{}, UP]) {
    expect(judgeResponse({ answer: RESPONSE }, testContext(time))).toEqual({ type: 'go on', with: RESPONSE });
  }
});

test.each([
  ['ModelNotReadyException', 429],
  ['ThrottlingException', 429],
  ['ServiceQuotaExceededException', 400],
  ['ModelTimeoutException', 408],
  ['InternalServerException', 500],
  ['ServiceUnavailableException', 503],
  ['ModelErrorException', 500],
  ['TimeoutError', undefined],
])('%s passes by itself, however long it takes', (name, status) => {
  expect(follow(() => errorOf(name, status)).seconds).toBe(Infinity);
});

test.each([
  ['ValidationException', 400],
  ['ModelErrorException', 400],
  ['UnknownOperationException', 404],
])("%s fails after two minutes with Bedrock's words and the model's architecture", (name, status) => {
  const { seconds, verdict } = follow(() => errorOf(name, status));
  expect(seconds).toBe(120);
  expect(reasonOf(verdict)).toContain(
    `The model ${COMPLETED.importedModelArn} of the architecture qwen3 refused the smoke test: ${name}, "the message of ${name}"`,
  );
});

test('a refusal among other answers fails nothing, however long ago the import was', () => {
  const job = { ...COMPLETED, endTime: secondsAgo(9000) };
  const refused = (second: number): boolean => second >= 300 && second < 400;
  const { seconds, verdict } = follow(
    (second) =>
      second > 500
        ? { answer: RESPONSE }
        : refused(second)
          ? errorOf('ValidationException', 400)
          : errorOf('ModelNotReadyException', 429),
    job,
  );
  expect({ seconds, verdict }).toEqual({ seconds: 510, verdict: { type: 'go on', with: RESPONSE } });
});

test('a broken constraint fails at once, also short after the import', () => {
  const broken = errorOf('ValidationException', 400, "Value at 'body' failed to satisfy constraint");
  expect(follow(() => broken, { ...COMPLETED, endTime: secondsAgo(1) }).seconds).toBe(0);
});

test.each([
  ['AccessDeniedException', 'is not allowed to call bedrock:InvokeModel on arn:aws:bedrock'],
  ['ExpiredTokenException', 'is not allowed to call bedrock:InvokeModel on arn:aws:bedrock'],
  ['RoleNotAssumed', 'cannot assume'],
  ['UnauthorizedException', 'is not allowed to call bedrock:InvokeModel on arn:aws:bedrock', 401],
])('%s is given seven minutes, because a permission may be on its way', (name, words, status = 403) => {
  const { seconds, verdict } = follow(() => errorOf(name, status));
  expect(seconds).toBe(420);
  expect(reasonOf(verdict)).toContain(words);
});

test('a model that loads does not count towards the time that permissions have', () => {
  const loads = (second: number): boolean => second >= 100 && second < 300;
  const { seconds } = follow((second) =>
    loads(second) ? errorOf('ModelNotReadyException', 429) : errorOf('AccessDeniedException', 403),
  );
  expect(seconds).toBe(300 + (420 - 90));
});

test.each([0, 900])(
  'a runtime that was never reached is named when the time is up after %i s of that',
  (seconds) => {
    const unreached = errorOf('ENOTFOUND', undefined, 'getaddrinfo ENOTFOUND');
    const first = judgeResponse(unreached, testContext({ now: NOW - seconds * 1000 }));
    const tolerance = first.type === 'wait' ? first.tolerance : undefined;
    expect(reasonOf(judgeResponse(unreached, testContext({ ...UP, tolerance })))).toMatch(/^NeverReached: /);
  },
);

test('when the time is up, the reason is what the model last said', () => {
  const verdict = judgeResponse(errorOf('ModelNotReadyException', 429), testContext(UP));
  expect(reasonOf(verdict)).toContain(
    'has not answered the smoke test after 1 min: it last said ModelNotReadyException, "the message of ModelNotReadyException"',
  );
  const refused = judgeResponse(errorOf('ValidationException', 400), testContext(UP));
  expect(reasonOf(refused)).toContain('refused the smoke test');
  const denied = judgeResponse(errorOf('AccessDeniedException', 403), testContext(UP));
  expect(reasonOf(denied)).toContain('bedrock:InvokeModel');
});

describe('an empty response', () => {
  const EMPTY: Observation<TestResponse> = { answer: { bytes: 0, milliseconds: 300 } };

  test('is given two minutes of nothing else, then fails with what to look for', () => {
    const { seconds, verdict } = follow(() => EMPTY);
    expect(seconds).toBe(120);
    const reason = reasonOf(verdict);
    expect(reason).toMatch(/^EmptyAnswer: The model .* answers the smoke test with nothing\./);
    expect(reason).toContain('chat template');
    expect(reason).toContain('stop tokens');
    expect(reason).not.toContain("Raise 'timeout'");
  });

  test('fails the wait as that when the time is up, too', () => {
    expect(reasonOf(judgeResponse(EMPTY, testContext(UP)))).toMatch(/^EmptyAnswer: /);
  });

  test('of a model that loads in between counts only the time of empty responses', () => {
    const loads = (second: number): boolean => second >= 100 && second < 300;
    const loading = errorOf('ModelNotReadyException', 429);
    expect(follow((second) => (loads(second) ? loading : EMPTY)).seconds).toBe(300 + (120 - 90));
  });

  test('followed by one that says something ends the wait', () => {
    const { seconds, verdict } = follow((second) => (second < 60 ? EMPTY : { answer: RESPONSE }));
    expect({ seconds, type: verdict.type }).toEqual({ seconds: 60, type: 'go on' });
  });
});

test('no HTTP answer at all fails after 15 minutes, and names the endpoint of the runtime', () => {
  const { seconds, verdict } = follow(() => errorOf('ENOTFOUND', undefined, 'getaddrinfo ENOTFOUND'));
  expect(seconds).toBe(900);
  expect(reasonOf(verdict)).toMatch(
    /^NeverReached: .*bedrock-runtime\.us-east-1\.amazonaws\.com said ENOTFOUND/,
  );
  expect(reasonOf(verdict)).toContain('interface endpoint "bedrock-runtime"');
});

test('a test request that KMS denies names the policy of the key, the key and the actions', () => {
  const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const message = `not authorized to perform: kms:Decrypt on ${key} because no resource-based policy allows it`;
  const { verdict } = follow(() => errorOf('AccessDeniedException', 403, message));
  expect(reasonOf(verdict)).toContain(`Allow kms:Decrypt on ${key} in the key's own policy`);
});
