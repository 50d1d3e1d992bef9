import type { Model, Observation } from '../../../../lambda/waiter/bedrock';
import type { Decision, Situation } from '../../../../lambda/waiter/decision';
import { decideOnModel } from '../../../../lambda/waiter/model-decision';
import type { Job } from '../../../../lambda/shared/bedrock';
import { COMPLETED, fault, NOW, secondsAgo, situation } from '../../../support/situation';

const MODEL = { modelArchitecture: 'llama' } as Model;
const ABSENT = fault('ResourceNotFoundException', 404);
const DENIED = fault('AccessDeniedException', 403);
const THROTTLED = fault('ThrottlingException', 429);

const endedAgo = (seconds: number): Job => ({ ...COMPLETED, endTime: secondsAgo(seconds) });

/** Asks every ten seconds, and says after how many seconds the wait goes on or fails. */
function follow(
  observations: (second: number) => Observation<Model>,
  job: Job,
  changed: Partial<Situation> = {},
): { readonly seconds: number; readonly decision: Decision<Model> } {
  let memory = situation(changed).memory;
  for (let seconds = 0; seconds <= 2000; seconds += 10) {
    const now = NOW + seconds * 1000;
    const remainingSeconds = (changed.remainingSeconds ?? 5000) - seconds;
    const decision = decideOnModel(
      observations(seconds),
      job,
      situation({ ...changed, now, remainingSeconds, memory }),
    );
    if (decision.action !== 'wait') {
      return { seconds, decision };
    }
    memory = { attempt: 0, doubt: decision.doubt };
  }
  return { seconds: Infinity, decision: { action: 'wait' } };
}

test('a model that Bedrock describes is gone on with', () => {
  expect(decideOnModel({ answer: MODEL }, COMPLETED, situation())).toEqual({ action: 'goOn', with: MODEL });
});

describe('a model that is not there', () => {
  test.each([
    ['ResourceNotFoundException', 404],
    ['ValidationException', 400],
  ])(
    'by the word %s is waited for until five minutes after the end of its job, then fails',
    (name, status) => {
      const { seconds, decision } = follow(() => fault(name, status), endedAgo(40));
      expect(seconds).toBe(260);
      const words = `there is no model ${COMPLETED.importedModelArn}: ${name}, "the message of ${name}"`;
      expect(decision).toMatchObject({ action: 'fail', reason: expect.stringContaining(words) as string });
    },
  );

  test('fails after two minutes when its job ended longer ago', () => {
    expect(follow(() => ABSENT, endedAgo(300)).seconds).toBe(120);
  });

  test('in one answer among good ones fails nothing', () => {
    const { seconds, decision } = follow(
      (second) => (second < 60 ? ABSENT : { answer: MODEL }),
      endedAgo(9000),
    );
    expect({ seconds, decision }).toEqual({ seconds: 60, decision: { action: 'goOn', with: MODEL } });
  });

  test('fails five minutes after that was seen, when the end of its job is not known', () => {
    expect(follow(() => ABSENT, { ...COMPLETED, endTime: undefined }).seconds).toBe(300);
  });

  test('is taken to be on its way when the time is up, short after the end of its job', () => {
    const { seconds, decision } = follow(() => ABSENT, endedAgo(40), { remainingSeconds: 20 });
    expect(seconds).toBe(20);
    expect(decision).toMatchObject({ action: 'goOn', with: {} });
  });

  test('fails a wait that is too short for doubts, unless its job has just ended', () => {
    const { seconds, decision } = follow(() => ABSENT, endedAgo(9000), { remainingSeconds: 30 });
    expect({ seconds, action: decision.action }).toEqual({ seconds: 30, action: 'fail' });
  });

  test('does not fail the job that the resource has already: a rollback has to get back to it', () => {
    expect(follow(() => ABSENT, endedAgo(9000), { isOwnJob: true }).decision).toMatchObject({
      action: 'goOn',
      with: {},
      warning: expect.stringContaining('The model was deleted.') as string,
    });
  });
});

describe('a description that is refused', () => {
  test.each([
    ['AccessDeniedException', 403],
    ['UnrecognizedClientException', 403],
    ['RoleNotAssumed', 403],
  ])(
    'as %s is asked for again for a minute, then given up, with the permission in the log',
    (name, status) => {
      const { seconds, decision } = follow(() => fault(name, status), endedAgo(40));
      expect(seconds).toBe(60);
      expect(decision).toEqual({
        action: 'goOn',
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
      decision: { action: 'goOn', with: {} },
    });
  });

  test('for its identifier is no sign that the model is gone', () => {
    const broken = fault('ValidationException', 400, "'modelIdentifier' failed to satisfy constraint");
    expect(follow(() => broken, COMPLETED)).toMatchObject({ seconds: 60, decision: { action: 'goOn' } });
  });
});

describe('a description that faults keep away', () => {
  test('is asked for again until the time is up, and then given up', () => {
    const { seconds, decision } = follow(() => THROTTLED, COMPLETED, { remainingSeconds: 1000 });
    expect(seconds).toBe(1000);
    expect(decision).toMatchObject({
      action: 'goOn',
      with: {},
      warning: expect.stringContaining('ThrottlingException') as string,
    });
  });

  test('leaves a minute for the smoke test', () => {
    const changed = { remainingSeconds: 1000, hasSmokeTest: true };
    expect(follow(() => THROTTLED, COMPLETED, changed).seconds).toBe(940);
  });
});
