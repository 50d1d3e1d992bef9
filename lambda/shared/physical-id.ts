import type { ResourceEvent } from './engine';

/**
 * The physical IDs of the resources. One that has a job is that job's ARN. One whose creation failed names
 * the request instead, so that its Delete touches only what that request started. CloudFormation invents one
 * of a third kind when a creation is cancelled before it was answered.
 */

const UNFINISHED = 'request/';
const UNTOUCHED = '/nothing-started';

/** Never empty, and short enough: the resource's own, or the one that a failed creation leaves. */
export function physicalResourceId({ PhysicalResourceId, RequestId }: ResourceEvent): string {
  return PhysicalResourceId || UNFINISHED + RequestId;
}

/** The ID that a creation leaves which failed before it had asked for a job: its Delete has nothing to look for. */
export function untouchedId(event: ResourceEvent): string {
  return event.PhysicalResourceId || physicalResourceId(event) + UNTOUCHED;
}

export function isUntouched(physicalId: string): boolean {
  return requestOf(physicalId) !== undefined && physicalId.endsWith(UNTOUCHED);
}

/** The request whose creation failed, when an ID names one. */
export function requestOf(physicalId: string): string | undefined {
  return physicalId.startsWith(UNFINISHED)
    ? physicalId.slice(UNFINISHED.length).replace(UNTOUCHED, '')
    : undefined;
}

/** Whether an ID is that of a resource that has a job. */
export function isJobArn(physicalId: string): boolean {
  return physicalId.startsWith('arn:');
}
