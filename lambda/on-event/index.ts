import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { ImportedModelProperties, WaiterProperties } from '../../lib/private/protocol';
import { NETWORK, responseBody, sendResponse, type Network } from './cloudformation';
import { type Answer, type ExecutionState, type ResourceEvent } from '../shared/engine';
import { physicalResourceId } from '../shared/physical-id';
import { isServingOthers, startExecution, stopExecutions } from './executions';
import { log } from '../shared/log';
import { emitMetrics } from './metrics';
import * as reasons from './reasons';

/** What the handler speaks with. */
export interface Peers {
  readonly stepFunctions: SFNClient;
  readonly network: Network;
}

const stepFunctions = new SFNClient({
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
});

export function handler(input: CloudFormationCustomResourceEvent | ExecutionState): Promise<void> {
  return onEvent(input, { stepFunctions, network: NETWORK });
}

/**
 * Speaks with CloudFormation: takes its events, and sends the answers that the state machine brings.
 */
export async function onEvent(
  input: CloudFormationCustomResourceEvent | ExecutionState,
  peers: Peers,
): Promise<void> {
  if ('RequestType' in input) {
    const { ResponseURL: responseUrl, ...event } = input;
    await onRequest(event, responseUrl, peers);
  } else {
    const { event, responseUrl, poll } = input;
    await answer(event, responseUrl, poll.result.answer ?? brokenPoll(input), peers);
    if (!ownsModel(event)) {
      emitMetrics(event, poll.result, Date.now());
    }
  }
}

async function onRequest(event: ResourceEvent, responseUrl: string, peers: Peers): Promise<void> {
  log('INFO', { message: 'Request', ...identify(event) });
  if (event.RequestType === 'Delete' && !ownsModel(event)) {
    await stopWaits(event, peers);
    const success: Answer = { status: 'SUCCESS', physicalResourceId: physicalResourceId(event) };
    await answer(event, responseUrl, success, peers);
    return;
  }
  let startDate: Date | undefined;
  try {
    startDate = await start(event, responseUrl, peers);
  } catch (error) {
    logError('Could not start the wait', event, error);
    const reason = reasons.notStarted(error as Error, properties(event).jobIdentifier);
    await answer(event, responseUrl, failure(event, reason), peers);
  }
  // Nothing has started when this request is an old one that arrives again: newer waits go on.
  if (startDate) {
    await stopWaits(event, peers, startDate);
  }
}

async function start(event: ResourceEvent, responseUrl: string, peers: Peers): Promise<Date | undefined> {
  const { stepFunctions } = peers;
  const { stateMachineArn, lifecycleFunctionArn, pollFunctionArn } = properties(event);
  const owns = ownsModel(event);
  const supersedes = owns && (await isServingOthers(stepFunctions, stateMachineArn, event));
  return startExecution(stepFunctions, stateMachineArn, {
    worker: (lifecycleFunctionArn ?? pollFunctionArn)!,
    responseUrl,
    event,
    poll: { result: { attempt: 0, ...(supersedes && { supersedes }) } },
  });
}

/**
 * A wait that nobody can stop ends by itself, and its answer comes too late to count. What serves a
 * model may still start a job: the event is thrown back then, and Lambda brings it again.
 */
async function stopWaits(event: ResourceEvent, { stepFunctions }: Peers, before?: Date): Promise<void> {
  try {
    const stopped = await stopExecutions(stepFunctions, properties(event).stateMachineArn, event, before);
    if (stopped > 0) {
      log('INFO', { message: 'Stopped older waits', stopped, ...identify(event) });
    }
  } catch (error) {
    logError('Could not stop older waits', event, error);
    if (ownsModel(event)) {
      throw error;
    }
  }
}

async function answer(
  event: ResourceEvent,
  responseUrl: string,
  answer: Answer,
  { network }: Peers,
): Promise<void> {
  await sendResponse(responseUrl, responseBody(event, answer), network);
  log('INFO', { message: 'Answered', status: answer.status, reason: answer.reason, ...identify(event) });
}

function brokenPoll(state: ExecutionState): Answer {
  const worker = ownsModel(state.event) ? 'lifecycle' : 'poll';
  logError(`The ${worker} function failed for good`, state.event, state.error);
  const { jobIdentifier } = properties(state.event);
  const before = { jobIdentifier, ...state.poll.result };
  return failure(state.event, reasons.pollBroken(state.error, worker, before));
}

function failure(event: ResourceEvent, reason: string): Answer {
  return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason };
}

/** What this function needs to know of a waiter or of an imported model, which names its worker. */
type Properties = Pick<ImportedModelProperties, 'stateMachineArn'> &
  Partial<
    Pick<ImportedModelProperties, 'lifecycleFunctionArn'> &
      Pick<WaiterProperties, 'jobIdentifier' | 'pollFunctionArn'>
  >;

function properties(event: ResourceEvent): Properties {
  return event.ResourceProperties as unknown as Properties;
}

function ownsModel(event: ResourceEvent): boolean {
  return properties(event).lifecycleFunctionArn !== undefined;
}

function identify(event: ResourceEvent): object {
  const { RequestType, StackId, LogicalResourceId, RequestId } = event;
  return { requestType: RequestType, stackId: StackId, logicalId: LogicalResourceId, requestId: RequestId };
}

function logError(message: string, event: ResourceEvent, error: unknown): void {
  log('ERROR', {
    message,
    error: error instanceof Error ? `${error.name}: ${error.message}` : error,
    ...identify(event),
  });
}
