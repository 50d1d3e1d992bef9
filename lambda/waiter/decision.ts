import type { Doubt, Memory } from './memory';
import type { Wait } from './reasons';

/** What the observations of one poll are judged by. */
export interface Situation {
  readonly wait: Wait;
  readonly memory: Memory;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Seconds until this link's time is up; not positive when it is. */
  readonly remainingSeconds: number;
  /** Whether another link follows, and whether one came before. */
  readonly continues: boolean;
  readonly isContinued: boolean;
  readonly pollIntervalSeconds: number;
  /** Whether the job is the one that the resource had before this request. */
  readonly isOwnJob: boolean;
  readonly hasSmokeTest: boolean;
}

/** What one observation means. `T` is what was asked for. */
export type Decision<T> =
  | { readonly action: 'goOn'; readonly with: T; readonly warning?: string }
  | { readonly action: 'wait'; readonly doubt?: Doubt; readonly warning?: string }
  | { readonly action: 'fail'; readonly reason: string };

/** Seconds since a time, or since the first answer of a doubt where Bedrock does not tell the time. */
export function secondsSince(time: Date | undefined, now: number, doubt: Doubt): number {
  return time ? (now - time.getTime()) / 1000 : doubt.seconds;
}
