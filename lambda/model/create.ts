import { isRefusal, type Fault } from '../shared/bedrock';
import { PLACE } from '../shared/patience';
import type { Context } from './context';
import { bear, graceOf, ofError } from './grace';
import { look } from './look';
import { CallError } from './model-imports';
import { mutableMarks, requestToken, tagsWith } from './ownership';
import * as reasons from './reasons';
import { done, isWait, type Step } from './step';

/** Serves a Create. */
export function create(context: Context): Promise<Step> {
  return importModel(context, '');
}

/**
 * Starts the job of a request, once, in place of the resource that a physical ID names. The name of the job
 * tells whether there is one already: also when it was started by a call whose answer was lost, and shows
 * only now.
 */
export async function importModel(context: Context, replaces: string): Promise<Step> {
  const step = await findOrStart(context, replaces).catch((error: unknown) => ofError(error, context));
  return isWait(step) ? { ...step, isStart: true } : step;
}

async function findOrStart(context: Context, replaces: string): Promise<Step> {
  const started = await findStarted(context);
  if (started) {
    return started;
  }
  const looked = await look(context);
  if (looked) {
    return looked;
  }
  const taken = await findTakenName(context, replaces);
  if (taken) {
    return taken;
  }
  try {
    return done(await start(context, replaces), context);
  } catch (error) {
    const isClear = error instanceof CallError && isRefusal(error.fault);
    const startedBefore = isClear ? await findStarted(context) : undefined;
    return startedBefore ?? ofRefusal(context, error);
  }
}

function start(context: Context, replaces: string): Promise<string> {
  const { api, event, properties, owner, definition, jobName, importedModelName } = context;
  const { roleArn, s3Uri, kmsKeyArn, subnetIds, securityGroupIds } = properties.definition;
  const marks = { owner, request: event.RequestId, definition, replaces, ...mutableMarks(properties) };
  const tags = tagsWith(marks, properties);
  return api.start({
    jobName,
    importedModelName,
    roleArn,
    modelDataSource: { s3DataSource: { s3Uri } },
    importedModelKmsKeyId: kmsKeyArn,
    vpcConfig: subnetIds && securityGroupIds && { subnetIds, securityGroupIds },
    jobTags: tags,
    importedModelTags: tags,
    clientRequestToken: requestToken(owner, event.RequestId),
  });
}

/** The job that an earlier call for this request started. Its name is unique, so that tags may be late. */
async function findStarted(context: Context): Promise<Step | undefined> {
  const { api, jobName } = context;
  const own = (await api.jobs({ nameContains: jobName })).find((job) => job.jobName === jobName);
  return own && done(own.jobArn!, context);
}

/**
 * Fails when a given name belongs to another model, which Bedrock would say only after the queue. What it
 * does not show yet Bedrock will refuse.
 */
async function findTakenName(context: Context, replaces: string): Promise<Step | undefined> {
  const { properties, progress, jobName } = context;
  const { importedModelName: given } = properties.definition;
  const holder = given && (await findHolder(context, given));
  if (!holder || holder.jobName === jobName) {
    return undefined;
  }
  return holder.jobArn === replaces
    ? { fail: reasons.nameStillUsed(progress, given) }
    : { fail: reasons.nameTaken(progress, given, (holder.modelArn ?? holder.jobArn)!) };
}

/** What has a model's name: a model, or a running job that makes one. */
async function findHolder(
  { api }: Context,
  name: string,
): Promise<{ jobArn?: string; jobName?: string; modelArn?: string } | undefined> {
  const listed = (await api.models(name)).find(({ modelName }) => modelName === name);
  if (listed) {
    return api.model(listed.modelArn!);
  }
  const running = await api.jobs({ statusEquals: 'InProgress' });
  return running.find(({ importedModelName }) => importedModelName === name);
}

async function ofRefusal(context: Context, error: unknown): Promise<Step> {
  const isQuota = error instanceof CallError && error.fault.name === 'ServiceQuotaExceededException';
  return isQuota ? ofQuota(context, error.fault) : ofError(error, context);
}

/**
 * Bedrock names two quotas alike: of running jobs, which passes, and of models, which does not. A job shows
 * late in lists, and the place of one that has ended is free late, so that only refusals for minutes without
 * a running job mean the models.
 */
async function ofQuota(context: Context, fault: Fault): Promise<Step> {
  const [running] = await context.api.jobs({ statusEquals: 'InProgress' });
  if (running) {
    return { waitFor: `model import job ${running.jobArn} is in progress, and one runs at a time` };
  }
  const waitFor = `room for another import job or imported model: ${fault.message}`;
  return (
    bear(context, 'quota', PLACE, waitFor) ?? {
      fail: reasons.modelQuota(context.progress, graceOf(PLACE, context), fault),
    }
  );
}
