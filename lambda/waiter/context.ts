import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';
import { FIRST_CALL_SECONDS, LINK } from '../../lib/private/contract/links';
import type { Job } from '../shared/bedrock';
import type { Request } from '../shared/engine';
import type { ServiceError } from '../shared/errors';
import { isJobArn } from '../shared/physical-id';
import { extend, pause, toleratedSeconds, type Tolerance, type ToleranceLimit } from '../shared/tolerance';
import { pollIntervalSeconds, type PollContext, type Waiting } from '../shared/worker';
import type { Attributes } from './attributes';
import type { Observation } from './bedrock';
import { locate } from './location';
import type { Wait } from './reasons';

/** What a wait remembers from one poll to the next. */
export interface Memory {
  /** When its timeout began: at the first observation that was not a refusal, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Whether Bedrock has ever answered. */
  readonly wasReached: boolean;
  /** Whether the service that invokes models has ever answered. */
  readonly wasRuntimeReached: boolean;
  /** Whether Bedrock has described the job. */
  readonly wasSeen: boolean;
  /** What the wait ends with, once nothing but the smoke test is left. */
  readonly attributes: Attributes;
}

/** What one observation is judged by. */
export interface WaitContext {
  readonly wait: Wait;
  readonly memory: Partial<Memory>;
  readonly tolerance?: Tolerance;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When CloudFormation made the request. */
  readonly requestedAt: number;
  /** Seconds until this link's time is up; not positive when it is. */
  readonly remainingSeconds: number;
  /** Whether another link follows, and whether one came before. */
  readonly continues: boolean;
  readonly isContinued: boolean;
  readonly pollIntervalSeconds: number;
  /** Whether the job is the one that the resource had before this request. */
  readonly keepsJob: boolean;
  readonly hasSmokeTest: boolean;
}

/** What an observation means: a value to go on with, an end, or another poll. `T` is what was observed. */
export type Verdict<T> =
  | { readonly type: 'go on'; readonly with: T; readonly warning?: string }
  | { readonly type: 'fail'; readonly reason: string }
  | (Waiting<Memory> & { readonly warning?: string });

export type Properties = OnTheWire<WaiterProperties>;

/** Reads what an observation is judged by, at the time when it was made. */
export function readContext(
  { request, event, memory, tolerance, lastSeen }: PollContext<Memory>,
  observation: Observation<unknown> | undefined,
  now: number,
  job?: Job,
): WaitContext {
  const properties = event.ResourceProperties as unknown as Properties;
  const { requestedAt } = request;
  const timeoutSeconds = Number(properties.timeoutSeconds);
  const earlierSeconds = Number(properties.earlierSeconds);
  const startedAt = earlierSeconds > 0 ? requestedAt : (memory.startedAt ?? now);
  const endsAt = Math.min(startedAt + timeoutSeconds * 1000, request.deadline);
  const since = waitingSince(properties, requestedAt);
  return {
    wait: {
      ...locate(event.StackId, properties),
      jobIdentifier: properties.jobIdentifier,
      assumedRoleArn: properties.assumedRoleArn,
      timeoutSeconds: earlierSeconds + timeoutSeconds,
      linkSeconds: (now - requestedAt) / 1000,
      waitedSeconds: (now - since) / 1000,
      lastSeen: describe(observation, job ? `status ${job.status ?? 'none'}` : lastSeen),
    },
    memory,
    tolerance,
    now,
    requestedAt,
    remainingSeconds: (endsAt - now) / 1000,
    continues: properties.continues === 'true',
    isContinued: earlierSeconds > 0,
    pollIntervalSeconds: pollIntervalSeconds(event),
    keepsJob: keepsJob(request, job?.jobArn ?? properties.jobIdentifier),
    hasSmokeTest: properties.smokeTest !== undefined,
  };
}

/**
 * When the first link of a wait began, in milliseconds since the epoch. The attribute of the link before is that of
 * an older deployment where only later links are updated: then this link counts from itself.
 */
export function waitingSince(
  { waitingSince: given, earlierSeconds }: Properties,
  requestedAt: number,
): number {
  const since = given ? Date.parse(given) : NaN;
  const links = Math.ceil(Number(earlierSeconds) / LINK.maxSeconds);
  const longestMs = (Number(earlierSeconds) + links * (FIRST_CALL_SECONDS + LINK.marginSeconds)) * 1000;
  return since <= requestedAt && requestedAt - since <= longestMs ? since : requestedAt;
}

/** Whether a job is the one that the resource has: its physical ID tells, or else that the properties name the same. */
function keepsJob({ event, keepsJob }: Request, job: string): boolean {
  const { PhysicalResourceId: id = '' } = event;
  return isJobArn(id) && isJobArn(job) ? id === job : keepsJob === true;
}

/** Waits, and remembers one more error of a kind. */
export function tolerateMore(
  { tolerance, now, memory }: WaitContext,
  kind: string,
  error: ServiceError,
): Waiting<Memory> & { readonly tolerance: Tolerance } {
  return { type: 'wait', waitsFor: error.name, memory, tolerance: extend(tolerance, kind, now, error) };
}

/** Waits after an error that says nothing, whose time does not count. */
export function ignore({ tolerance, memory }: WaitContext): Waiting<Memory> {
  // A service that has answered was reached, whatever it said.
  const kept = tolerance?.kind === 'unreached' && memory.wasReached ? undefined : pause(tolerance);
  return { type: 'wait', waitsFor: 'a good answer', memory, tolerance: kept };
}

export function isWithin(
  { seconds }: Tolerance,
  limit: ToleranceLimit,
  { pollIntervalSeconds }: WaitContext,
): boolean {
  return seconds < toleratedSeconds(limit, pollIntervalSeconds);
}

/** Keeps the last status through errors, because an error says nothing about the job. */
function describe(
  observation: Observation<unknown> | undefined,
  lastSeen = 'no answer from Bedrock',
): string {
  const status = lastSeen.split(', then ')[0];
  return observation && 'error' in observation ? `${status}, then ${observation.error.name}` : status;
}
