import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { SFNClient } from '@aws-sdk/client-sfn';
import { NETWORK } from '../../lambda/on-event/cloudformation';
import { onEvent } from '../../lambda/on-event/index';
import type { Peers } from '../../lambda/on-event/peers';
import type { Answer, ExecutionState, PollResult, ResourceEvent } from '../../lambda/shared/engine';
import { createEvent, POLL_ARN } from './events';
import { ResponseUrl } from './response-url';
import { StepFunctionsStandIn } from './step-functions-stand-in';

/** When tests begin, in milliseconds since the epoch. */
export const START = Date.parse('2026-01-31T12:00:00Z');

/** The on-event function between stand-ins of CloudFormation and Step Functions, with a clock of its own. */
interface OnEventSetUp {
  readonly stepFunctions: StepFunctionsStandIn;
  readonly responses: ResponseUrl;
  /** The events of the stack, the newest first, or what asking for them fails with. */
  readonly stack: { events: StackEvent[] | Error };
  readonly clock: { now: number };
  /** Lets something happen once that many seconds have passed since the test began. */
  readonly at: (seconds: number, happen: () => void) => void;
  /** Brings an event as CloudFormation does. Its URL tells when it was made, unless that is undefined. */
  readonly deliver: (event: ResourceEvent, madeAt?: number, servedAt?: number) => Promise<void>;
  /** The input of the execution that was started last. */
  readonly lastState: () => ExecutionState;
  /** Brings the state of an execution whose polls have ended, as the state machine does. */
  readonly end: (state: Partial<ExecutionState>) => Promise<PollResult | undefined>;
}

/** Sets the function up for the tests of a file. */
export function setUpOnEvent(): OnEventSetUp {
  const clock = { now: START };
  const stack: OnEventSetUp['stack'] = { events: [] };
  const stepFunctions = new StepFunctionsStandIn(() => clock.now);
  const responses = new ResponseUrl();
  const plans: { readonly time: number; readonly happen: () => void }[] = [];
  let peers: Peers;
  beforeAll(async () => {
    await responses.start();
    peers = {
      stepFunctions: new SFNClient({ endpoint: await stepFunctions.start(), maxAttempts: 1 }),
      stackEvents: tellEvents,
      network: { ...NETWORK, sleep: pass },
      now: () => clock.now,
    };
  });
  afterAll(() => Promise.all([stepFunctions.stop(), responses.stop()]));
  beforeEach(() => {
    stepFunctions.reset();
    responses.reset();
    clock.now = START;
    stack.events = [];
    plans.length = 0;
  });

  function pass(milliseconds: number): Promise<void> {
    clock.now += milliseconds;
    plans.filter(({ time }) => time <= clock.now).forEach(({ happen }) => happen());
    return Promise.resolve();
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async function* tellEvents(): AsyncGenerator<StackEvent[]> {
    if (stack.events instanceof Error) {
      throw stack.events;
    }
    yield stack.events;
  }

  return {
    stepFunctions,
    responses,
    stack,
    clock,
    at: (seconds, happen) => void plans.push({ time: START + seconds * 1000, happen }),
    deliver: async (event, madeAt, servedAt = Math.max(clock.now, madeAt ?? 0)) => {
      clock.now = servedAt;
      const ResponseURL = madeAt === undefined ? responses.url : responses.madeAt(madeAt);
      await onEvent({ ...event, ResponseURL } as Parameters<typeof onEvent>[0], peers);
    },
    lastState: () => JSON.parse(stepFunctions.executions.at(-1)!.input) as ExecutionState,
    end: (state) => onEvent({ ...executionState(), responseUrl: responses.url, ...state }, peers),
  };
}

/** The state of an execution that has an answer, or none because its poll function is broken. */
export function answered(answer?: Answer, error?: ExecutionState['error']): Partial<ExecutionState> {
  return { poll: { result: { attempt: 1, answer } }, error };
}

/** What an execution of a waiter has that was started when the test began. */
function executionState(): Omit<ExecutionState, 'responseUrl'> {
  const after = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
  return {
    worker: POLL_ARN,
    event: createEvent(),
    startedAt: after(0),
    pollUntil: after(3400),
    answerUntil: after(3530),
    first: { attempt: 0 },
    poll: { result: { attempt: 0 } },
  };
}
