import { hasCompleted, hasEnded, type Job } from '../shared/bedrock';
import { CallError } from '../shared/errors';
import { MODEL_APPEARANCE, PROPAGATION, type ToleranceLimit } from '../shared/tolerance';
import type { Waiting } from '../shared/worker';
import type { Context, Memory } from './context';
import { end, hasEnded as isGone, release, type ImportEntry } from './record';
import { settleDoubt } from './start';

/** That an import cannot be removed yet. */
export interface NotYet extends Waiting<Memory> {
  /** Whether its job has to end first, or whether there is one has to be certain: nobody can hurry that. */
  readonly isForJob?: boolean;
}

/** Removes one import that has to go. Undefined when it is gone. */
export async function removeImport(context: Context, id: string): Promise<NotYet | undefined> {
  const entry = context.record.imports[id];
  if (entry.state === 'starting') {
    const doubt = await settleDoubt(context, id);
    const settled = context.record.imports[id];
    if (doubt || settled?.state !== 'started') {
      return doubt && { ...doubt, isForJob: true };
    }
  }
  const { jobArn } = context.record.imports[id];
  if (await context.table.isAdoptedElsewhere(jobArn!)) {
    await context.write((record) => release(record, id, context.now));
    return undefined;
  }
  const unfinished = await removeModel(context, jobArn!, context.record.imports[id]);
  if (!unfinished) {
    await context.write((record) => end(record, id, 'removed', context.now));
    return undefined;
  }
  // The execution that owns the import may have removed it meanwhile.
  await context.read();
  return isGone(context.record.imports[id]) ? undefined : unfinished;
}

/** Deletes the model of a job once the job has ended: there is no API to stop one. Undefined when it is gone. */
async function removeModel(
  context: Context,
  jobArn: string,
  entry: ImportEntry,
): Promise<NotYet | undefined> {
  const job = await context.bedrock.findJob(jobArn);
  if (!job) {
    return removeModelOfUnknownJob(context, jobArn, entry);
  }
  if (!hasEnded(job)) {
    const waitsFor = `the end of model import job ${jobArn}, which cannot be stopped`;
    return { ...context.wait(waitsFor), isForJob: true };
  }
  if (job.status === 'Failed') {
    return undefined;
  }
  if (job.importedModelArn && (await deleteModel(context, job.importedModelArn)) === 'deleted') {
    return undefined;
  }
  return removeListedModel(context, jobArn, job);
}

/**
 * The API takes a name or an ARN, depending on which page of AWS one reads. Where it takes no ARN, that is said in
 * the same word as absence: the list decides, and has the name.
 */
async function removeListedModel(context: Context, jobArn: string, job: Job): Promise<NotYet | undefined> {
  const { importedModelArn, importedModelName } = job;
  const model = importedModelArn
    ? (await context.bedrock.listModels(importedModelName)).find(
        ({ modelArn }) => modelArn === importedModelArn,
      )
    : await context.bedrock.findModelOfJob(jobArn, importedModelName);
  if (model) {
    const deleted = await deleteModel(context, model.modelName!);
    return deleted === 'deleted' ? undefined : context.wait(`the deletion of model ${model.modelName}`);
  }
  const isNew = hasCompleted(job) && isWithin(context, MODEL_APPEARANCE, job.endTime);
  return isNew ? context.wait(`the model of job ${jobArn}, which Bedrock may not show yet`) : undefined;
}

/** Bedrock does not show the job: not yet, or its record is not kept any more. The model names its job. */
async function removeModelOfUnknownJob(
  context: Context,
  jobArn: string,
  { importedModelName }: ImportEntry,
): Promise<NotYet | undefined> {
  const model = await context.bedrock.findModelOfJob(jobArn, importedModelName || undefined);
  if (!model) {
    // It may be there all the same, and run: also of what was shown before, it is denied for minutes now and then.
    const waitsFor = `model import job ${jobArn}, which Bedrock does not show`;
    const waiting = context.tolerate(`job ${jobArn}`, PROPAGATION, waitsFor);
    return waiting && { ...waiting, isForJob: true };
  }
  const isDeleted =
    (await deleteModel(context, model.modelArn!)) === 'deleted' ||
    (await deleteModel(context, model.modelName!)) === 'deleted';
  return isDeleted ? undefined : context.wait(`the deletion of model ${model.modelName}`);
}

/** A model that was just imported or used may not be deleted for a while. */
async function deleteModel(context: Context, identifier: string): Promise<'deleted' | 'absent'> {
  return (await context.bedrock.deleteModel(identifier)) ? 'deleted' : 'absent';
}

function isWithin(context: Context, limit: ToleranceLimit, since: Date | undefined): boolean {
  return since !== undefined && context.now - since.getTime() < context.secondsOf(limit) * 1000;
}

/** Whether an error says that a model is in use, which passes. */
export function isConflict(error: unknown): error is CallError {
  return (
    error instanceof CallError &&
    error.action === 'bedrock:DeleteImportedModel' &&
    error.serviceError.name === 'ConflictException'
  );
}
