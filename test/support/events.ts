import type { ResourceEvent } from '../../lambda/shared/engine';
import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';
import { JOB_ARN } from './job';

const STACK_ID =
  'arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/6f2b8d10-0c1e-11f0-9a5b-0affd1a2b3c4';
export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:123456789012:stateMachine:Wait';

export const LIFECYCLE_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:lifecycle';
export const POLL_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:poll';

const PROPERTIES: OnTheWire<WaiterProperties> = {
  stateMachineArn: STATE_MACHINE_ARN,
  pollFunctionArn: POLL_ARN,
  jobIdentifier: JOB_ARN,
  timeoutSeconds: '3300',
  waitedSeconds: '0',
  pollIntervalSeconds: '10',
  continues: 'false',
};

/** The Create event of a link, without its ResponseURL, with properties as CloudFormation sends them. */
export function createEvent(properties: Partial<OnTheWire<WaiterProperties>> = {}): ResourceEvent {
  const ServiceToken = 'arn:aws:lambda:us-east-1:123456789012:function:on-event';
  return {
    RequestType: 'Create',
    ServiceToken,
    StackId: STACK_ID,
    RequestId: '11111111-1111-4111-8111-111111111111',
    LogicalResourceId: 'Import8E28E9C6',
    ResourceType: 'Custom::BedrockModelImportJobWaiter',
    ResourceProperties: { ServiceToken, ...PROPERTIES, ...properties },
  };
}

/** The Update event of a link that was created before. */
export function updateEvent(properties: Partial<OnTheWire<WaiterProperties>> = {}): ResourceEvent {
  const event = createEvent(properties);
  return {
    ...event,
    RequestType: 'Update',
    RequestId: '22222222-2222-4222-8222-222222222222',
    PhysicalResourceId: 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/old000000000',
  };
}

/** The Delete event of a link, with the physical ID that CloudFormation knows. */
export function deleteEvent(physicalResourceId: string): ResourceEvent {
  return {
    ...createEvent(),
    RequestType: 'Delete',
    RequestId: '33333333-3333-4333-8333-333333333333',
    PhysicalResourceId: physicalResourceId,
  };
}

/** An event of a resource that owns a model, whose import may take less time than its deletion. */
export function modelEvent(RequestType: string, RequestId: string, id = JOB_ARN): ResourceEvent {
  return {
    ...createEvent(),
    RequestType,
    RequestId,
    PhysicalResourceId: RequestType === 'Create' ? undefined : id,
    ResourceType: 'Custom::BedrockImportedModel',
    ResourceProperties: {
      stateMachineArn: STATE_MACHINE_ARN,
      lifecycleFunctionArn: LIFECYCLE_ARN,
      startTimeoutSeconds: '300',
      deleteTimeoutSeconds: '3300',
    },
  } as unknown as ResourceEvent;
}
