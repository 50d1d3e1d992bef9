import type { ExecutionState } from '../../../lambda/shared/engine';
import { waitEngine } from '../../../lib/private/contract/state-machine';
import { createEvent, POLL_ARN } from '../../support/events';
import { ScriptedFunctions, type Call, type Reply } from './functions';
import { STARTED_AT, type Interpreter, type Run } from './interpreter';
import { LocalStepFunctions } from './local-step-functions';
import { Moto } from './moto';
import { SCENARIOS, type Scenario } from './scenarios';
import { Simulated } from './simulated';

const DEFINITION = waitEngine('aws');
const EVENT = createEvent();
const ON_EVENT_ARN = EVENT.ServiceToken;
const INPUT: ExecutionState = {
  worker: POLL_ARN,
  responseUrl: 'https://responses.test/request',
  event: EVENT,
  startedAt: inSeconds(0),
  pollUntil: inSeconds(160),
  answerUntil: inSeconds(290),
  first: { attempt: 0, waitSeconds: 0 },
  poll: { result: { attempt: 0, waitSeconds: 0 } },
};

function inSeconds(seconds: number): string {
  return new Date(STARTED_AT + seconds * 1000).toISOString();
}

const OURS = new Simulated();
const OTHERS: readonly Interpreter[] = [new Moto(), new LocalStepFunctions()];
const INTERPRETERS: readonly Interpreter[] = [OURS, ...OTHERS];

const SENT: readonly Reply[] = [{ result: null }];

interface Trace extends Run {
  readonly calls: readonly Call[];
}

beforeAll(async () => {
  for (const interpreter of INTERPRETERS) {
    await interpreter.start?.();
  }
});

afterAll(async () => {
  for (const interpreter of INTERPRETERS) {
    await interpreter.stop?.();
  }
  const names = INTERPRETERS.map(({ name }) => name).join(', ');
  process.stdout.write(`${SCENARIOS.length} scenarios in ${INTERPRETERS.length} interpreters (${names})\n`);
});

describe.each(SCENARIOS)('$name', (scenario) => {
  test('ends as it must', async () => {
    const { status, calls } = await trace(OURS, scenario);
    const answers = calls.filter(({ functionArn }) => functionArn === ON_EVENT_ARN);
    const { error } = (answers[0]?.payload ?? {}) as Partial<ExecutionState>;
    expect({
      status,
      polls: calls.length - answers.length,
      answers: answers.length,
      error: error?.Error,
    }).toEqual({ error: undefined, ...scenario.ends });
  });

  test.each(OTHERS)('$name takes the same path, with the same calls at the same times', async (other) => {
    expect(await trace(other, scenario)).toEqual(await trace(OURS, scenario));
  });
});

async function trace(interpreter: Interpreter, { polls, answers = SENT }: Scenario): Promise<Trace> {
  const functions = new ScriptedFunctions({ [POLL_ARN]: polls, [ON_EVENT_ARN]: answers });
  const run = await interpreter.run(DEFINITION, INPUT, functions);
  return { ...run, calls: functions.calls };
}
