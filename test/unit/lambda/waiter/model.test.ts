import type { Model, Observation } from '../../../../lambda/waiter/bedrock';
import type { Verdict, WaitContext } from '../../../../lambda/waiter/context';
import { judgeModel } from '../../../../lambda/waiter/model';
import type { Job } from '../../../../lambda/shared/bedrock';
import { COMPLETED, errorOf, NOW, secondsAgo, waitContext } from '../../../support/context';

const MODEL = { modelArchitecture: 'llama' } as Model;
const ABSENT = errorOf('ResourceNotFoundException', 404);
const DENIED = errorOf('AccessDeniedException', 403);
const THROTTLED = errorOf('ThrottlingException', 429);

const endedAgo = (seconds: number): Job => ({ ...COMPLETED, endTime: secondsAgo(seconds) });

/** Observes every ten seconds, and says after how many seconds the wait goes on or fails. */
function follow(
  observations: (second: number) => Observation<Model>,
  job: Job,
  changed: Partial<WaitContext> = {},
): { readonly seconds: number; readonly verdict: Verdict<Model> } {
  let { tolerance } = changed;
  for (let seconds = 0; seconds <= 2000; seconds += 10) {
    const now = NOW + seconds * 1000;
    const remainingSeconds = (changed.remainingSeconds ?? 5000) - seconds;
    const verdict = judgeModel(
      observations(seconds),
      job,
      waitContext({ ...changed, now, remainingSeconds, tolerance }),
    );
    if (verdict.type !== 'wait') {
      return { seconds, verdict };
    }
    ({ tolerance } = verdict);
  }
  return { seconds: Infinity, verdict: { type: 'wait', waitsFor: 'ever' } };
}

test('a model that Bedrock describes is gone on with', () => {
  expect(judgeModel({ answer: MODEL }, COMPLETED, waitContext())).toEqual({ type: 'go on', with: MODEL });
});

describe('a model that is not there', () => {
  test.each([
    ['ResourceNotFoundException', 404],
    ['ValidationException', 400],
  ])(
    'by the word %s is waited for until two minutes of nothing else have passed, then fails',
    (name, status) => {
      const { seconds, verdict } = follow(() => errorOf(name, status), endedAgo(40));
      expect(seconds).toBe(120);
      const words = `there is no model ${COMPLETED.importedModelArn}: ${name}, "the message of ${name}"`;
      expect(verdict).toMatchObject({ type: 'fail', reason: expect.stringContaining(words) as string });
    },
  );

  test('fails after two minutes when its job ended longer ago', () => {
    expect(follow(() => ABSENT, endedAgo(300)).seconds).toBe(120);
  });

  test('in one answer among good ones fails nothing', () => {
    const { seconds, verdict } = follow(
      (second) => (second < 60 ? ABSENT : { answer: MODEL }),
      endedAgo(9000),
    );
    expect({ seconds, verdict }).toEqual({ seconds: 60, verdict: { type: 'go on', with: MODEL } });
  });

  test('fails two minutes after that was seen, when the end of its job is not known', () => {
    expect(follow(() => ABSENT, { ...COMPLETED, endTime: undefined }).seconds).toBe(120);
  });

  test('is taken to be on its way when the time is up, short after the end of its job', () => {
    const { seconds, verdict } = follow(() => ABSENT, endedAgo(40), { remainingSeconds: 20 });
    expect(seconds).toBe(20);
    expect(verdict).toMatchObject({ type: 'go on', with: {} });
  });

  test('fails a wait that is too short to tolerate it, unless its job has just ended', () => {
    const { seconds, verdict } = follow(() => ABSENT, endedAgo(9000), { remainingSeconds: 30 });
    expect({ seconds, type: verdict.type }).toEqual({ seconds: 30, type: 'fail' });
  });

  test('does not fail the job that the resource has already: a rollback has to get back to it', () => {
    expect(follow(() => ABSENT, endedAgo(9000), { keepsJob: true }).verdict).toMatchObject({
      type: 'go on',
      with: {},
      warning: expect.stringContaining(`The model ${COMPLETED.importedModelArn} was deleted.`) as string,
    });
  });
});

describe('a description that is refused', () => {
  test.each([
    ['AccessDeniedException', 403],
    ['UnrecognizedClientException', 403],
    ['RoleNotAssumed', 403],
  ])(
    'as %s is tried again for three minutes, then given up, with the permission in the log',
    (name, status) => {
      const { seconds, verdict } = follow(() => errorOf(name, status), endedAgo(40));
      expect(seconds).toBe(180);
      expect(verdict).toEqual({
        type: 'go on',
        with: {},
        warning: expect.stringContaining(
          `allow bedrock:GetImportedModel on ${COMPLETED.importedModelArn}`,
        ) as string,
      });
    },
  );

  test('is given up when the time is up', () => {
    expect(follow(() => DENIED, COMPLETED, { remainingSeconds: 20 })).toMatchObject({
      seconds: 20,
      verdict: { type: 'go on', with: {} },
    });
  });

  test('for its identifier is no sign that the model is gone', () => {
    const broken = errorOf('ValidationException', 400, "'modelIdentifier' failed to satisfy constraint");
    expect(follow(() => broken, COMPLETED)).toMatchObject({ seconds: 180, verdict: { type: 'go on' } });
  });
});

describe('a description that throttles keep away', () => {
  test('is tried again until the time is up, and then given up', () => {
    const { seconds, verdict } = follow(() => THROTTLED, COMPLETED, { remainingSeconds: 1000 });
    expect(seconds).toBe(1000);
    expect(verdict).toMatchObject({
      type: 'go on',
      with: {},
      warning: expect.stringContaining('ThrottlingException') as string,
    });
  });

  test('leaves a minute for the smoke test', () => {
    const changed = { remainingSeconds: 1000, hasSmokeTest: true };
    expect(follow(() => THROTTLED, COMPLETED, changed).seconds).toBe(940);
  });
});
