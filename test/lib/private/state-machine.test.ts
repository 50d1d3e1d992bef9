import { BedrockStandIn } from '../../../local/bedrock/stand-in';
import { createClient, getJob } from '../../../lambda/shared/bedrock';
import { poll } from '../../../lambda/poll/index';
import { waitEngine } from '../../../lib/private/state-machine';
import { createEvent } from '../../support/events';
import { silenceLog } from '../../support/log';

/** It has no types of its own. */
const aslValidator =
  jest.requireActual<
    (definition: object) => { readonly isValid: boolean; readonly errorsText: () => string }
  >('asl-validator');

interface Retrier {
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
}

interface Definition {
  readonly States: Record<string, Record<string, unknown> & { Retry: Retrier[] }>;
}

const definition = waitEngine('aws') as Definition;

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
    const client = createClient('us-east-1');
    const result = await poll(
      {
        event: createEvent({ jobIdentifier, pollIntervalSeconds: '7' }),
        startedAt: new Date().toISOString(),
        previous: { attempt: 0 },
      },
      () => getJob(client, jobIdentifier),
      Date.now,
    );
    expect(definition.States.Wait.SecondsPath).toBe('$.poll.result.waitSeconds');
    expect(result).toEqual({ attempt: 1, lastSeen: 'status InProgress', waitSeconds: 7 });
  } finally {
    await bedrock.stop();
  }
});

test("the longest wait of one link stays far under Step Functions' 25,000 history events", () => {
  // Poll: entered, scheduled, started, succeeded, exited; Decided? and Wait: entered, exited.
  const eventsPerPoll = 5 + 2 + 2;
  const polls = (55 * 60) / 5 + 1;
  expect(polls * eventsPerPoll).toBeLessThan(25_000 / 4);
});

test('a poll function that is broken for good is given up well inside the margin of a link', () => {
  const [throttled, crashed] = definition.States.Poll.Retry;
  const functionTimeout = 30;
  expect(totalDelay(crashed) + (crashed.MaxAttempts + 1) * functionTimeout).toBeLessThan(240);
  expect(totalDelay(throttled)).toBeGreaterThan(60);
});

function totalDelay({
  IntervalSeconds,
  BackoffRate,
  MaxAttempts,
  MaxDelaySeconds = Infinity,
}: Retrier): number {
  return Array.from({ length: MaxAttempts }, (_, index) =>
    Math.min(IntervalSeconds * BackoffRate ** index, MaxDelaySeconds),
  ).reduce((sum, delay) => sum + delay);
}
