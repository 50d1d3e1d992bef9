import { createHash } from 'crypto';
import {
  ExecutionAlreadyExists,
  paginateListExecutions,
  StartExecutionCommand,
  StopExecutionCommand,
  type ExecutionListItem,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { ExecutionState, ResourceEvent } from '../shared/engine';

/** The start of the names of all executions that serve one resource. */
function namePrefix(event: ResourceEvent): string {
  const resource = `${event.StackId} ${event.LogicalResourceId}`;
  return `${createHash('sha256').update(resource).digest('hex').slice(0, 24)}-`;
}

/** Names are unique for a request, so that the same event delivered twice starts one execution. */
function executionName(event: ResourceEvent): string {
  return namePrefix(event) + event.RequestId;
}

/** Milliseconds that stopping executions may take, so that there is time left to answer. */
const STOP_LIMIT_MS = 15_000;

/**
 * Starts the execution that serves a request. Says when it started, which may be before this call when
 * the request arrives again, or nothing when it has ended already.
 */
export async function startExecution(
  client: SFNClient,
  stateMachineArn: string,
  state: ExecutionState,
): Promise<Date | undefined> {
  try {
    const name = executionName(state.event);
    const input = JSON.stringify(state);
    const { startDate } = await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return startDate;
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) {
      throw error;
    }
    return undefined;
  }
}

/** Whether older requests for the same resource are still being served. */
export async function isServingOthers(
  client: SFNClient,
  stateMachineArn: string,
  event: ResourceEvent,
): Promise<boolean> {
  for await (const { name } of runningExecutions(client, stateMachineArn, event)) {
    if (name !== executionName(event)) {
      return true;
    }
  }
  return false;
}

/** Stops the executions for the same resource, all or those that started before a time, and says how many. */
export async function stopExecutions(
  client: SFNClient,
  stateMachineArn: string,
  event: ResourceEvent,
  before?: Date,
): Promise<number> {
  const abort = { abortSignal: AbortSignal.timeout(STOP_LIMIT_MS) };
  const cause = `Superseded by the ${event.RequestType} request ${event.RequestId}`;
  const older: (string | undefined)[] = [];
  for await (const { executionArn, startDate } of runningExecutions(client, stateMachineArn, event, abort)) {
    if (!before || startDate! < before) {
      older.push(executionArn);
    }
  }
  const stop = (executionArn?: string): Promise<unknown> =>
    client.send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause }), abort);
  // Each is tried, also when another one fails: it may have ended a moment ago.
  const outcomes = await Promise.allSettled(older.map(stop));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    throw failed.reason as Error;
  }
  return older.length;
}

async function* runningExecutions(
  client: SFNClient,
  stateMachineArn: string,
  event: ResourceEvent,
  abort = { abortSignal: AbortSignal.timeout(STOP_LIMIT_MS) },
): AsyncGenerator<ExecutionListItem> {
  const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'RUNNING' }, abort);
  for await (const { executions = [] } of pages) {
    yield* executions.filter(({ name }) => name?.startsWith(namePrefix(event)));
  }
}
