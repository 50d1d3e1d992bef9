import type { ImportedModelAttribute } from '../../lib/private/contract/protocol';
import type { Job } from '../shared/bedrock';
import type { PollResult } from '../shared/engine';
import type { Streak } from '../shared/patience';

/** What the lifecycle function remembers from poll to poll. */
export interface LifecycleResult extends PollResult {
  /** When the request was first served, in milliseconds since the epoch. */
  readonly servedSince?: number;
  /** What is being borne with. */
  readonly streak?: Streak;
  /** Whether the weights were looked at, as far as they can be. */
  readonly hasLooked?: boolean;
  /** Since when nothing but the start of an import is waited for, in milliseconds since the epoch. */
  readonly startsSince?: number;
}

/** What one poll came to. */
export type Step =
  | { readonly done: Partial<Record<ImportedModelAttribute, string>> }
  | Wait
  | {
      readonly fail: string;
      /** Whether the request cannot have started a job. */
      readonly nothingStarted?: boolean;
    };

/** That it takes another poll. */
export interface Wait {
  /** In words for a person. */
  readonly waitFor: string;
  /** Whether a job of this resource has to end first, which nobody can hurry. */
  readonly untilJobEnds?: boolean;
  /** Whether it is the start of an import, which its timeout bounds. */
  readonly isStart?: boolean;
  /** What it comes to when the time is up, other than a failure. */
  readonly otherwise?: Step;
  readonly streak?: Streak;
  /** Seconds until the next poll at most, when it need not be a poll interval. */
  readonly withinSeconds?: number;
  readonly hasLooked?: boolean;
}

export function done(jobArn: string, job: Pick<Job, 'jobName' | 'importedModelName'>): Step {
  const { jobName = '', importedModelName = '' } = job;
  return { done: { jobArn, jobName, importedModelName } };
}

export function isWait(outcome: unknown): outcome is Wait {
  return typeof outcome === 'object' && outcome !== null && 'waitFor' in outcome;
}
