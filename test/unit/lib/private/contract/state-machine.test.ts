import { LINK } from '../../../../../lib/private/contract/links';
import { waitEngine } from '../../../../../lib/private/contract/state-machine';

/** It has no types of its own. */
const aslValidator =
  jest.requireActual<
    (definition: object) => { readonly isValid: boolean; readonly errorsText: () => string }
  >('asl-validator');

interface Retry {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly SecondsPath?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: Retry[];
  readonly Catch?: { readonly ErrorEquals: string[]; readonly Next: string }[];
  readonly Choices?: { readonly Variable: string; readonly IsPresent: boolean; readonly Next: string }[];
}

const definition = waitEngine('aws') as { readonly States: Record<string, State> };
const { States } = definition;

test('the definition is valid Amazon States Language', () => {
  const { isValid, errorsText } = aslValidator(definition);
  expect(errorsText()).toBe('');
  expect(isValid).toBe(true);
});

test('the validator would find a state that does not exist', () => {
  const broken = { ...definition, StartAt: 'Nowhere' };
  expect(aslValidator(broken).isValid).toBe(false);
});

test('it has seven states', () => {
  expect(Object.keys(States)).toEqual([
    'Wait',
    'Poll',
    'Decided?',
    'Answer',
    'Answered?',
    'Done',
    'Unanswered',
  ]);
});

test('it judges no time, so that it runs in every interpreter', () => {
  expect(JSON.stringify(definition)).not.toMatch(/Timestamp|\$\$/);
});

test('it names no function, because its input does', () => {
  expect(JSON.stringify(definition)).not.toMatch(/arn:aws:lambda|function:/);
  expect(States.Poll).toMatchObject({ Parameters: { 'FunctionName.$': '$.worker' } });
});

test('a poll gets the request and what the last one came to, and never the ResponseURL', () => {
  expect(States.Poll).toMatchObject({
    Parameters: { Payload: { 'request.$': '$.request', 'previous.$': '$.poll.result' } },
  });
  expect(JSON.stringify(States.Poll)).not.toContain('responseUrl');
});

test('a poll that fails in any way goes to the answering step, which sends the loop round', () => {
  expect(States.Poll.Retry).toBeUndefined();
  expect(States.Poll.Catch).toEqual([
    expect.objectContaining({ ErrorEquals: ['States.ALL'], ResultPath: '$.poll.error', Next: 'Answer' }),
  ]);
  expect(States['Answered?']).toMatchObject({
    Choices: [{ Variable: '$.poll.result.waitSeconds', IsPresent: true, Next: 'Wait' }],
    Default: 'Done',
  });
});

test('a poll comes to an answer, to a time to wait, or to the end', () => {
  expect(States['Decided?'].Choices!.map(({ Variable, Next }) => [Variable, Next])).toEqual([
    ['$.poll.result.answer', 'Answer'],
    ['$.poll.result.waitSeconds', 'Wait'],
  ]);
  expect(States['Decided?'].Default).toBe('Done');
});

test('an answer that cannot be sent is tried again as long as CloudFormation can wait for it', () => {
  const [{ ErrorEquals, IntervalSeconds, MaxAttempts, BackoffRate }, ...others] = States.Answer.Retry!;
  expect(others).toEqual([]);
  expect({ ErrorEquals, BackoffRate }).toEqual({ ErrorEquals: ['States.ALL'], BackoffRate: 1 });
  expect(IntervalSeconds * MaxAttempts).toBe(LINK.maxSeconds + LINK.marginSeconds);
  expect(States.Answer.Catch!.map(({ Next }) => Next)).toEqual(['Unanswered']);
});

describe("Step Functions' 25,000 history events", () => {
  const longest = LINK.maxSeconds + LINK.marginSeconds;

  test('are far away for the longest wait of one link', () => {
    // Poll: entered, scheduled, started, succeeded, exited; Decided? and Wait: entered, exited.
    const eventsPerPoll = 5 + 2 + 2;
    expect((longest / 5 + 1) * eventsPerPoll).toBeLessThan(25_000 / 3);
  });

  test('are far away when every poll fails at once', () => {
    // Poll and Answer: entered, scheduled, started, ended, exited; Answered? and Wait: entered, exited.
    const eventsPerFailure = 2 * 5 + 2 + 2;
    expect((longest / 5 + 1) * eventsPerFailure).toBeLessThan(25_000 / 2);
  });

  test('are enough for a day after the answer of a model, polled once a minute', () => {
    expect((longest / 5 + 24 * 60) * 9).toBeLessThan(25_000);
  });
});

test('the last poll and the answer fit in the margin of a link', () => {
  const lastPollEnds = LINK.lastPollSeconds + States.Poll.TimeoutSeconds!;
  const [{ IntervalSeconds }] = States.Answer.Retry!;
  // One attempt to answer that takes its whole time, and one more.
  expect(lastPollEnds + 2 * States.Answer.TimeoutSeconds! + IntervalSeconds).toBeLessThanOrEqual(
    LINK.marginSeconds,
  );
});
