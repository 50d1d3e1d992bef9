import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { ImportedModelAttribute, ImportedModelProperties, OnTheWire } from '../../lib/private/protocol';
import { isConstraintViolation, isRefusal, toFault, type Job } from '../shared/bedrock';
import type { PollInput, PollResult, ResourceEvent } from '../shared/engine';
import { extend, graceSeconds, pause, PROPAGATION, type Streak } from '../shared/patience';
import { CallError, ModelImports } from './model-imports';
import { definitionHash, generatedName, ownerOf } from './ownership';
import * as reasons from './reasons';
import type { Progress } from './reasons';

/** All calls of one invocation end within this many milliseconds, before the function's timeout. */
const CALLS_LIMIT_MS = 22_000;

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

export type Properties = OnTheWire<ImportedModelProperties>;

/** A request, with all that follows from it. */
export interface Context {
  readonly event: ResourceEvent;
  readonly properties: Properties;
  readonly oldProperties?: Properties;
  readonly api: ModelImports;
  readonly progress: Progress;
  readonly previous: LifecycleResult;
  /** When the request was made, in milliseconds since the epoch. */
  readonly requestedAt: number;
  /** When it was first served, in milliseconds since the epoch. */
  readonly servedSince: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds that are left for the calls of this invocation. */
  readonly remainingMs: () => number;
  readonly owner: string;
  readonly definition: string;
  readonly jobName: string;
  readonly importedModelName: string;
}

export function readContext(
  { event, startedAt, previous }: PollInput,
  client: BedrockClient,
  now: number,
): Context {
  const properties = event.ResourceProperties as unknown as Properties;
  const [, , , region, account] = event.StackId.split(':');
  const requestedAt = Date.parse(startedAt);
  const remembered = previous as LifecycleResult;
  const callsEndAt = performance.now() + CALLS_LIMIT_MS;
  return {
    event,
    properties,
    oldProperties: event.OldResourceProperties as Properties | undefined,
    api: new ModelImports(client, CALLS_LIMIT_MS),
    progress: {
      requestType: event.RequestType,
      region,
      account,
      waitedSeconds: (now - requestedAt) / 1000,
    },
    previous: remembered,
    requestedAt,
    servedSince: remembered.servedSince ?? now,
    now,
    remainingMs: () => Math.max(0, callsEndAt - performance.now()),
    owner: ownerOf(event),
    definition: definitionHash(properties.definition),
    jobName: generatedName(event, event.RequestId, properties.jobNamePrefix),
    importedModelName: properties.definition.importedModelName ?? generatedName(event, event.RequestId),
  };
}

export function done(jobArn: string, job: Pick<Job, 'jobName' | 'importedModelName'>): Step {
  const { jobName = '', importedModelName = '' } = job;
  return { done: { jobArn, jobName, importedModelName } };
}

export function isWait(outcome: unknown): outcome is Wait {
  return typeof outcome === 'object' && outcome !== null && 'waitFor' in outcome;
}

/** Seconds that a grace lasts at the pace of these polls. */
export function graceOf(grace: Parameters<typeof graceSeconds>[0], { properties }: Context): number {
  return graceSeconds(grace, Number(properties.pollIntervalSeconds));
}

/** Waits while answers of one kind do not outlast a grace. Undefined once they have. */
export function bear(
  context: Context,
  kind: string,
  grace: Parameters<typeof graceSeconds>[0],
  waitFor: string,
): Wait | undefined {
  const streak = extend(context.previous.streak, kind, context.now);
  return streak.seconds < graceOf(grace, context) ? { waitFor, streak } : undefined;
}

/**
 * What an error means. A refusal may pass: what was made a moment ago, a permission, a role or its access to
 * Amazon S3, is not known everywhere yet, and Bedrock has many words for that. What has no clear answer says
 * nothing.
 */
export function ofError(error: unknown, context: Context): Step {
  const fault = error instanceof CallError ? error.fault : toFault(error);
  const waitFor = `an answer from Bedrock, which said ${fault.name}: ${fault.message}`;
  if (!(error instanceof CallError) || !isRefusal(fault)) {
    return { waitFor, streak: pause(context.previous.streak) };
  }
  const { operation, identifier } = error;
  if (fault.name === 'TooManyTagsException') {
    return { fail: reasons.tooManyTags(context.progress, fault) };
  }
  // What refuses now has to be what refused before: things are made, and spread, one by one.
  const kind = `${operation} ${identifier}`.trim();
  const isPassing = isConstraintViolation(fault) ? undefined : bear(context, kind, PROPAGATION, waitFor);
  return (
    isPassing ?? {
      fail:
        operation === 'CreateModelImportJob' && fault.httpStatus !== 403
          ? reasons.invalid(context.progress, fault)
          : reasons.refused(context.progress, operation, fault),
    }
  );
}
