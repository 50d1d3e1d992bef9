import { LINK } from '../../../../../lib/private/contract/links';
import { waitEngine } from '../../../../../lib/private/contract/state-machine';
import { answerRequest } from '../../../../../lambda/waiter/answer';
import { createEvent } from '../../../../support/events';
import { silenceLog } from '../../../../support/log';
import { requestOf, Waits } from '../../../../support/wait';

/** It has no types of its own. */
const aslValidator =
  jest.requireActual<
    (definition: object) => { readonly isValid: boolean; readonly errorsText: () => string }
  >('asl-validator');

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly SecondsPath?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: {
    readonly ErrorEquals: string[];
    readonly IntervalSeconds: number;
    readonly MaxAttempts: number;
    readonly BackoffRate: number;
  }[];
  readonly Catch?: { readonly ErrorEquals: string[]; readonly ResultPath: string; readonly Next: string }[];
  readonly Choices?: { readonly Variable: string; readonly IsPresent?: boolean; readonly Next: string }[];
}

const definition = waitEngine('aws') as { readonly States: Record<string, State> };
const { Poll, Answer } = definition.States;

silenceLog();
const waits = Waits.setUp();

test('the definition is valid Amazon States Language', () => {
  const { isValid, errorsText } = aslValidator(definition);
  expect(errorsText()).toBe('');
  expect(isValid).toBe(true);
});

test('the validator would find a state that does not exist', () => {
  const broken = { ...definition, StartAt: 'Nowhere' };
  expect(aslValidator(broken).isValid).toBe(false);
});

test('it has seven states, and calls Lambda in its partition', () => {
  const names = ['Wait', 'Poll', 'Decided?', 'Answer', 'Answered?', 'Done', 'Unanswered'];
  expect(Object.keys(definition.States)).toEqual(names);
  expect(JSON.stringify(waitEngine('aws-us-gov'))).toContain('arn:aws-us-gov:states:::lambda:invoke');
});

test('it judges no time: it compares no timestamps, and reads none from the context', () => {
  const text = JSON.stringify(definition);
  expect(text).not.toMatch(/Timestamp|EnteredTime|\$\$/);
  const choices = Object.values(definition.States).flatMap(({ Choices = [] }) => Choices);
  expect(choices).toHaveLength(3);
  expect(choices.every(({ IsPresent }) => IsPresent)).toBe(true);
});

test('Wait gets its number from the poll, and the poll really returns one', async () => {
  const jobIdentifier = waits.bedrock.startJob({ jobName: 'slow', durationMs: 60_000 });
  const event = createEvent({ jobIdentifier, pollIntervalSeconds: '7' });
  const result = await waits.poll(requestOf(event, waits.now));
  expect(definition.States.Wait.SecondsPath).toBe('$.poll.result.waitSeconds');
  expect(result).toMatchObject({ attempt: 1, lastSeen: 'status InProgress', waitSeconds: 7 });
});

/** Seconds until the next poll after one that crashed. */
async function pauseAfterCrash(): Promise<number> {
  const state = {
    worker: createEvent().ServiceToken,
    responseUrl: '',
    request: requestOf(createEvent(), waits.now),
    poll: { result: { attempt: 1 }, error: { Error: 'Runtime.ExitError' } },
  };
  const network = { put: () => Promise.reject(new Error('Nothing is sent')), sleep: () => Promise.resolve() };
  return (await answerRequest(state, network, () => waits.now)).waitSeconds!;
}

test('a poll that fails in any way is not retried, and goes to the answering step', () => {
  expect(Poll.Retry).toBeUndefined();
  expect(Poll.Catch).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: '$.poll.error', Next: 'Answer' }]);
});

describe('after the deadline', () => {
  test('the last poll and two tries of an answer fit in the margin of a link, with 15 s to spare', async () => {
    expect(LINK).toMatchObject({ marginSeconds: 300, lastPollSeconds: 100 });
    // A poll that begins a moment before may crash at its timeout.
    const lastPollEnds = LINK.lastPollSeconds + (await pauseAfterCrash()) + Poll.TimeoutSeconds!;
    const [{ IntervalSeconds }] = Answer.Retry!;
    const answered = lastPollEnds + 2 * Answer.TimeoutSeconds! + IntervalSeconds;
    expect(lastPollEnds).toBe(100 + 5 + 35);
    expect(LINK.marginSeconds - answered).toBeGreaterThanOrEqual(15);
  });

  test('a poll may crash twice for the whole of its timeout, and is repeated once more', async () => {
    expect(2 * (Poll.TimeoutSeconds! + (await pauseAfterCrash()))).toBeLessThan(LINK.lastPollSeconds);
  });
});

test('an answer that fails is retried every 5 s, as often as fits in the hour of CloudFormation', () => {
  expect(Answer.Retry).toEqual([
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 720, BackoffRate: 1 },
  ]);
  const [{ IntervalSeconds, MaxAttempts }] = Answer.Retry!;
  expect(IntervalSeconds * MaxAttempts).toBe(3600);
  expect(Answer.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: 'Unanswered' }]);
});

describe("Step Functions' 25,000 history events", () => {
  const LIMIT = 25_000;
  const hour = LINK.maxSeconds + LINK.marginSeconds;
  /** A state: entered and exited; a task besides: scheduled, started, and succeeded or failed. */
  const STATE = 2;
  const TASK = STATE + 3;
  /** A retry: scheduled, started and failed again. */
  const RETRY = 3;
  const begin = 1;
  const answer = TASK + STATE + STATE + 1;

  test('are far away for the longest link, at polls of every 5 s', () => {
    const perPoll = STATE + TASK + STATE;
    const polls = Math.ceil(hour / 5) + 1;
    expect(begin + polls * perPoll + answer).toBeLessThan(LIMIT / 3);
  });

  test('are enough where every poll fails at once and goes round by the answering step', async () => {
    const perRound = STATE + TASK + TASK + STATE;
    const rounds = Math.ceil(hour / (await pauseAfterCrash())) + 1;
    expect(begin + rounds * perRound + answer).toBeLessThan(LIMIT / 2);
  });

  test('are enough where every answer fails, after the longest link', async () => {
    const perRound = STATE + TASK + TASK + STATE;
    const rounds = Math.ceil(hour / (await pauseAfterCrash())) + 1;
    const retries = Answer.Retry![0].MaxAttempts * RETRY;
    expect(begin + rounds * perRound + TASK + retries + STATE).toBeLessThan(LIMIT);
  });

  test('are enough for the day that an import may go on after the answer, at a poll a minute', () => {
    const perPoll = STATE + TASK + STATE;
    const polls = Math.ceil((24 * 3600) / 60);
    const before = (Math.ceil(hour / 5) + 1) * perPoll;
    expect(begin + before + answer + polls * perPoll).toBeLessThan(LIMIT);
  });
});
