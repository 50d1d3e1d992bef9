import type {
  ImportedModelProperties,
  OnTheWire,
  WaiterProperties,
} from '../../lib/private/contract/protocol';
import type { ResourceEvent } from '../shared/engine';
import { log } from '../shared/log';

/** What the parts of this function that serve both kinds of resources read of an event. */

type Properties = OnTheWire<
  Pick<ImportedModelProperties, 'stateMachineArn' | 'deadlineSeconds'> &
    Partial<Pick<ImportedModelProperties, 'modelFunctionArn'> & Pick<WaiterProperties, 'jobIdentifier'>>
> & { readonly ServiceToken: string };

export function properties(event: ResourceEvent): Properties {
  return event.ResourceProperties as unknown as Properties;
}

/** Whether an event is of a resource that owns a model, and not of a waiter. */
export function ownsModel(event: ResourceEvent): boolean {
  return properties(event).modelFunctionArn !== undefined;
}

export function logEvent(
  level: 'INFO' | 'WARN' | 'ERROR',
  message: string,
  event: ResourceEvent,
  fields: object = {},
): void {
  const { RequestType, StackId, LogicalResourceId, RequestId } = event;
  log(level, {
    message: `${message}: ${RequestType} of ${LogicalResourceId}`,
    ...fields,
    requestType: RequestType,
    stackId: StackId,
    logicalId: LogicalResourceId,
    requestId: RequestId,
  });
}
