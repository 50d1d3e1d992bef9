import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { OnTheWire, WaiterProperties } from '../lib/private/protocol';
import { responseBody, sendResponse } from './cloudformation';
import type { Answer, ExecutionState, ResourceEvent } from './engine';
import { startExecution, stopOlderExecutions } from './executions';
import { log } from './log';
import * as reasons from './reasons';

const client = new SFNClient({
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 4000 },
});

/**
 * Speaks with CloudFormation: takes its events, and sends the answers that the state machine brings.
 */
export async function handler(input: CloudFormationCustomResourceEvent | ExecutionState): Promise<void> {
  if ('RequestType' in input) {
    const { ResponseURL: responseUrl, ...event } = input;
    await onRequest(event, responseUrl);
  } else {
    await answer(input.event, input.responseUrl, input.poll.result.answer ?? brokenPoll(input));
  }
}

async function onRequest(event: ResourceEvent, responseUrl: string): Promise<void> {
  log('INFO', { message: 'Request', ...identify(event) });
  if (event.RequestType === 'Delete') {
    await stopOlder(event).catch((error: unknown) => logError('Could not stop older waits', event, error));
    await answer(event, responseUrl, { status: 'SUCCESS', physicalResourceId: physicalResourceId(event) });
    return;
  }
  try {
    await stopOlder(event);
    await start(event, responseUrl);
  } catch (error) {
    logError('Could not start the wait', event, error);
    await answer(event, responseUrl, failure(event, reasons.notStarted(error as Error)));
  }
}

async function start(event: ResourceEvent, responseUrl: string): Promise<void> {
  await startExecution(client, properties(event).stateMachineArn, {
    worker: process.env.POLL_FUNCTION_ARN!,
    responseUrl,
    event,
    poll: { result: { attempt: 0 } },
  });
}

async function stopOlder(event: ResourceEvent): Promise<void> {
  const stopped = await stopOlderExecutions(client, properties(event).stateMachineArn, event);
  if (stopped > 0) {
    log('INFO', { message: 'Stopped older waits', stopped, ...identify(event) });
  }
}

async function answer(event: ResourceEvent, responseUrl: string, answer: Answer): Promise<void> {
  await sendResponse(responseUrl, responseBody(event, answer));
  log('INFO', { message: 'Answered', status: answer.status, reason: answer.reason, ...identify(event) });
}

function brokenPoll(state: ExecutionState): Answer {
  logError('The poll function failed for good', state.event, state.error);
  return failure(state.event, reasons.pollBroken(state.error));
}

function failure(event: ResourceEvent, reason: string): Answer {
  return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason };
}

/** Never empty: the resource's own, or before it has one its logical ID. */
function physicalResourceId(event: ResourceEvent): string {
  return event.PhysicalResourceId || event.LogicalResourceId;
}

function properties(event: ResourceEvent): OnTheWire<WaiterProperties> {
  return event.ResourceProperties as ResourceEvent['ResourceProperties'] & OnTheWire<WaiterProperties>;
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
