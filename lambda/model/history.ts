import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { ResourceEvent } from '../shared/engine';
import { canonical } from './names';

/**
 * What the stack's events show of a resource. CloudFormation writes an event before it makes a request, and the
 * outcome before it makes the next one, so that an event that is there is certain. One that is missing says nothing.
 *
 * An update that was replaced and rolled back reads, from the oldest to the newest:
 *
 *     stack     UPDATE_IN_PROGRESS
 *     resource  UPDATE_IN_PROGRESS           the request: A → B
 *     resource  UPDATE_COMPLETE   B          B is recorded
 *     stack     UPDATE_ROLLBACK_IN_PROGRESS  another resource has failed
 *     resource  UPDATE_IN_PROGRESS           the request: back to A
 *     resource  UPDATE_COMPLETE   A
 */
export interface HistoryEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly isOfStack: boolean;
  readonly status: string;
  /** Empty where the event has none. */
  readonly physicalId: string;
  /** The properties of the resource, as JSON. */
  readonly properties?: string;
}

/** How the status of a stack begins that has gone back, while it deletes what it went back from and afterwards. */
const ROLLED_BACK = 'UPDATE_ROLLBACK_COMPLETE';

/** Oldest first: the events of one resource and of its stack itself. */
export type History = readonly HistoryEvent[];

/** What became of a job ARN that was sent to CloudFormation. */
export type Fate = 'recorded' | 'lost' | 'open';

/** Picks the events of a resource and of the stack from those that CloudFormation lists, the newest first. */
export function toHistory(
  events: readonly StackEvent[],
  { StackId, LogicalResourceId }: ResourceEvent,
): History {
  return events
    .map((event) => ({ ...event, isOfStack: event.PhysicalResourceId === StackId }))
    .filter((event) => event.isOfStack || event.LogicalResourceId === LogicalResourceId)
    .map(({ Timestamp, isOfStack, ResourceStatus, PhysicalResourceId, ResourceProperties }) => ({
      at: Timestamp!.getTime(),
      isOfStack,
      status: ResourceStatus ?? '',
      physicalId: PhysicalResourceId ?? '',
      properties: ResourceProperties,
    }))
    .reverse();
}

/** What the request made of its answer: the first end that follows its beginning. */
export function fateOf(history: History, requestedAt: number, jobArn: string): Fate {
  const end = history.slice(beginOf(history, requestedAt) + 1).find(isEnd);
  if (!end || beginOf(history, requestedAt) < 0) {
    return 'open';
  }
  return end.status.endsWith('_COMPLETE') && end.physicalId === jobArn ? 'recorded' : 'lost';
}

/** Whether the stack is going back to what it was. */
export function isRollingBack(history: History): boolean {
  return stackStatus(history).endsWith('ROLLBACK_IN_PROGRESS');
}

/** Whether the stack has gone back to what it was, and deletes what it went back from. */
export function hasRolledBack(history: History): boolean {
  return stackStatus(history).startsWith(ROLLED_BACK);
}

function stackStatus(history: History): string {
  return history.findLast(({ isOfStack }) => isOfStack)?.status ?? '';
}

/** When the creation began and ended whose cancelled resource CloudFormation deletes by an ID that it generated. */
export function creationOf(
  history: History,
  generatedId: string,
): { readonly began: number; readonly ended: number } | undefined {
  const isFailure = ({ isOfStack, status }: HistoryEvent): boolean =>
    !isOfStack && status === 'CREATE_FAILED';
  const isBegin = ({ isOfStack, status }: HistoryEvent): boolean =>
    !isOfStack && status === 'CREATE_IN_PROGRESS';
  const withId = history.findLastIndex((event) => isFailure(event) && event.physicalId === generatedId);
  const failed = withId >= 0 ? withId : history.findLastIndex(isFailure);
  // A stack that is deleted while it is created may not say that the creation has failed.
  const deleted = history.findLastIndex(
    ({ isOfStack, status }) => isOfStack && status === 'DELETE_IN_PROGRESS',
  );
  const end = failed >= 0 ? failed : deleted;
  const last = history.findLastIndex((event, index) => index < end && isBegin(event));
  if (last < 0) {
    return undefined;
  }
  // CloudFormation tells of a creation more than once.
  const previous = history.findLastIndex(
    (event, index) => index < last && !event.isOfStack && !isBegin(event),
  );
  const first = history.findIndex((event, index) => index > previous && isBegin(event));
  return { began: toSecond(history[first].at), ended: history[end].at };
}

/**
 * The job that the last update has recorded, when its rollback did not come to an end: CloudFormation may then
 * delete the resource by either ID, or by both.
 */
export function halfRolledBack(history: History): string | undefined {
  const update = history.findLastIndex(
    ({ isOfStack, status }) => isOfStack && status === 'UPDATE_IN_PROGRESS',
  );
  const operation = history.slice(update + 1);
  const rollback = operation.findIndex(
    ({ isOfStack, status }) => isOfStack && status === 'UPDATE_ROLLBACK_IN_PROGRESS',
  );
  const hasEnded = operation.some(({ isOfStack, status }) => isOfStack && status.startsWith(ROLLED_BACK));
  if (update < 0 || rollback < 0 || hasEnded) {
    return undefined;
  }
  const isComplete = ({ isOfStack, status }: HistoryEvent): boolean =>
    !isOfStack && status === 'UPDATE_COMPLETE';
  return operation.slice(rollback).some(isComplete) ? undefined : operation.findLast(isComplete)?.physicalId;
}

/** Whether a request is the last one that CloudFormation made for the resource, of two in one second. */
export function isLast(
  history: History,
  { RequestType, ResourceProperties }: ResourceEvent,
): boolean | undefined {
  const last = history.findLast(isBeginning);
  if (!last) {
    return undefined;
  }
  const isOfType = last.status === `${RequestType.toUpperCase()}_IN_PROGRESS`;
  return isOfType && (last.properties === undefined || sameJson(last.properties, ResourceProperties));
}

/** Requests are known to the second, and made just after their event. */
function beginOf(history: History, requestedAt: number): number {
  return history.findLastIndex((event) => isBeginning(event) && event.at < requestedAt + 1000);
}

function isBeginning({ isOfStack, status }: HistoryEvent): boolean {
  return !isOfStack && (status === 'CREATE_IN_PROGRESS' || status === 'UPDATE_IN_PROGRESS');
}

function isEnd({ isOfStack, status }: HistoryEvent): boolean {
  return !isOfStack && /^(?:CREATE|UPDATE)_(?:COMPLETE|FAILED)$/.test(status);
}

function toSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

function sameJson(text: string, value: unknown): boolean {
  try {
    return canonical(JSON.parse(text)) === canonical(value);
  } catch {
    return false;
  }
}
