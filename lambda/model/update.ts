import { isJobArn } from '../shared/physical-id';
import type { Context, Properties } from './context';
import { importModel } from './create';
import { removeReplacements } from './delete';
import { findJob, findMarks, findModel, type FoundJob } from './lookup';
import { definitionHash, mutableMarks, tagsWith, userTags } from './ownership';
import { done, isWait, type Step, type Wait } from './step';

/** What a resource has: a job, and what defines its model. */
interface Import {
  readonly job: FoundJob;
  readonly definition: string;
  /** The physical ID whose model this one's replaces. */
  readonly replaces?: string;
}

/**
 * Serves an Update: moves to the job that has the requested definition: the current one, the one before it
 * when CloudFormation rolls back, or a new one, also when the model of the right job is gone. The others of
 * this resource stay for CloudFormation to delete, except those that it never came to know.
 */
export async function update(context: Context, currentId: string): Promise<Step> {
  const oldDefinition = definitionHash(context.oldProperties!.definition);
  const current = await findImport(context, currentId, oldDefinition);
  if (isWait(current)) {
    return current;
  }
  // CloudFormation believes in a definition that the job does not have: an update came to nothing.
  const isRollback = current !== undefined && current.definition !== oldDefinition;
  const unsettled = await removeReplacements(context, currentId, isRollback, current?.job.creationTime);
  if (unsettled) {
    return unsettled;
  }
  const right = current?.definition === context.definition ? current : await findBefore(context, current);
  if (isWait(right)) {
    return right;
  }
  const kept = right && (await keep(context, right.job));
  return kept ?? importModel(context, currentId);
}

/** The import before the current one, when it is the one that is asked for. */
async function findBefore(context: Context, current: Import | undefined): Promise<Import | Wait | undefined> {
  const before = await findImport(context, current?.replaces ?? '');
  return isWait(before) || before?.definition === context.definition ? before : undefined;
}

/**
 * The import that a physical ID names, if any.
 *
 * @param definition what defines the model, for a job whose tags are gone
 */
async function findImport(
  context: Context,
  physicalId: string,
  definition = '',
): Promise<Import | Wait | undefined> {
  const job = isJobArn(physicalId) ? await findJob(context, physicalId) : undefined;
  if (!job || isWait(job)) {
    return job;
  }
  const marks = await findMarks(context, job);
  return isWait(marks) ? marks : { definition, ...marks, job };
}

/**
 * Keeps a job and its model, and brings their tags up to date. Undefined when there is no model to keep. An
 * import that takes too long to tag its model does not fail the deployment for that.
 */
async function keep(context: Context, job: FoundJob): Promise<Step | undefined> {
  const { api, owner, properties, oldProperties } = context;
  const model = await findModel(context, job);
  if (model === undefined || (isWait(model) && !model.untilJobEnds)) {
    return model;
  }
  if (taggingOf(properties) !== taggingOf(oldProperties!)) {
    const tags = tagsWith({ owner, ...mutableMarks(properties) }, properties);
    const keys = new Set(tags.map(({ key }) => key));
    // Only what this resource once set is removed: others may have put tags of their own.
    const removed = userTags(oldProperties!).flatMap(({ key }) => (keys.has(key) ? [] : [key]));
    if (!job.isForgotten) {
      await api.changeTags(job.jobArn!, tags, removed);
    }
    if (isWait(model)) {
      return { ...model, otherwise: done(job.jobArn!, job) };
    }
    await api.changeTags(model, tags, removed);
  }
  return done(job.jobArn!, job);
}

/** All that a change of tags depends on. */
function taggingOf(properties: Properties): string {
  return JSON.stringify([userTags(properties), mutableMarks(properties)]);
}
