import type { ResourceEvent } from '../../lambda/shared/engine';
import { secondsToDeadline } from '../../lib/private/contract/links';
import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';
import { JOB_ARN } from './job';

const STACK_ID =
  'arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/6f2b8d10-0c1e-11f0-9a5b-0affd1a2b3c4';
export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:123456789012:stateMachine:Wait';

export const WAITER_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:waiter';
export const MODEL_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:model';

/** The physical ID of a resource whose job another one is to replace. */
export const OLD_ID = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/old000000000';

type Properties = Partial<OnTheWire<WaiterProperties>>;

const PROPERTIES = {
  stateMachineArn: STATE_MACHINE_ARN,
  jobIdentifier: JOB_ARN,
  timeoutSeconds: '3300',
  earlierSeconds: '0',
  pollIntervalSeconds: '10',
  continues: 'false',
};

/** The Create event of a link, without its ResponseURL, with properties as CloudFormation sends them. */
export function createEvent(changed: Properties = {}): ResourceEvent {
  const properties = { ...PROPERTIES, ...changed };
  const deadlineSeconds = String(secondsToDeadline(Number(properties.timeoutSeconds)));
  return {
    RequestType: 'Create',
    ServiceToken: WAITER_ARN,
    StackId: STACK_ID,
    RequestId: '11111111-1111-4111-8111-111111111111',
    LogicalResourceId: 'Import8E28E9C6',
    ResourceType: 'Custom::BedrockModelImportJobWaiter',
    ResourceProperties: { ServiceToken: WAITER_ARN, deadlineSeconds, ...properties },
  };
}

/** The Update event of a link whose properties were others before, but not what `old` leaves out. */
export function updateEvent(changed: Properties = {}, old: Properties = {}): ResourceEvent {
  const { ResourceProperties } = createEvent({ ...changed, ...old });
  return {
    ...createEvent(changed),
    RequestType: 'Update',
    RequestId: '22222222-2222-4222-8222-222222222222',
    PhysicalResourceId: OLD_ID,
    OldResourceProperties: ResourceProperties,
  };
}

/** The Delete event of a link, with the physical ID that CloudFormation has recorded. */
export function deleteEvent(physicalResourceId: string): ResourceEvent {
  return {
    ...createEvent(),
    RequestType: 'Delete',
    RequestId: '33333333-3333-4333-8333-333333333333',
    PhysicalResourceId: physicalResourceId,
  };
}

/** An event of a resource that owns a model. */
export function modelEvent(RequestType: string, RequestId: string, id = JOB_ARN): ResourceEvent {
  return {
    ...createEvent(),
    RequestType,
    RequestId,
    PhysicalResourceId: RequestType === 'Create' ? undefined : id,
    ResourceType: 'Custom::BedrockImportedModel',
    ResourceProperties: {
      ServiceToken: WAITER_ARN,
      stateMachineArn: STATE_MACHINE_ARN,
      modelFunctionArn: MODEL_ARN,
      startTimeoutSeconds: '300',
      deadlineSeconds: '3300',
      pollIntervalSeconds: '10',
    },
  } as unknown as ResourceEvent;
}
