import { BedrockStandIn } from '../../../../../local/bedrock/stand-in';
import { reachBedrock } from '../../../../../lambda/waiter/bedrock';
import { poll } from '../../../../../lambda/waiter/index';
import { LINK } from '../../../../../lib/private/contract/links';
import { MARGIN } from '../../../../../lib/private/contract/margin';
import { waitEngine } from '../../../../../lib/private/contract/state-machine';
import { createEvent } from '../../../../support/events';
import { silenceLog } from '../../../../support/log';

/** It has no types of its own. */
const aslValidator =
  jest.requireActual<
    (definition: object) => { readonly isValid: boolean; readonly errorsText: () => string }
  >('asl-validator');

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: unknown;
  readonly Catch?: { readonly ErrorEquals: string[]; readonly Next: string }[];
  readonly Choices?: {
    readonly Variable: string;
    readonly TimestampLessThanPath?: string;
    readonly Next: string;
  }[];
}

const definition = waitEngine('aws') as { readonly States: Record<string, State> };

silenceLog();

test('the definition is valid Amazon States Language', () => {
  const { isValid, errorsText } = aslValidator(definition);
  expect(errorsText()).toBe('');
  expect(isValid).toBe(true);
});

test('the validator would find a state that does not exist', () => {
  const broken = { ...definition, StartAt: 'Nowhere' };
  expect(aslValidator(broken).isValid).toBe(false);
});

test('Wait gets its number from the poll, and the poll really returns one', async () => {
  const bedrock = new BedrockStandIn();
  process.env.AWS_ENDPOINT_URL_BEDROCK = await bedrock.start();
  try {
    const jobIdentifier = bedrock.startJob({ jobName: 'slow', durationMs: 60_000 });
    const result = await poll(
      {
        event: createEvent({ jobIdentifier, pollIntervalSeconds: '7' }),
        startedAt: new Date().toISOString(),
        previous: { attempt: 0 },
      },
      reachBedrock,
      Date.now,
    );
    expect(definition.States.Wait.SecondsPath).toBe('$.poll.result.waitSeconds');
    expect(result).toMatchObject({ attempt: 1, lastSeen: 'status InProgress', waitSeconds: 7 });
  } finally {
    await bedrock.stop();
  }
});

/** How a task goes round when its calls fail: until which time in the input, and with what pause. */
function loopOf(task: string): {
  readonly until: string;
  readonly pause: number;
  readonly longest: number;
  readonly end: string;
} {
  const { TimeoutSeconds, Catch, Retry } = definition.States[task];
  expect(Retry).toBeUndefined();
  expect(Catch).toHaveLength(1);
  expect(Catch![0].ErrorEquals).toEqual(['States.ALL']);
  const choice = definition.States[Catch![0].Next];
  const [{ Variable, TimestampLessThanPath, Next }] = choice.Choices!;
  expect(Variable).toBe('$$.State.EnteredTime');
  const pause = definition.States[Next];
  expect(pause).toMatchObject({ Type: 'Wait', Next: task });
  return {
    until: TimestampLessThanPath!,
    pause: pause.Seconds!,
    longest: TimeoutSeconds!,
    end: choice.Default!,
  };
}

describe('what fails after a deadline', () => {
  const polls = loopOf('Poll');
  const answers = loopOf('Answer');
  /** Seconds after the deadline at which the last call of each has ended, whatever went wrong before. */
  const pollsEnd = MARGIN.pollSeconds + polls.pause + polls.longest;
  const answersEnd = MARGIN.answerSeconds + answers.pause + answers.longest;

  test('is repeated until the times in the input, and the last answer ends inside the margin of a link', () => {
    expect(polls).toMatchObject({ until: '$.pollUntil', end: 'Answer' });
    expect(answers).toMatchObject({ until: '$.answerUntil', end: 'Unanswered' });
    expect(answersEnd).toBeLessThanOrEqual(LINK.marginSeconds);
  });

  test('leaves an answer more than 70 seconds of throttling, also after polls that failed to the last', () => {
    expect(MARGIN.answerSeconds - pollsEnd).toBeGreaterThan(70);
  });

  test('lets a poll crash twice for the whole of its timeout', () => {
    expect(2 * (polls.longest + polls.pause)).toBeLessThan(MARGIN.pollSeconds);
  });
});

describe("Step Functions' 25,000 history events", () => {
  const longest = LINK.maxSeconds + LINK.marginSeconds;

  test('are far away for the longest wait of one link', () => {
    // Poll: entered, scheduled, started, succeeded, exited; Decided? and Wait: entered, exited.
    const eventsPerPoll = 5 + 2 + 2;
    expect((longest / 5 + 1) * eventsPerPoll).toBeLessThan(25_000 / 3);
  });

  test.each(['Poll', 'Answer'])('are far away when every call of %s fails at once', (task) => {
    // The task: entered, scheduled, started, failed, exited; the choice and the pause: entered, exited.
    const eventsPerFault = 5 + 2 + 2;
    expect((longest / loopOf(task).pause + 1) * eventsPerFault).toBeLessThan(25_000 / 3);
  });
});
