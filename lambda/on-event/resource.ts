import type {
  ImportedModelProperties,
  OnTheWire,
  WaiterProperties,
} from '../../lib/private/contract/protocol';
import type { ResourceEvent } from '../shared/engine';
import { log } from '../shared/log';

/** What this function reads of a resource: a waiter, or an imported model, which names its worker. */

type Properties = OnTheWire<
  Pick<ImportedModelProperties, 'stateMachineArn'> &
    Partial<
      Pick<ImportedModelProperties, 'lifecycleFunctionArn' | 'startTimeoutSeconds' | 'deleteTimeoutSeconds'> &
        Pick<WaiterProperties, 'jobIdentifier' | 'pollFunctionArn' | 'timeoutSeconds'>
    >
>;

export function properties(event: ResourceEvent): Properties {
  return event.ResourceProperties as unknown as Properties;
}

export function ownsModel(event: ResourceEvent): boolean {
  return properties(event).lifecycleFunctionArn !== undefined;
}

/** The function that serves a request. */
export function workerOf(event: ResourceEvent): string {
  const { lifecycleFunctionArn, pollFunctionArn } = properties(event);
  return (lifecycleFunctionArn ?? pollFunctionArn)!;
}

/** Seconds that serving a request may take. */
export function limitSeconds(event: ResourceEvent): number {
  const { timeoutSeconds, startTimeoutSeconds, deleteTimeoutSeconds } = properties(event);
  // An Update may have to wait for the end of a job, as a Delete may.
  const ofModel = event.RequestType === 'Create' ? startTimeoutSeconds : deleteTimeoutSeconds;
  return Number(ownsModel(event) ? ofModel : timeoutSeconds);
}

export function logEvent(
  level: 'INFO' | 'WARN' | 'ERROR',
  message: string,
  event: ResourceEvent,
  fields: object = {},
): void {
  const { RequestType, StackId, LogicalResourceId, RequestId } = event;
  log(level, {
    message,
    ...fields,
    requestType: RequestType,
    stackId: StackId,
    logicalId: LogicalResourceId,
    requestId: RequestId,
  });
}

/** An error in the words of a log. */
export function describeError(error: unknown): object {
  return { error: error instanceof Error ? `${error.name}: ${error.message}` : error };
}
