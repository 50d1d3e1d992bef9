import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { ImportedModelAttribute, ImportedModelProperties, OnTheWire } from '../../lib/private/protocol';
import { REFUSED_GRACE_SECONDS } from '../poll/decision';
import { isRefusal, type Fault, type Job } from '../shared/bedrock';
import type { PollInput, PollResult, ResourceEvent } from '../shared/engine';
import { ModelImports } from './model-imports';
import { definitionHash, generatedName, ownerOf } from './ownership';
import * as reasons from './reasons';
import type { Progress } from './reasons';

/** All calls of one invocation end within this many milliseconds, before the function's timeout. */
const CALLS_LIMIT_MS = 22_000;

/** How long something that must exist may not be found. */
export const CONSISTENCY_SECONDS = 60;

/** What the lifecycle function remembers from poll to poll. */
export interface LifecycleResult extends PollResult {
  /** Whether the last refusal for a quota found no job in progress. */
  readonly quotaReached?: boolean;
  /** Whether a call to start the job ended without a clear answer. */
  readonly mayHaveStarted?: boolean;
}

/** What one poll came to. */
export type Step =
  | { readonly done: Partial<Record<ImportedModelAttribute, string>> }
  | (Pick<LifecycleResult, 'quotaReached' | 'mayHaveStarted'> & {
      /** In words for a person. */
      readonly waitFor: string;
      /** Whether a job of this resource has to end first, which nobody can hurry. */
      readonly untilJobEnds?: boolean;
    })
  | { readonly fail: string };

export type Properties = OnTheWire<ImportedModelProperties>;

/** A request, with all that follows from it. */
export interface Context {
  readonly event: ResourceEvent;
  readonly properties: Properties;
  readonly oldProperties?: Properties;
  readonly api: ModelImports;
  readonly progress: Progress;
  readonly previous: LifecycleResult;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly owner: string;
  readonly definition: string;
  readonly jobName: string;
  readonly importedModelName: string;
}

/** What to wait for while a job runs, or has completed a moment ago and does not name its model yet. */
export function whileRunning(job: Job, { now }: Context): Step | undefined {
  if (job.status === 'Failed') {
    return undefined;
  }
  if (hasCompleted(job)) {
    return !job.importedModelArn && now - (job.endTime?.getTime() ?? 0) < CONSISTENCY_SECONDS * 1000
      ? { waitFor: `the model of job ${job.jobArn}, which Bedrock does not name yet` }
      : undefined;
  }
  return {
    waitFor: `model import job ${job.jobArn} is in progress, and an import job cannot be stopped`,
    untilJobEnds: true,
  };
}

/** Whether a job has completed, in either of the words that AWS documents. */
export function hasCompleted({ status }: Job): boolean {
  return ['Completed', 'Complete'].includes(status ?? '');
}

export function done(jobArn: string, job: Pick<Job, 'jobName' | 'importedModelName'>): Step {
  const { jobName = '', importedModelName = '' } = job;
  return { done: { jobArn, jobName, importedModelName } };
}

export function ofFault(fault: Fault, { progress }: Context): Step {
  const { name, message } = fault;
  const isRecent = progress.waitedSeconds < REFUSED_GRACE_SECONDS;
  // A role that was made a moment ago is not known everywhere yet; Bedrock has several words for that.
  const isNewRole = name === 'ValidationException' && /\brole\b|\bassume\b/i.test(message);
  if (!isRefusal(fault) || (isRecent && (fault.httpStatus === 403 || isNewRole))) {
    return { waitFor: `an answer from Bedrock, which said ${name}: ${message}` };
  }
  switch (name) {
    case 'ValidationException':
      return { fail: reasons.invalid(progress, fault) };
    case 'TooManyTagsException':
      return { fail: reasons.tooManyTags(progress, fault) };
    default:
      return { fail: reasons.refused(progress, fault) };
  }
}

export function readContext(
  { event, startedAt, previous }: PollInput,
  client: BedrockClient,
  now: number,
): Context {
  const properties = event.ResourceProperties as unknown as Properties;
  const oldProperties = event.OldResourceProperties as Properties | undefined;
  const [, , , region, account] = event.StackId.split(':');
  const waitedSeconds = (now - Date.parse(startedAt)) / 1000;
  const generated = generatedName(event, event.RequestId);
  return {
    event,
    properties,
    oldProperties,
    api: new ModelImports(client, CALLS_LIMIT_MS),
    progress: { requestType: event.RequestType, region, account, waitedSeconds },
    previous,
    now,
    owner: ownerOf(event),
    definition: definitionHash(properties.definition),
    jobName: properties.definition.jobName ?? generated,
    importedModelName: properties.definition.importedModelName ?? generated,
  };
}
