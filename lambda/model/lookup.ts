import type { GetImportedModelCommandOutput, ImportedModelSummary } from '@aws-sdk/client-bedrock';
import { hasCompleted, type Job } from '../shared/bedrock';
import { APPEARANCE, MODEL_APPEARANCE, PROPAGATION } from '../shared/patience';
import type { Context } from './context';
import { bear, graceOf } from './grace';
import { isOwnedBy, namePart, readMarks, type Marks } from './ownership';
import { isWait, type Wait } from './step';

/**
 * What Bedrock shows of a job, its marks and its model. What was made a moment ago shows late, and a call can
 * be refused in passing, so that nothing is taken for gone which may only be out of sight.
 */

type Model = Partial<GetImportedModelCommandOutput>;

/** A job as Bedrock shows it, or as its model does. */
export type FoundJob = Job & { readonly isForgotten?: boolean };

/** The jobs of the resource as their names tell, those of a failed import too, newest first. */
export async function ownJobs({ api, owner }: Context, since?: Date): Promise<Job[]> {
  const jobs = await api.jobs({ nameContains: namePart(owner), creationTimeAfter: since });
  return jobs.filter(({ jobName }) => isOwnedBy(jobName, owner));
}

/** A job of the resource by its ARN. Undefined when both it and its model are gone. */
export async function findJob(context: Context, jobArn: string): Promise<FoundJob | Wait | undefined> {
  const job =
    (await context.api.job(jobArn)) ??
    (await ownJobs(context)).find((each) => each.jobArn === jobArn) ??
    (await findForgottenJob(context, jobArn));
  return (
    job ??
    bear(context, 'job', APPEARANCE, `model import job ${jobArn}, which Bedrock does not know, or not yet`)
  );
}

/** A job that Bedrock does not keep any more, as the model that it imported tells of it. */
async function findForgottenJob(context: Context, jobArn: string): Promise<FoundJob | Wait | undefined> {
  for (const text of partsOfModelNames(context)) {
    const model = await findModelOf(context, jobArn, await context.api.models(text));
    if (isWait(model)) {
      return model;
    }
    if (model) {
      // The job of a new model shows late.
      return isWithin(APPEARANCE, model.creationTime, context) ? undefined : jobOf(model);
    }
  }
  return undefined;
}

/**
 * The jobs of the resource that Bedrock does not keep any more, as the models that they imported tell of them.
 *
 * @param kept those that it keeps
 */
export async function forgottenJobs(
  context: Context,
  kept: readonly Job[],
  listed: readonly ImportedModelSummary[],
): Promise<FoundJob[] | Wait> {
  const jobs: FoundJob[] = [];
  const names = new Set(kept.map(({ importedModelName }) => importedModelName));
  const parts = partsOfModelNames(context);
  for (const { modelArn, modelName = '' } of listed) {
    if (names.has(modelName) || !parts.some((part) => modelName.includes(part))) {
      continue;
    }
    const model = await context.api.model(modelArn!);
    const wait = model ? undefined : bearUndescribed(context, modelArn!);
    if (wait) {
      return wait;
    }
    if (model && isOwnedBy(model.jobName, context.owner)) {
      jobs.push(jobOf(model));
    }
  }
  return jobs;
}

/** What the names of all models of the resource contain: those that are generated, and those that are given. */
function partsOfModelNames({ owner, properties, oldProperties }: Context): string[] {
  const given = [properties, oldProperties].flatMap((each) => each?.definition.importedModelName ?? []);
  return [...new Set([namePart(owner), ...given])];
}

/** A model that is listed is there, so that its absence is a refusal that passes. */
function bearUndescribed(context: Context, modelArn: string): Wait | undefined {
  return bear(context, 'model', PROPAGATION, `what imported model ${modelArn} was made by`);
}

function jobOf({ jobArn, jobName, modelArn, modelName, creationTime }: Model): FoundJob {
  const names = { jobArn, jobName, importedModelName: modelName, importedModelArn: modelArn };
  return { ...names, status: 'Completed', creationTime, endTime: creationTime, isForgotten: true };
}

/** The marks of a job; those that are missing have been taken away by somebody. */
export async function findMarks(context: Context, job: FoundJob): Promise<Partial<Marks> | Wait> {
  const tags = await context.api.tagsOf(job.isForgotten ? job.importedModelArn! : job.jobArn!);
  const marks = readMarks(tags ?? []);
  const waitFor = `the tags of model import job ${job.jobArn}`;
  if (marks.definition === undefined && isWithin(APPEARANCE, job.creationTime, context)) {
    return { waitFor };
  }
  // The job or its model is there, so that it has tags, or none: a refusal that passes.
  return (tags ? undefined : bear(context, 'tags', PROPAGATION, waitFor)) ?? marks;
}

/** Where the model of a job is. Undefined when there is none, or none any more. */
export async function findModel(context: Context, job: Job): Promise<string | Wait | undefined> {
  if (job.status === 'Failed') {
    return undefined;
  }
  if (!hasCompleted(job)) {
    return {
      waitFor: `model import job ${job.jobArn} is in progress, and an import job cannot be stopped`,
      untilJobEnds: true,
    };
  }
  return (await findVisibleModel(context, job)) ?? mayShowStill(context, job);
}

/** What to wait for while the model of a completed job may still show. */
export function mayShowStill(context: Context, job: Job): Wait | undefined {
  return isFresh(context, job)
    ? { waitFor: `the model of job ${job.jobArn}, which Bedrock does not show yet` }
    : undefined;
}

/** Whether the model of a job may not be listed yet, or not be imported yet. */
export function isFresh(context: Context, job: Job): boolean {
  const endedAt = job.endTime ?? job.lastModifiedTime ?? new Date(context.servedSince);
  return !hasCompleted(job) || isWithin(MODEL_APPEARANCE, endedAt, context);
}

/** Absence has two words, one of which means other things as well: the list decides. */
async function findVisibleModel(context: Context, job: Job): Promise<string | Wait | undefined> {
  const { api } = context;
  const { importedModelArn: modelArn } = job;
  if (modelArn && (await api.model(modelArn))) {
    return modelArn;
  }
  const listed = await api.models(job.importedModelName);
  if (modelArn) {
    return listed.find((model) => model.modelArn === modelArn)?.modelArn;
  }
  const model = await findModelOf(context, job.jobArn!, listed);
  return isWait(model) ? model : model?.modelArn;
}

/** The model of a job among those that are listed. */
async function findModelOf(
  context: Context,
  jobArn: string,
  listed: readonly ImportedModelSummary[],
): Promise<Model | Wait | undefined> {
  for (const { modelArn } of listed) {
    const model = await context.api.model(modelArn!);
    if (model?.jobArn === jobArn) {
      return model;
    }
    if (!model) {
      return bearUndescribed(context, modelArn!);
    }
  }
  return undefined;
}

function isWithin(grace: typeof APPEARANCE, since: Date | undefined, context: Context): boolean {
  return since !== undefined && context.now - since.getTime() < graceOf(grace, context) * 1000;
}
