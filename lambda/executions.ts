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

/** Starts the execution that serves a request, unless it exists. */
export async function startExecution(
  client: SFNClient,
  stateMachineArn: string,
  state: ExecutionState,
): Promise<void> {
  try {
    const name = executionName(state.event);
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(state) }));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) {
      throw error;
    }
  }
}

/** Stops the executions that serve older requests for the same resource, and says how many. */
export async function stopOlderExecutions(
  client: SFNClient,
  stateMachineArn: string,
  event: ResourceEvent,
): Promise<number> {
  let stopped = 0;
  const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'RUNNING' });
  for await (const page of pages) {
    for (const { name, executionArn } of page.executions ?? []) {
      if (name?.startsWith(namePrefix(event)) && name !== executionName(event)) {
        const cause = `Superseded by the ${event.RequestType} request ${event.RequestId}`;
        await client.send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause }));
        stopped++;
      }
    }
  }
  return stopped;
}
