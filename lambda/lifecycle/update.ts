import type { Job } from '../shared/bedrock';
import { isJobArn } from '../shared/physical-id';
import { start } from './create';
import { removeLeftovers } from './delete';
import { definitionHash, mutableMarks, readMarks, toTags, userTags } from './ownership';
import { done, whileRunning, type Context, type Properties, type Step } from './step';

/**
 * Moves to the job that has the requested definition: the current one, the one before it when
 * CloudFormation rolls back, or a new one. The others of this resource stay for CloudFormation to
 * delete, except those that it never came to know.
 */
export async function update(context: Context, currentArn: string): Promise<Step> {
  const { api, definition, oldProperties } = context;
  const current = isJobArn(currentArn) ? await api.job(currentArn) : undefined;
  const unsettled = await removeLeftovers(
    context,
    ({ replaces, request }) => replaces === currentArn && request !== context.event.RequestId,
    current?.creationTime,
  );
  if (unsettled) {
    return unsettled;
  }
  const marks = current ? readMarks(await api.tagsOf(currentArn)) : {};
  // Without its tags a job is known by what CloudFormation says of it.
  if ((marks.definition ?? definitionHash(oldProperties!.definition)) === definition) {
    return keep(context, currentArn, current);
  }
  const before = marks.replaces ? await api.job(marks.replaces) : undefined;
  if (before?.importedModelArn && (await api.model(before.importedModelArn))) {
    const { definition: definitionBefore } = readMarks(await api.tagsOf(before.jobArn!));
    if (definitionBefore === definition) {
      return keep(context, before.jobArn!, before);
    }
  }
  return start(context, currentArn);
}

/** Keeps a job and its model, and brings their tags up to date. */
async function keep(context: Context, jobArn: string, job: Job = {}): Promise<Step> {
  const { api, properties, oldProperties } = context;
  if (taggingOf(properties) !== taggingOf(oldProperties!)) {
    const tags = userTags(properties);
    const keys = new Set(tags.map(({ key }) => key));
    // Only what this resource once set is removed: others may have put tags of their own.
    const removed = userTags(oldProperties!).flatMap(({ key }) => (keys.has(key) ? [] : [key]));
    await api.changeTags(jobArn, [...tags, ...toTags(mutableMarks(properties))], removed);
    const unsettled = whileRunning(job, context);
    if (unsettled) {
      return unsettled;
    }
    if (job.importedModelArn) {
      await api.changeTags(job.importedModelArn, tags, removed);
    }
  }
  return done(jobArn, job);
}

/** All that a change of tags depends on. */
function taggingOf(properties: Properties): string {
  return JSON.stringify([userTags(properties), mutableMarks(properties)]);
}
