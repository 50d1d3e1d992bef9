import type { ServiceError } from './errors';
import { cut } from './text';

/**
 * How long an error that may pass is tolerated: what is new takes time to show, and permissions take time to
 * spread. Example: Bedrock refuses a role that was created a moment ago.
 *
 *     12:00:00 refused   extend: 0 s
 *     12:00:10 refused   extend: 10 s
 *     12:00:20 throttled pause: 10 s, and the next gap does not count
 *     12:00:30 refused   extend: 10 s
 *     12:00:40 a good answer: there is no tolerance any more
 */
export interface Tolerance {
  /** What is tolerated. An error of another kind begins a tolerance of its own. */
  readonly kind: string;
  /** Seconds between the errors of the kind. */
  readonly seconds: number;
  /** When the last one came, in milliseconds since the epoch. Absent after a pause. */
  readonly at?: number;
  /** The last error of the kind. */
  readonly error?: ServiceError;
}

/** What a message may take of what is remembered, in bytes: it passes through the state machine. */
const MAX_MESSAGE_BYTES = 1000;

/** The tolerance after one more error of a kind. */
export function extend(
  tolerance: Tolerance | undefined,
  kind: string,
  now: number,
  error?: ServiceError,
): Tolerance {
  const last = error && { ...error, message: cut(error.message, MAX_MESSAGE_BYTES) };
  if (tolerance?.kind !== kind) {
    return { kind, seconds: 0, at: now, error: last };
  }
  const seconds = tolerance.at === undefined ? 0 : (now - tolerance.at) / 1000;
  return { kind, seconds: tolerance.seconds + seconds, at: now, error: last };
}

/** The tolerance after a throttle or a server error, whose time neither counts nor starts anew. */
export function pause(tolerance: Tolerance | undefined): Tolerance | undefined {
  return tolerance && { ...tolerance, at: undefined };
}

/** Seconds that one poll may be late beyond its interval: the call itself and its way there. */
const LATENESS_SECONDS = 30;

/** How long something is tolerated. */
export interface ToleranceLimit {
  readonly leastSeconds: number;
  /** The longest lag that AWS is known for, or that is plausible. */
  readonly lagSeconds: number;
}

/** Seconds of a limit: never less than the longest lag, one poll interval and what a poll may be late. */
export function toleratedSeconds(
  { leastSeconds, lagSeconds }: ToleranceLimit,
  pollIntervalSeconds: number,
): number {
  return Math.max(leastSeconds, lagSeconds + pollIntervalSeconds + LATENESS_SECONDS);
}

/** A job or model that was created a moment ago shows within a minute. */
export const APPEARANCE: ToleranceLimit = { leastSeconds: 120, lagSeconds: 60 };

/** A permission, a role or an access to Amazon S3 that was created a moment ago works within five minutes. */
export const PROPAGATION: ToleranceLimit = { leastSeconds: 420, lagSeconds: 300 };

/**
 * The import slot of a job that has ended, or the quota of a model that was deleted, is free within two minutes. A
 * short job may have ended in the minute before lists show it.
 */
export const IMPORT_SLOT: ToleranceLimit = { leastSeconds: 180, lagSeconds: 180 };

/** A completed job names its model, and the model shows, within two minutes. */
export const MODEL_APPEARANCE: ToleranceLimit = { leastSeconds: 150, lagSeconds: 120 };

/** No call has ever had an HTTP answer: there is no way to the service. */
export const UNREACHED: ToleranceLimit = { leastSeconds: 900, lagSeconds: 0 };
