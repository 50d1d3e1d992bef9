import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/**
 * What the functions and the state machine between them hand to each other. The state machine's side
 * is `lib/private/state-machine.ts`.
 */

/** CloudFormation's event without its `ResponseURL`, a secret that only the on-event function holds. */
export type ResourceEvent = Omit<CloudFormationCustomResourceEvent, 'ResponseURL'> & {
  /** Absent on Create. */
  readonly PhysicalResourceId?: string;
  /** Absent on Create and Delete. */
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
};

/** What CloudFormation is told in the end. */
export interface Answer {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly physicalResourceId: string;
  /** Required when the status is FAILED. */
  readonly reason?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** What a wait came to, for its metrics. */
export interface WaitReport {
  readonly outcome: 'succeed' | 'handOver' | 'fail';
  /** Seconds that the import took, when it has completed. */
  readonly importSeconds?: number;
  /** When the job ended, in milliseconds since the epoch, when that was during the wait. */
  readonly endedAt?: number;
}

/** What one poll came to: an answer, or a time to wait and what to remember. */
export interface PollResult {
  readonly answer?: Answer;
  readonly waitSeconds?: number;
  /** Comes with the answer of a wait. */
  readonly report?: WaitReport;
  /** Polls so far. */
  readonly attempt: number;
  /** The last thing that Bedrock said about the job, in words for a person. */
  readonly lastSeen?: string;
  /** Whether an older request for the same resource was still being served when this one came. */
  readonly supersedes?: boolean;
  /**
   * Of a Delete: the physical ID that the stack believes in, empty when there is none. Absent when nobody
   * could ask.
   */
  readonly known?: string;
  /**
   * Of a Delete, while CloudFormation creates or updates the resource: when that began, in ISO 8601. What was
   * started since then lives.
   */
  readonly sparesSince?: string;
  /** Of a Delete: whether it is the whole stack that is deleted. */
  readonly isStackDeleted?: boolean;
}

/** What the state machine hands to the poll function. */
export interface PollInput {
  readonly event: ResourceEvent;
  /** When the request was made, in ISO 8601. Deadlines count from it. */
  readonly startedAt: string;
  readonly previous: PollResult;
}

/** The state of an execution: its input, and what the answering state receives. */
export interface ExecutionState {
  readonly worker: string;
  readonly responseUrl: string;
  readonly event: ResourceEvent;
  /** When the request was made, in ISO 8601. */
  readonly startedAt: string;
  /** Until when polls that fail are repeated, in ISO 8601. */
  readonly pollUntil: string;
  /** Until when answers that fail are repeated, in ISO 8601. */
  readonly answerUntil: string;
  /** What the first poll is told. */
  readonly first: PollResult;
  readonly poll: { readonly result: PollResult };
  /** Set when a poll failed. Only if none answered since then does it matter. */
  readonly error?: { readonly Error?: string; readonly Cause?: string };
}
