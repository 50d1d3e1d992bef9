import type { Observation } from '../../../../lambda/waiter/bedrock';
import type { Decision, Situation } from '../../../../lambda/waiter/decision';
import type { Reply } from '../../../../lambda/waiter/runtime';
import { decideOnReply } from '../../../../lambda/waiter/smoke-test-decision';
import type { Job } from '../../../../lambda/shared/bedrock';
import { COMPLETED, fault, NOW, secondsAgo, testing } from '../../../support/situation';

const REPLY: Reply = { bytes: 12, milliseconds: 800 };
const UP = { remainingSeconds: 0 };

/** Asks every ten seconds, and says after how many seconds the wait ends. */
function follow(
  observations: (second: number) => Observation<Reply>,
  job: Job = COMPLETED,
): { readonly seconds: number; readonly decision: Decision<Reply> } {
  let doubt: Situation['memory']['doubt'];
  for (let seconds = 0; seconds <= 2000; seconds += 10) {
    const usual = testing({ now: NOW + seconds * 1000 }, job);
    const decision = decideOnReply(observations(seconds), {
      ...usual,
      memory: { ...usual.memory, doubt },
    });
    if (decision.action !== 'wait') {
      return { seconds, decision };
    }
    doubt = decision.doubt;
  }
  return { seconds: Infinity, decision: { action: 'wait' } };
}

const reasonOf = (decision: Decision<Reply>): string => (decision.action === 'fail' ? decision.reason : '');

test('an answer ends the wait, also when the time is up', () => {
  for (const time of [{}, UP]) {
    expect(decideOnReply({ answer: REPLY }, testing(time))).toEqual({ action: 'goOn', with: REPLY });
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
  ['EmptyAnswer', undefined],
])('%s passes by itself, however long it takes', (name, status) => {
  expect(follow(() => fault(name, status)).seconds).toBe(Infinity);
});

test.each([
  ['ValidationException', 400],
  ['ModelErrorException', 400],
  ['UnknownOperationException', 404],
])("%s fails after two minutes with Bedrock's words and the model's architecture", (name, status) => {
  const { seconds, decision } = follow(() => fault(name, status));
  expect(seconds).toBe(120);
  expect(reasonOf(decision)).toContain(
    `The model ${COMPLETED.importedModelArn} of the architecture qwen3 refused the smoke test: ${name}, "the message of ${name}"`,
  );
});

test('a refusal among other answers fails nothing, however long ago the import was', () => {
  const job = { ...COMPLETED, endTime: secondsAgo(9000) };
  const refused = (second: number): boolean => second >= 300 && second < 400;
  const { seconds, decision } = follow(
    (second) =>
      second > 500
        ? { answer: REPLY }
        : refused(second)
          ? fault('ValidationException', 400)
          : fault('ModelNotReadyException', 429),
    job,
  );
  expect({ seconds, decision }).toEqual({ seconds: 510, decision: { action: 'goOn', with: REPLY } });
});

test('a broken constraint fails at once, also short after the import', () => {
  const broken = fault('ValidationException', 400, "Value at 'body' failed to satisfy constraint");
  expect(follow(() => broken, { ...COMPLETED, endTime: secondsAgo(1) }).seconds).toBe(0);
});

test.each([
  ['AccessDeniedException', 'is not allowed to call bedrock:InvokeModel on arn:aws:bedrock'],
  ['ExpiredTokenException', 'is not allowed to call bedrock:InvokeModel on arn:aws:bedrock'],
  ['RoleNotAssumed', 'cannot assume'],
])('%s is given seven minutes, because a permission may be on its way', (name, words) => {
  const { seconds, decision } = follow(() => fault(name, 403));
  expect(seconds).toBe(420);
  expect(reasonOf(decision)).toContain(words);
});

test('a model that loads does not count towards the time that permissions have', () => {
  const loads = (second: number): boolean => second >= 100 && second < 300;
  const { seconds } = follow((second) =>
    loads(second) ? fault('ModelNotReadyException', 429) : fault('AccessDeniedException', 403),
  );
  expect(seconds).toBe(300 + (420 - 90));
});

test('when the time is up, the reason is what the model last said', () => {
  const decision = decideOnReply(fault('ModelNotReadyException', 429), testing(UP));
  expect(reasonOf(decision)).toContain(
    'did not answer the smoke test within 55 min: it last said ModelNotReadyException, "the message of ModelNotReadyException"',
  );
  const refused = decideOnReply(fault('ValidationException', 400), testing(UP));
  expect(reasonOf(refused)).toContain('refused the smoke test');
  const denied = decideOnReply(fault('AccessDeniedException', 403), testing(UP));
  expect(reasonOf(denied)).toContain('bedrock:InvokeModel');
});
