import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/**
 * What the functions and the state machine between them pass to each other. The state machine's side is
 * `lib/private/contract/state-machine.ts`.
 */

/** CloudFormation's event without its `ResponseURL`, a secret that workers never see. */
export type ResourceEvent = Omit<CloudFormationCustomResourceEvent, 'ResponseURL'> & {
  /** Absent on Create. */
  readonly PhysicalResourceId?: string;
  /** Absent on Create and Delete, and left out of a waiter's request, which needs only `keepsJob` of it. */
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
};

/** A request of CloudFormation: what is constant while it is served, and stands once in the execution. */
export interface Request {
  readonly event: ResourceEvent;
  /** When CloudFormation made it, in milliseconds since the epoch: its URL tells to the second. */
  readonly requestedAt: number;
  /** Until when its answer has to be decided, in milliseconds since the epoch. */
  readonly deadline: number;
  /** Whether an Update of a waiter names the same job as before. */
  readonly keepsJob?: boolean;
}

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
  readonly outcome: 'done' | 'fail' | 'continue';
  /** Seconds that the import took, when it has completed. */
  readonly importSeconds?: number;
  /** When the job ended, in milliseconds since the epoch, when that was during the wait. */
  readonly endedAt?: number;
}

/** What one poll came to: an answer, a time to wait, both (what goes on after its answer), or neither: the end. */
export interface PollResult {
  readonly answer?: Answer;
  readonly waitSeconds?: number;
  /** Set by the answering step: CloudFormation has its answer. */
  readonly isAnswered?: boolean;
  /** Comes with the answer of a wait. */
  readonly report?: WaitReport;
  /** Polls so far. */
  readonly attempt: number;
  /** The last thing that Bedrock said, in words for a person. */
  readonly lastSeen?: string;
  /** What the worker remembers: its own, and opaque to everybody else. */
  readonly memory?: unknown;
}

/** What the state machine passes to a worker. */
export interface PollInput {
  readonly request: Request;
  readonly previous: PollResult;
}

/** The state of an execution: its input, and what the answering state receives. */
export interface ExecutionState {
  /** The ARN of the function that polls. */
  readonly worker: string;
  readonly responseUrl: string;
  readonly request: Request;
  readonly poll: {
    readonly result: PollResult;
    /** Set when the last poll failed. */
    readonly error?: { readonly Error?: string; readonly Cause?: string };
  };
}
