import { SFNClient } from '@aws-sdk/client-sfn';
import { answerRequest } from '../../lambda/waiter/answer';
import { takeRequest, type Dependencies } from '../../lambda/waiter/request';
import { HTTP } from '../../lambda/waiter/send-response';
import type { Answer, ExecutionState, PollResult, ResourceEvent } from '../../lambda/shared/engine';
import { createEvent, WAITER_ARN } from './events';
import { ResponseUrl } from './response-url';
import { StepFunctionsStandIn } from './step-functions-stand-in';
import { requestOf } from './wait';

/** When tests begin, in milliseconds since the epoch. */
export const START = Date.parse('2026-01-31T12:00:00Z');

/** The waiter function between stand-ins of CloudFormation and Step Functions, with a clock of its own. */
interface WaiterSetUp {
  readonly stepFunctions: StepFunctionsStandIn;
  readonly responses: ResponseUrl;
  readonly clock: { now: number };
  /** Lets something happen once that many seconds have passed since the test began. */
  readonly at: (seconds: number, happen: () => void) => void;
  /** Brings an event as CloudFormation does. Its URL tells when it was made, unless that is undefined. */
  readonly deliver: (event: ResourceEvent, requestedAt?: number, servedAt?: number) => Promise<void>;
  /** Brings the state of an execution to the answering step, as the state machine does. */
  readonly answer: (state: Partial<ExecutionState>) => Promise<PollResult>;
}

/** Sets the function up for the tests of a file. */
export function setUpWaiter(): WaiterSetUp {
  const clock = { now: START };
  const stepFunctions = new StepFunctionsStandIn(() => clock.now);
  const responses = new ResponseUrl();
  const plans: { readonly time: number; readonly happen: () => void }[] = [];
  let dependencies: Dependencies;
  beforeAll(async () => {
    await responses.start();
    dependencies = {
      stepFunctions: new SFNClient({ endpoint: await stepFunctions.start(), maxAttempts: 1 }),
      network: { ...HTTP, sleep: pass },
      now: () => clock.now,
    };
  });
  afterAll(() => Promise.all([stepFunctions.stop(), responses.stop()]));
  beforeEach(() => {
    stepFunctions.reset();
    responses.reset();
    clock.now = START;
    plans.length = 0;
  });

  function pass(milliseconds: number): Promise<void> {
    clock.now += milliseconds;
    plans.filter(({ time }) => time <= clock.now).forEach(({ happen }) => happen());
    return Promise.resolve();
  }

  return {
    stepFunctions,
    responses,
    clock,
    at: (seconds, happen) => void plans.push({ time: START + seconds * 1000, happen }),
    deliver: async (event, requestedAt, servedAt = Math.max(clock.now, requestedAt ?? 0)) => {
      clock.now = servedAt;
      const ResponseURL = requestedAt === undefined ? responses.url : responses.madeAt(requestedAt);
      await takeRequest({ ...event, ResponseURL } as Parameters<typeof takeRequest>[0], dependencies);
    },
    answer: (state) => {
      const { network, now } = dependencies;
      return answerRequest({ ...executionState(), responseUrl: responses.url, ...state }, network, now);
    },
  };
}

/** The poll of an execution that has an answer. */
export function decided(answer: Answer): ExecutionState['poll'] {
  return { result: { attempt: 1, answer } };
}

/** What an execution of a waiter has that was started when the test began. */
function executionState(): Omit<ExecutionState, 'responseUrl'> {
  return {
    worker: WAITER_ARN,
    request: requestOf(createEvent(), START),
    poll: { result: { attempt: 0 } },
  };
}
