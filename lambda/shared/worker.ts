import type { Answer, PollInput, PollResult, Request, ResourceEvent, WaitReport } from './engine';
import { isBug } from './errors';
import { log } from './log';
import { physicalResourceId } from './physical-id';
import { bug } from './reasons';
import { humanDuration } from './text';
import type { Tolerance } from './tolerance';

/**
 * What both workers, the one that waits and the one that owns models, have in common: one poll takes what is
 * remembered one step further, and comes to `done`, `fail` or `wait`.
 */

/** What a poll goes by. */
export interface PollContext<Memory> {
  readonly request: Request;
  readonly event: ResourceEvent;
  readonly memory: Partial<Memory>;
  readonly tolerance?: Tolerance;
  /** Whether CloudFormation has its answer: what is left is the worker's own business. */
  readonly isAnswered: boolean;
  /** When the poll began, in milliseconds since the epoch. */
  readonly now: number;
  readonly lastSeen?: string;
}

/** What a poll comes to. */
export type Outcome<Memory> = Done | Failed | Waiting<Memory>;

export interface Done {
  readonly type: 'done';
  /** Absent: that of the resource. */
  readonly physicalResourceId?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly report?: WaitReport;
  /** Seconds after which the worker goes on, after its answer. Absent: the execution ends. */
  readonly goesOnAfter?: number;
  /** What it remembers then. */
  readonly memory?: object;
}

export interface Failed {
  readonly type: 'fail';
  readonly reason: string;
  readonly report?: WaitReport;
  /** Seconds after which the worker goes on, after its answer. Absent: the execution ends. */
  readonly goesOnAfter?: number;
  /** What it remembers then. */
  readonly memory?: object;
}

export interface Waiting<Memory> {
  readonly type: 'wait';
  /** What is waited for, in words for a person. */
  readonly waitsFor: string;
  readonly memory?: Partial<Memory>;
  readonly tolerance?: Tolerance;
  /** Seconds until the next poll, where it is not the poll interval. */
  readonly withinSeconds?: number;
}

/** A poll of a worker, and how it is told in the log. */
export interface Poll<Memory> {
  readonly outcome: Outcome<Memory>;
  /** What was polled for: `model import job job-1`. */
  readonly subject: string;
  readonly lastSeen?: string;
  readonly waitedSeconds: number;
  readonly warning?: string;
  /** What else the line of the log has. */
  readonly details?: object;
}

/** What is remembered between two polls. The state machine carries it, and only this file knows its form. */
interface Remembered<Memory> {
  readonly memory?: Partial<Memory>;
  readonly tolerance?: Tolerance;
}

/** Does one poll of a worker. An error that is not a service's is a bug, fails at once and says so. */
export async function runPoll<Memory>(
  { request, previous }: PollInput,
  now: () => number,
  poll: (context: PollContext<Memory>) => Promise<Poll<Memory>>,
): Promise<PollResult> {
  const { memory = {}, tolerance } = (previous.memory ?? {}) as Remembered<Memory>;
  const context: PollContext<Memory> = {
    request,
    event: request.event,
    memory,
    tolerance,
    isAnswered: previous.isAnswered ?? false,
    now: now(),
    lastSeen: previous.lastSeen,
  };
  const polled = await poll(context).catch((error: unknown) => ofBug(context, error));
  const result = toResult(polled, previous, request.event);
  logPoll(polled, result, request.event);
  return result;
}

/** Seconds between two polls after the answer: an execution has 25,000 events, and a job may run for hours. */
const AFTER_ANSWER_SECONDS = 60;

/** Seconds from one poll to the next: the interval, or less. */
export function pollIntervalSeconds({ ResourceProperties }: ResourceEvent): number {
  return Number(ResourceProperties.pollIntervalSeconds);
}

function toResult<Memory>(
  { outcome, lastSeen }: Poll<Memory>,
  { attempt, isAnswered }: PollResult,
  event: ResourceEvent,
): PollResult {
  const base = { attempt: attempt + 1, lastSeen, isAnswered };
  if (outcome.type === 'wait') {
    const seconds = isAnswered
      ? (outcome.withinSeconds ?? AFTER_ANSWER_SECONDS)
      : Math.min(pollIntervalSeconds(event), outcome.withinSeconds ?? Infinity);
    const remembered: Remembered<Memory> = { memory: outcome.memory, tolerance: outcome.tolerance };
    return { ...base, waitSeconds: Math.max(1, Math.ceil(seconds)), memory: remembered };
  }
  if (isAnswered) {
    return base;
  }
  return {
    ...base,
    answer: toAnswer(outcome, event),
    report: outcome.report,
    waitSeconds: outcome.goesOnAfter,
    memory: outcome.goesOnAfter === undefined ? undefined : { memory: outcome.memory },
  };
}

function toAnswer(outcome: Done | Failed, event: ResourceEvent): Answer {
  const id = physicalResourceId(event);
  return outcome.type === 'done'
    ? { status: 'SUCCESS', physicalResourceId: outcome.physicalResourceId ?? id, data: outcome.data }
    : { status: 'FAILED', physicalResourceId: id, reason: outcome.reason };
}

function ofBug<Memory>({ request, now }: PollContext<Memory>, error: unknown): Poll<Memory> {
  if (!isBug(error)) {
    // Each worker tolerates the errors of its calls itself.
    throw error;
  }
  log('ERROR', { message: 'A bug in this library', stack: (error as Error).stack });
  return {
    outcome: { type: 'fail', reason: bug(error) },
    subject: request.event.LogicalResourceId,
    waitedSeconds: (now - request.requestedAt) / 1000,
  };
}

function endOf({ type, report }: Done | Failed): string {
  if (type === 'fail') {
    return 'failed';
  }
  return report?.outcome === 'continue' ? 'the next link continues' : 'done';
}

/** One line for a poll, with a sentence that a person reads. */
function logPoll<Memory>(polled: Poll<Memory>, result: PollResult, event: ResourceEvent): void {
  const { outcome, subject, waitedSeconds, warning, details } = polled;
  const isTrouble = warning !== undefined || outcome.type === 'fail';
  const state = outcome.type === 'wait' ? outcome.waitsFor : endOf(outcome);
  const next = outcome.type === 'wait' ? `, next poll in ${humanDuration(result.waitSeconds!)}` : '';
  log(isTrouble ? 'WARN' : 'INFO', {
    message: `${subject}: ${state}, ${humanDuration(waitedSeconds)} waited${next}`,
    warning,
    requestType: event.RequestType,
    logicalId: event.LogicalResourceId,
    requestId: event.RequestId,
    lastSeen: polled.lastSeen,
    waitedSeconds: Math.round(waitedSeconds),
    attempt: result.attempt,
    nextPollSeconds: result.waitSeconds,
    outcome: outcome.type,
    reason: outcome.type === 'fail' ? outcome.reason : undefined,
    ...details,
  });
}
