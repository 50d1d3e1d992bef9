/**
 * How long something that may pass is borne: what is new takes time to show, and permissions take time to
 * spread.
 */

/** Answers of one kind in a row. It passes through the state machine. */
export interface Streak {
  readonly kind: string;
  /** Seconds between the answers of the kind. */
  readonly seconds: number;
  /** When the last one came, in milliseconds since the epoch. Absent when something without a meaning came since. */
  readonly at?: number;
}

/** The streak with one more answer of a kind. An answer of another kind begins a streak of its own. */
export function extend(streak: Streak | undefined, kind: string, now: number): Streak {
  if (streak?.kind !== kind) {
    return { kind, seconds: 0, at: now };
  }
  const seconds = streak.at === undefined ? 0 : (now - streak.at) / 1000;
  return { kind, seconds: streak.seconds + seconds, at: now };
}

/** The streak after a throttled or faulty call, whose time says nothing: it neither counts nor starts anew. */
export function pause(streak: Streak | undefined): Streak | undefined {
  return streak && { kind: streak.kind, seconds: streak.seconds };
}

/** Seconds that one look may be late beyond its interval: the call itself and its way there. */
const LATENESS_SECONDS = 30;

/**
 * Seconds that a grace lasts: as long as it takes at least, and never less than the longest lag, one poll
 * interval and what a look may be late.
 */
export function graceSeconds(
  grace: { readonly leastSeconds: number; readonly lagSeconds: number },
  pollIntervalSeconds: number,
): number {
  return Math.max(grace.leastSeconds, grace.lagSeconds + pollIntervalSeconds + LATENESS_SECONDS);
}

/** A job or model that was made a moment ago shows within a minute. */
export const APPEARANCE = { leastSeconds: 120, lagSeconds: 60 };

/** A permission, a role or an access to Amazon S3 that was made a moment ago works within five minutes. */
export const PROPAGATION = { leastSeconds: 420, lagSeconds: 300 };

/**
 * The place of a job that has ended, or of a model that was deleted, is free within two minutes. A short job may
 * have ended in the minute before lists show it.
 */
export const PLACE = { leastSeconds: 180, lagSeconds: 180 };

/** A completed job names its model, and the model shows, within two minutes. */
export const MODEL_APPEARANCE = { leastSeconds: 300, lagSeconds: 120 };
