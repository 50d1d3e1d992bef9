import { ConflictException, type ModelImportJobSummary } from '@aws-sdk/client-bedrock';
import type { Job } from '../shared/bedrock';
import { isJobArn } from '../shared/physical-id';
import type { ModelImports } from './model-imports';
import { namePart, readMarks, type Marks } from './ownership';
import { CONSISTENCY_SECONDS, hasCompleted, whileRunning, type Context, type Step } from './step';

/**
 * How long after its execution was stopped a request may still start a job: the function's timeout, and
 * as much again until the execution is stopped and Bedrock shows the job.
 */
const IN_FLIGHT_SECONDS = 60;

/** The physical ID of a resource whose job Bedrock refused to start: there is nothing to look for. */
export const NOT_STARTED = 'not-started';

/** Deletes the model of a job; of a resource that never got an ID, what it has started nevertheless. */
export async function remove(context: Context, id: string): Promise<Step> {
  if (id === NOT_STARTED) {
    return { done: {} };
  }
  const unsettled = isJobArn(id)
    ? await removeModel(context, id)
    : await removeLeftovers(context, () => true, undefined, true);
  return unsettled ?? { done: {} };
}

/**
 * Deletes the models of jobs that this resource started and CloudFormation does not know. Undefined when
 * there are none, also none that a request which was stopped may still start.
 */
export async function removeLeftovers(
  context: Context,
  isLeftover: (marks: Partial<Marks>) => boolean,
  since?: Date,
  mayBeInFlight = context.previous.supersedes ?? false,
): Promise<Step | undefined> {
  const { api, owner, progress } = context;
  for (const { jobArn } of await findCandidates(context, since)) {
    const marks = readMarks(await api.tagsOf(jobArn!));
    if (marks.owner === owner && marks.retain !== 'true' && isLeftover(marks)) {
      const unsettled = await removeModel(context, jobArn!);
      if (unsettled) {
        return unsettled;
      }
    }
  }
  return mayBeInFlight && progress.waitedSeconds < IN_FLIGHT_SECONDS
    ? { waitFor: 'a job that a stopped request may still start' }
    : undefined;
}

/** The jobs that may be this resource's by their names, without those that left nothing. */
async function findCandidates(context: Context, since?: Date): Promise<ModelImportJobSummary[]> {
  const { api, owner, properties, oldProperties } = context;
  const given = [properties, oldProperties].flatMap((each) => each?.definition.jobName ?? []);
  const candidates = new Map<string, ModelImportJobSummary>();
  for (const nameContains of new Set([namePart(owner), ...given])) {
    for (const job of await api.jobs({ nameContains, creationTimeAfter: since })) {
      if (job.status !== 'Failed') {
        candidates.set(job.jobArn!, job);
      }
    }
  }
  return [...candidates.values()];
}

/** Deletes the model of a job once the job has ended. Undefined when there is none left. */
async function removeModel(context: Context, jobArn: string): Promise<Step | undefined> {
  const { api, progress } = context;
  const job = await api.job(jobArn);
  if (!job) {
    return progress.waitedSeconds < CONSISTENCY_SECONDS
      ? { waitFor: `model import job ${jobArn}, which Bedrock does not know, or not yet` }
      : undefined;
  }
  if (job.status === 'Failed') {
    return undefined;
  }
  // A running job may name its model, but there is nothing to delete yet.
  const modelArn = hasCompleted(job) ? (job.importedModelArn ?? (await findModel(api, job))) : undefined;
  if (!modelArn) {
    return whileRunning(job, context);
  }
  try {
    await api.deleteModel(modelArn, job.importedModelName);
    return undefined;
  } catch (error) {
    if (error instanceof ConflictException) {
      return { waitFor: `imported model ${modelArn} cannot be deleted yet: ${error.message}` };
    }
    throw error;
  }
}

async function findModel(api: ModelImports, job: Job): Promise<string | undefined> {
  const model = job.importedModelName ? await api.model(job.importedModelName) : undefined;
  return model?.jobArn === job.jobArn ? model?.modelArn : undefined;
}
