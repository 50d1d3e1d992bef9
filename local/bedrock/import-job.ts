/** An import job, and the model that it creates. */

/** The course of an import, and its result. */
export interface ImportScript {
  /** Milliseconds until the job ends. @default 0 */
  readonly durationMs?: number;
  /** How it ends. @default Completed */
  readonly outcome?: 'Completed' | 'Failed';
  readonly failureMessage?: string;
  /** Overrides fields of the job's description; `undefined` leaves a field out. */
  readonly overrides?: Readonly<Body>;
  /** Overrides fields of the model's description; `undefined` leaves a field out. */
  readonly modelOverrides?: Readonly<Body>;
  /** Milliseconds after the job's end in which the model has no capacity yet. @default 0 */
  readonly notReadyMs?: number;
}

/** What `CreateModelImportJob` says about a job. */
export interface JobDefinition {
  readonly jobName: string;
  readonly importedModelName?: string;
  readonly region?: string;
  readonly roleArn?: string;
  readonly s3Uri?: string;
  readonly importedModelKmsKeyArn?: string;
  readonly vpcConfig?: { readonly subnetIds: string[]; readonly securityGroupIds: string[] };
}

/** A job as the account keeps it. */
export interface Job extends JobDefinition, ImportScript {
  readonly region: string;
  readonly importedModelName: string;
  readonly jobArn: string;
  readonly modelArn: string;
  readonly startedAt: number;
  readonly clientRequestToken?: string;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The JSON of a request or response. */
export type Body = Record<string, unknown>;

type Status = 'InProgress' | 'Completed' | 'Failed';

/** When a job ends or ended, in milliseconds since the epoch. */
export function endOf(job: Job): number {
  return job.startedAt + (job.durationMs ?? 0);
}

export function statusOf(job: Job, now: number): Status {
  return now < endOf(job) ? 'InProgress' : (job.outcome ?? 'Completed');
}
