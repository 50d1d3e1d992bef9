import type { ExecutionState } from '../../../lambda/shared/engine';
import { waitEngine } from '../../../lib/private/contract/state-machine';
import { createEvent, MODEL_ARN, WAITER_ARN } from '../../support/events';
import { ScriptedFunctions, type Call, type Reply } from './functions';
import { STARTED_AT, type Interpreter, type Run } from './interpreter';
import { LocalStepFunctions } from './local-step-functions';
import { Moto } from './moto';
import { SCENARIOS, type Scenario } from './scenarios';
import { Simulated } from './simulated';

const DEFINITION = waitEngine('aws');
const INPUT: ExecutionState = {
  // Another function than the one that answers, so that the calls of each are told apart.
  worker: MODEL_ARN,
  responseUrl: 'https://responses.test/request',
  request: { event: createEvent(), requestedAt: STARTED_AT, deadline: STARTED_AT + 160_000 },
  poll: { result: { attempt: 0, waitSeconds: 0 } },
};

const OURS = new Simulated();
const OTHERS: readonly Interpreter[] = [new Moto(), new LocalStepFunctions()];
const INTERPRETERS: readonly Interpreter[] = [OURS, ...OTHERS];

const SENT: readonly Reply[] = [{ result: { attempt: 1, isAnswered: true } }];

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
    const answers = calls.filter(({ functionArn }) => functionArn === WAITER_ARN);
    const { poll } = (answers.at(-1)?.payload ?? {}) as Partial<ExecutionState>;
    expect({
      status,
      polls: calls.length - answers.length,
      answers: answers.length,
      error: poll?.error?.Error,
    }).toEqual({ error: undefined, ...scenario.ends });
  });

  test.each(OTHERS)('$name takes the same path, with the same calls at the same times', async (other) => {
    expect(await trace(other, scenario)).toEqual(await trace(OURS, scenario));
  });
});

async function trace(interpreter: Interpreter, { polls, answers = SENT }: Scenario): Promise<Trace> {
  const functions = new ScriptedFunctions({ [MODEL_ARN]: polls, [WAITER_ARN]: answers });
  const run = await interpreter.run(DEFINITION, INPUT, functions);
  return { ...run, calls: functions.calls };
}
