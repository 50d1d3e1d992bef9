import type { Job } from '../shared/bedrock';
import { isJobArn, isUntouched, requestOf } from '../shared/physical-id';
import type { Context } from './context';
import {
  findJob,
  findMarks,
  findModel,
  forgottenJobs,
  isFresh,
  mayShowStill,
  ownJobs,
  type FoundJob,
} from './lookup';
import { CallError } from './model-imports';
import { isStartedBy, mutableMarks, type Marks } from './ownership';
import { isWait, type Step, type Wait } from './step';

/**
 * How long after a request was stopped it may still start a job: the function's timeout, and as much again
 * until the execution is stopped.
 */
const IN_FLIGHT_SECONDS = 60;

/** How long after that the job shows in lists at the latest, and what a look may be late. */
const SETTLING_SECONDS = IN_FLIGHT_SECONDS + 90;

/** Which jobs of a resource CloudFormation does not know: as their names tell, and then as their tags do. */
interface Leftovers {
  readonly isNamed: (job: Job) => boolean;
  readonly isMarked: (marks: Partial<Marks>) => boolean;
}

/**
 * Serves a Delete. An ID that is a job's ARN means that job's model; when it is the last one that the stack
 * believes in, also what replacements of it have left, and when the stack itself is deleted, whatever the
 * resource has left. One that names a request means what that started. One that CloudFormation invented means
 * what a cancelled Create started.
 */
export async function remove(context: Context, id: string): Promise<Step> {
  return (await (isJobArn(id) ? removeImport(context, id) : removeUnknown(context, id))) ?? { done: {} };
}

async function removeImport(context: Context, jobArn: string): Promise<Wait | undefined> {
  const job = await findJob(context, jobArn);
  const unsettled = !job || isWait(job) ? job : await removeModel(context, job);
  const { known, sparesSince, isStackDeleted } = context.previous;
  if (unsettled || known !== jobArn || sparesSince !== undefined) {
    return unsettled;
  }
  return isStackDeleted ? removeRest(context, jobArn) : removeReplacements(context, jobArn, false);
}

/**
 * Deletes whatever else the resource has left, and was not told to retain: what failed requests started, and
 * what a replacement could not clean up.
 */
async function removeRest(context: Context, lastArn: string): Promise<Wait | undefined> {
  const kept = await ownJobs(context);
  const models = await context.api.models();
  const forgotten = await forgottenJobs(context, kept, models);
  if (isWait(forgotten)) {
    return forgotten;
  }
  const listed = new Set(models.flatMap(({ modelArn, modelName }) => [modelArn, modelName]));
  const inFlight = inFlightUntil(context);
  const leftovers: Leftovers = {
    isNamed: (job) =>
      job.jobArn !== lastArn &&
      job.creationTime! < inFlight &&
      (isFresh(context, job) || listed.has(job.importedModelArn ?? job.importedModelName)),
    isMarked: ({ owner }) => owner === context.owner,
  };
  const mayBeInFlight = context.previous.supersedes ?? false;
  return removeLeftovers(context, [...kept, ...forgotten], leftovers, mayBeInFlight);
}

/**
 * Deletes what other requests started in place of a resource, and CloudFormation does not know of.
 *
 * @param isAfterFailure whether such a request has ended, so that a job of it may show late
 */
export async function removeReplacements(
  context: Context,
  physicalId: string,
  isAfterFailure: boolean,
  since?: Date,
): Promise<Wait | undefined> {
  const leftovers: Leftovers = {
    isNamed: ({ jobName }) => !isStartedBy(jobName, context.event.RequestId),
    isMarked: ({ replaces }) => replaces === physicalId,
  };
  const mayBeInFlight = isAfterFailure || (context.previous.supersedes ?? false);
  return removeLeftovers(context, await ownJobs(context, since), leftovers, mayBeInFlight);
}

async function removeUnknown(context: Context, id: string): Promise<Wait | undefined> {
  if (isUntouched(id)) {
    return undefined;
  }
  const requestId = requestOf(id);
  const leftovers = requestId === undefined ? ofCancelledCreate(context) : ofRequest(requestId);
  return removeLeftovers(context, await ownJobs(context), leftovers, true);
}

/** What starts later was not started by a request that this one has stopped. */
function inFlightUntil({ servedSince }: Context): Date {
  return new Date(servedSince + IN_FLIGHT_SECONDS * 1000);
}

function ofRequest(requestId: string): Leftovers {
  return { isNamed: ({ jobName }) => isStartedBy(jobName, requestId), isMarked: () => true };
}

/**
 * What a cancelled Create has left: jobs that were not started in place of another, other than the one that
 * the stack believes in. What starts later, or since the stack creates or updates the resource again, lives.
 */
function ofCancelledCreate(context: Context): Leftovers {
  const { known, sparesSince } = context.previous;
  const before = sparesSince === undefined ? inFlightUntil(context) : new Date(sparesSince);
  return {
    isNamed: ({ jobArn, creationTime }) => jobArn !== known && creationTime! < before,
    isMarked: ({ replaces }) => !replaces,
  };
}

/**
 * Deletes the models of jobs that this resource started and CloudFormation does not know. Undefined when
 * there are none, also none that a request which was stopped may still start.
 */
async function removeLeftovers(
  context: Context,
  jobs: readonly FoundJob[],
  leftovers: Leftovers,
  mayBeInFlight: boolean,
): Promise<Wait | undefined> {
  for (const job of jobs) {
    const unsettled = await removeIfLeft(context, job, leftovers);
    if (unsettled) {
      return unsettled;
    }
  }
  return mayBeInFlight && context.now - context.servedSince < SETTLING_SECONDS * 1000
    ? { waitFor: 'a job that a stopped request may still start' }
    : undefined;
}

async function removeIfLeft(
  context: Context,
  job: FoundJob,
  leftovers: Leftovers,
): Promise<Wait | undefined> {
  if (job.status === 'Failed' || !leftovers.isNamed(job)) {
    return undefined;
  }
  const marks = await findMarks(context, job);
  if (isWait(marks)) {
    return marks;
  }
  const { retain } = { ...mutableMarks(context.properties), ...marks };
  return retain !== 'true' && leftovers.isMarked(marks) ? removeModel(context, job) : undefined;
}

/** Deletes the model of a job once the job has ended. Undefined when there is none left. */
async function removeModel(context: Context, job: Job): Promise<Wait | undefined> {
  const model = await findModel(context, job);
  if (model === undefined || isWait(model)) {
    return model;
  }
  try {
    return await deleteModel(context, job, model);
  } catch (error) {
    if (error instanceof CallError && error.fault.name === 'ConflictException') {
      return { waitFor: `imported model ${model} cannot be deleted yet: ${error.message}` };
    }
    throw error;
  }
}

/**
 * Deletes by ARN, which cannot hit another model that took the name over. Where Bedrock takes no ARN, that
 * is said in the same word as absence: the list tells, and has the name.
 */
async function deleteModel(context: Context, job: Job, modelArn: string): Promise<Wait | undefined> {
  const { api } = context;
  if (await api.deleteModel(modelArn)) {
    return undefined;
  }
  const listed = (await api.models(job.importedModelName)).find((model) => model.modelArn === modelArn);
  if (!listed) {
    return mayShowStill(context, job);
  }
  await api.deleteListedModel(listed.modelName!);
  return undefined;
}
