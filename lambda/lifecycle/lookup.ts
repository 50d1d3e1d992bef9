import type { Job } from '../shared/bedrock';
import { APPEARANCE, MODEL_APPEARANCE, PROPAGATION } from '../shared/patience';
import { isOwnedBy, namePart, readMarks, type Marks } from './ownership';
import { bear, graceOf, type Context, type Wait } from './step';

/**
 * What Bedrock shows of a job, its marks and its model. What was made a moment ago shows late, and a call can
 * be refused in passing, so that nothing is taken for gone which may only be out of sight.
 */

/** The jobs of the resource as their names tell, those of a failed import too, newest first. */
export async function ownJobs({ api, owner }: Context, since?: Date): Promise<Job[]> {
  const jobs = await api.jobs({ nameContains: namePart(owner), creationTimeAfter: since });
  return jobs.filter(({ jobName }) => isOwnedBy(jobName, owner));
}

/** A job of the resource by its ARN. Undefined when it is gone. */
export async function findJob(context: Context, jobArn: string): Promise<Job | Wait | undefined> {
  const job =
    (await context.api.job(jobArn)) ?? (await ownJobs(context)).find((each) => each.jobArn === jobArn);
  return (
    job ??
    bear(context, 'job', APPEARANCE, `model import job ${jobArn}, which Bedrock does not know, or not yet`)
  );
}

/** The marks of a job; those that are missing have been taken away by somebody. */
export async function findMarks(context: Context, job: Job): Promise<Partial<Marks> | Wait> {
  const tags = await context.api.tagsOf(job.jobArn!);
  const marks = readMarks(tags ?? []);
  const waitFor = `the tags of model import job ${job.jobArn}`;
  if (marks.definition === undefined && isWithin(APPEARANCE, job.creationTime, context)) {
    return { waitFor };
  }
  // The job is there, so that it has tags, or none: a refusal that passes.
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
  const endedAt = job.endTime ?? job.lastModifiedTime ?? new Date(context.servedSince);
  return isWithin(MODEL_APPEARANCE, endedAt, context)
    ? { waitFor: `the model of job ${job.jobArn}, which Bedrock does not show yet` }
    : undefined;
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
  for (const { modelArn: listedArn } of listed) {
    const model = await api.model(listedArn!);
    if (model?.jobArn === job.jobArn) {
      return listedArn;
    }
    if (!model) {
      // It is there, so that this is a refusal that passes.
      return bear(context, 'model', PROPAGATION, `what imported model ${listedArn} was made by`);
    }
  }
  return undefined;
}

/** Whether a job has completed, in either of the words that AWS documents. */
function hasCompleted({ status }: Job): boolean {
  return ['Completed', 'Complete'].includes(status ?? '');
}

function isWithin(grace: typeof APPEARANCE, since: Date | undefined, context: Context): boolean {
  return since !== undefined && context.now - since.getTime() < graceOf(grace, context) * 1000;
}
