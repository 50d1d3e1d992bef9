import { hasCompleted, hasEnded, type Job } from '../shared/bedrock';
import { CallError, isBug, isClientError, isThrottling, isUnsent, type ServiceError } from '../shared/errors';
import { APPEARANCE, IMPORT_SLOT, pause } from '../shared/tolerance';
import type { Done, Failed, Outcome, Waiting } from '../shared/worker';
import { checkWeights } from './check';
import type { Context, Memory } from './context';
import { jobNameRule, requestToken, withoutFinalSlash } from './names';
import * as reasons from './reasons';
import { acknowledge, adopt, begin, findByJob, isMarked, start, whySuperseded, withdraw } from './record';
import { tagsOf } from './tags';

type Step = Outcome<Memory>;

/**
 * How long after a call to start a job its doubt is over, in milliseconds: the function's timeout, the longest time
 * until lists show a new job, and what a poll may be late.
 */
const DOUBT_MS = (30 + 60 + 30) * 1000;

/**
 * Starts the job of a request, once:
 *
 *     write `starting` ─▶ CreateModelImportJob ─ ARN ─▶ write `started` ─▶ write `acknowledged` ─▶ SUCCESS
 *            ▲                    ├─ refused ──▶ withdraw the write, and try again while it may pass
 *            └── not started ─────┴─ no answer ─▶ look the unique name up until doubt is over
 */
export async function startImport(context: Context): Promise<Step> {
  const { own } = context;
  context.isStarting = true;
  if (own?.state === 'started') {
    return finish(context, own.jobArn!);
  }
  if (own?.state === 'starting') {
    return (await settleDoubt(context, context.claimant.requestId)) ?? startImport(context);
  }
  const rule = jobNameRule(context.jobName);
  if (rule) {
    return fail(reasons.invalidName(context.progress, context.properties.jobNamePrefix!, rule));
  }
  const stopped = (await checkWeights(context)) ?? (await findTakenName(context));
  if (stopped) {
    return stopped;
  }
  const { jobName, importedModelName, definition, claimant } = context;
  const names = { jobName, importedModelName, definition };
  if (!(await context.write((record) => begin(record, claimant, names, context.dependencies.now())))) {
    return superseded(context);
  }
  return callOnce(context);
}

async function callOnce(context: Context): Promise<Step> {
  const { requestId } = context.claimant;
  try {
    const jobArn = await context.bedrock.startJob(jobInput(context));
    await context.write((record) => start(record, requestId, jobArn));
    return await finish(context, jobArn);
  } catch (error) {
    if (!(error instanceof CallError) || error.action !== 'bedrock:CreateModelImportJob') {
      throw error;
    }
    if (isUnsent(error.serviceError)) {
      await context.write((record) => withdraw(record, requestId, context.now));
      throw error;
    }
    return isClientError(error.serviceError) || isThrottling(error.serviceError)
      ? ofRefusal(context, error)
      : inDoubt(context, `certainty about job ${context.jobName}: ${error.message}`);
  }
}

function jobInput(context: Context): Parameters<Context['bedrock']['startJob']>[0] {
  const { event, properties, jobName, importedModelName } = context;
  const { roleArn, s3Uri, kmsKeyArn, subnetIds, securityGroupIds } = properties.definition;
  const tags = tagsOf(event, properties);
  return {
    jobName,
    importedModelName,
    roleArn,
    // Bedrock is given the prefix with its slash.
    modelDataSource: { s3DataSource: { s3Uri: `${withoutFinalSlash(s3Uri)}/` } },
    importedModelKmsKeyId: kmsKeyArn,
    vpcConfig: subnetIds && securityGroupIds && { subnetIds, securityGroupIds },
    jobTags: tags,
    importedModelTags: tags,
    clientRequestToken: requestToken(event, event.RequestId),
  };
}

/**
 * A refusal has changed nothing, unless it is for the name: then an earlier call had started the job after all. A lookup
 * that fails settles that, too: the next call is refused for the name again.
 */
async function ofRefusal(context: Context, error: CallError): Promise<Step> {
  const { requestId } = context.claimant;
  const earlier = await context.bedrock.findJobByName(context.jobName).catch(unlessBug);
  if (earlier) {
    await context.write((record) => start(record, requestId, earlier.jobArn!));
    return finish(context, earlier.jobArn!);
  }
  await context.write((record) => withdraw(record, requestId, context.now));
  if (error.serviceError.name === 'ServiceQuotaExceededException') {
    return ofQuota(context, error.serviceError);
  }
  throw error;
}

function unlessBug(error: unknown): undefined {
  if (isBug(error)) {
    throw error;
  }
}

/**
 * Bedrock names two quotas alike: of running jobs, which passes, and of models, which does not. A job shows late in
 * lists, so that only refusals for minutes without a running job mean the models.
 */
async function ofQuota(context: Context, error: ServiceError): Promise<Step> {
  const running = await context.bedrock.findRunningJob();
  if (running) {
    return context.wait(`the import slot: job ${running.jobArn} is in progress, and one runs at a time`);
  }
  const waitsFor = `the import slot, or room for another imported model: ${error.message}`;
  return (
    context.tolerate('quota', IMPORT_SLOT, waitsFor, error) ??
    fail(reasons.modelQuota(context.progress, context.secondsOf(IMPORT_SLOT), error))
  );
}

