import { hasEnded, type Job } from '../shared/bedrock';
import { log } from '../shared/log';
import { isJobArn } from '../shared/physical-id';
import { APPEARANCE } from '../shared/tolerance';
import type { Outcome } from '../shared/worker';
import type { Context, Memory } from './context';
import { isRollingBack } from './history';
import { definitionHash } from './names';
import * as reasons from './reasons';
import { findBefore, findByJob, learn } from './record';
import { fail, finish, startImport } from './start';
import { tagsOf } from './tags';

type Step = Outcome<Memory>;

/**
 * Serves an Update: keeps the import that the resource has when its definition is what is asked for, goes back to
 * one before it in a rollback, and imports anew otherwise. What was imported before stays for CloudFormation to
 * delete.
 */
export async function updateModel(context: Context): Promise<Step> {
  const { claimant, definition, own } = context;
  if (own) {
    return startImport(context);
  }
  if (isJobArn(claimant.from) && !findByJob(context.record, claimant.from)) {
    const old = definitionHash(context.oldProperties!.definition);
    await context.write((record) => learn(record, claimant.from, old));
  }
  const current = findByJob(context.record, claimant.from)?.entry;
  if (current?.definition === definition) {
    return keep(context, claimant.from);
  }
  const before = findBefore(context.record, claimant.from, definition);
  if (before && isRollingBack(await lastOperation(context))) {
    return finish(context, before.jobArn!);
  }
  const { importedModelName } = context.properties.definition;
  const isTaken =
    importedModelName && importedModelName === context.oldProperties?.definition.importedModelName;
  return isTaken && (await context.bedrock.listModels(importedModelName)).some(isNamed(importedModelName))
    ? fail(reasons.nameStillUsed(context.progress, importedModelName))
    : startImport(context);
}

function isNamed(name: string): (model: { readonly modelName?: string }) => boolean {
  return ({ modelName }) => modelName === name;
}

function lastOperation(context: Context): ReturnType<Context['history']> {
  return context.history((history) => history.some(({ isOfStack }) => isOfStack));
}

/**
 * Keeps an import, and brings the tags of its job and model up to date. A model that is gone is imported again,
 * unless the stack is rolling back: a rollback is not failed, nor held up, by what is found out about the old model.
 */
async function keep(context: Context, jobArn: string): Promise<Step> {
  const job = await context.bedrock.findJob(jobArn);
  if (job && !hasEnded(job)) {
    await changeTags(context, [jobArn]);
    return finish(context, jobArn);
  }
  const modelArn = await findModelArn(context, jobArn, job);
  if (modelArn) {
    await changeTags(context, [...(job ? [jobArn] : []), modelArn]);
    return finish(context, jobArn);
  }
  if (isRollingBack(await lastOperation(context))) {
    log('WARN', {
      message: `The model of job ${jobArn} is gone: change 'triggers' to import it again`,
      jobArn,
    });
    return finish(context, jobArn);
  }
  if (job?.status === 'Failed') {
    return startImport(context);
  }
  return (
    context.tolerate('model', APPEARANCE, `the model of job ${jobArn}, which Bedrock does not show`) ??
    startImport(context)
  );
}

async function findModelArn({ bedrock }: Context, jobArn: string, job?: Job): Promise<string | undefined> {
  const named = job?.importedModelArn && (await bedrock.findModel(job.importedModelArn));
  return (named || (await bedrock.findModelOfJob(jobArn, job?.importedModelName)))?.modelArn;
}

/** Only what this resource once set is removed: others may have put tags of their own. */
async function changeTags(context: Context, resources: readonly string[]): Promise<void> {
  const { event, properties, oldProperties, bedrock } = context;
  const old = tagsOf(event, oldProperties!);
  const tags = tagsOf(event, properties);
  if (JSON.stringify(tags) === JSON.stringify(old)) {
    return;
  }
  const keys = new Set(tags.map(({ key }) => key));
  const removed = old.flatMap(({ key }) => (keys.has(key) ? [] : [key]));
  for (const resource of resources) {
    await bedrock.changeTags(resource, tags, removed);
  }
}
