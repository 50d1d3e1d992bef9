import { createHash } from 'crypto';
import {
  ExecutionAlreadyExists,
  paginateListExecutions,
  StartExecutionCommand,
  StopExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { ExecutionState, ResourceEvent } from './engine';

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

/** Stops the executions for the same resource, all or those that started before a time, and says how many. */
export async function stopExecutions(
  client: SFNClient,
  stateMachineArn: string,
  event: ResourceEvent,
  before?: Date,
): Promise<number> {
  const abort = { abortSignal: AbortSignal.timeout(STOP_LIMIT_MS) };
  const cause = `Superseded by the ${event.RequestType} request ${event.RequestId}`;
  let stopped = 0;
  const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'RUNNING' }, abort);
  for await (const page of pages) {
    for (const { name, executionArn, startDate } of page.executions ?? []) {
      if (name?.startsWith(namePrefix(event)) && (!before || startDate! < before)) {
        await client.send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause }), abort);
        stopped++;
      }
    }
  }
  return stopped;
}