/**
 * Looks up what a call has started that had no clear answer. Undefined when that is settled: the import has
 * started, or the record does not have it any more, or it is cancelled.
 */
export async function settleDoubt(context: Context, id: string): Promise<Waiting<Memory> | undefined> {
  const { jobName, startingAt } = context.record.imports[id];
  const job = await context.bedrock.findJobByName(jobName);
  if (job) {
    await context.write((record) => start(record, id, job.jobArn!));
    return undefined;
  }
  if (context.now < startingAt + DOUBT_MS) {
    return inDoubt(context, `certainty about job ${jobName}, which may still show`);
  }
  await context.write((record) =>
    record.imports[id]?.state === 'starting' ? withdraw(record, id, context.now) : record,
  );
  return undefined;
}

/** Doubt says nothing of what is tolerated: its time neither counts nor starts anew. */
function inDoubt(context: Context, waitsFor: string): Waiting<Memory> {
  return context.wait(waitsFor, { tolerance: pause(context.poll.tolerance), withinSeconds: 5 });
}

/** Fails when a given name belongs to another model, which Bedrock would say only after the queue. */
async function findTakenName({ properties, bedrock, progress }: Context): Promise<Failed | undefined> {
  const { importedModelName: name } = properties.definition;
  const holder = name
    ? (await bedrock.listModels(name)).find(({ modelName }) => modelName === name)
    : undefined;
  return holder && fail(reasons.nameTaken(progress, name!, holder.modelArn!));
}

/** Takes over a job that exists, if its source and key are what the construct says. */
export async function adoptImport(context: Context, jobArn: string): Promise<Step> {
  const { own, progress, properties, claimant, definition } = context;
  if (own?.state === 'started') {
    return finish(context, jobArn);
  }
  const marked = findByJob(context.record, jobArn)?.entry;
  if (marked && isMarked(marked)) {
    return fail(reasons.adoptedIsDeleted(progress, jobArn));
  }
  const job = await context.bedrock.findJob(jobArn);
  if (!job) {
    return (
      context.tolerate(
        'adopted job',
        APPEARANCE,
        `model import job ${jobArn}, which Bedrock does not show`,
      ) ?? fail(reasons.adoptedNotFound(progress, jobArn))
    );
  }
  const mismatches = mismatchesOf(job, properties.definition);
  if (mismatches.length > 0) {
    return fail(reasons.adoptedIsOther(progress, jobArn, mismatches));
  }
  if (hasEnded(job) && !(await hasModel(context, job))) {
    return (
      context.tolerate(
        'adopted model',
        APPEARANCE,
        `the model of job ${jobArn}, which Bedrock does not show`,
      ) ?? fail(reasons.adoptedHasNoModel(progress, jobArn))
    );
  }
  const { jobName = '', importedModelName = '' } = job;
  const names = { jobArn, jobName, importedModelName, definition };
  // First, so that a resource that imported the model finds out before it deletes it.
  await context.table.adopt(jobArn);
  if (!(await context.write((record) => adopt(record, claimant, names, context.now)))) {
    return superseded(context);
  }
  return finish(context, jobArn);
}

async function hasModel({ bedrock }: Context, job: Job): Promise<boolean> {
  const { jobArn, importedModelArn, importedModelName } = job;
  if (!hasCompleted(job)) {
    return false;
  }
  const model = importedModelArn
    ? await bedrock.findModel(importedModelArn)
    : await bedrock.findModelOfJob(jobArn!, importedModelName);
  return model !== undefined;
}

function mismatchesOf(job: Job, definition: Context['properties']['definition']): string[] {
  const compared: [what: string, found: string, expected: string][] = [
    [
      'source',
      withoutFinalSlash(job.modelDataSource?.s3DataSource?.s3Uri ?? ''),
      withoutFinalSlash(definition.s3Uri),
    ],
    ['key', job.importedModelKmsKeyArn || 'one that AWS owns', definition.kmsKeyArn || 'one that AWS owns'],
    ['name', job.importedModelName ?? '', definition.importedModelName || (job.importedModelName ?? '')],
  ];
  return compared
    .filter(([, found, expected]) => found !== expected)
    .map(([what, found, expected]) => `its ${what} is ${found}, expected ${expected}`);
}

/** Records that a job ARN is sent to CloudFormation, and sends it. */
export async function finish(context: Context, jobArn: string): Promise<Step> {
  if (!(await context.write((record) => acknowledge(record, context.claimant, jobArn)))) {
    return superseded(context);
  }
  const { jobName, importedModelName } = findByJob(context.record, jobArn)!.entry;
  return done(jobArn, { jobName, importedModelName });
}

export function superseded({ record, claimant, progress }: Context): Failed {
  return fail(reasons.superseded(progress, whySuperseded(record, claimant) ?? 'another request came'));
}

export function fail(reason: string): Failed {
  return { type: 'fail', reason };
}

function done(jobArn: string, names: { readonly jobName: string; readonly importedModelName: string }): Done {
  return { type: 'done', physicalResourceId: jobArn, data: { jobArn, ...names } };
}
