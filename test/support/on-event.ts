import { SFNClient } from '@aws-sdk/client-sfn';
import { NETWORK } from '../../lambda/on-event/cloudformation';
import type { ExecutionState, ResourceEvent } from '../../lambda/shared/engine';
import { onEvent, type Peers } from '../../lambda/on-event/index';
import { ResponseUrl } from './response-url';
import { StepFunctionsStandIn } from './step-functions-stand-in';

/** The on-event function between stand-ins of CloudFormation and Step Functions. */
export interface OnEventSetUp {
  readonly stepFunctions: StepFunctionsStandIn;
  readonly responses: ResponseUrl;
  /** Brings an event as CloudFormation does. */
  readonly deliver: (event: ResourceEvent) => Promise<void>;
  /** Brings the state of an execution whose polls have ended, as the state machine does. */
  readonly end: (state: Omit<ExecutionState, 'responseUrl'>) => Promise<void>;
}

/** Sets the function up for the tests of a file. */
export function setUpOnEvent(): OnEventSetUp {
  const stepFunctions = new StepFunctionsStandIn();
  const responses = new ResponseUrl();
  let peers: Peers;
  beforeAll(async () => {
    await responses.start();
    peers = {
      stepFunctions: new SFNClient({ endpoint: await stepFunctions.start(), maxAttempts: 1 }),
      network: { ...NETWORK, sleep: () => Promise.resolve() },
    };
  });
  afterAll(() => Promise.all([stepFunctions.stop(), responses.stop()]));
  beforeEach(() => {
    stepFunctions.reset();
    responses.reset();
  });
  return {
    stepFunctions,
    responses,
    deliver: (event) =>
      onEvent({ ...event, ResponseURL: responses.url } as Parameters<typeof onEvent>[0], peers),
    end: (state) => onEvent({ ...state, responseUrl: responses.url }, peers),
  };
}
