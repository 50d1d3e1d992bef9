import {
  ConflictException,
  ServiceQuotaExceededException,
  type BedrockClient,
  type ModelImportJobSummary,
} from '@aws-sdk/client-bedrock';
import type {
  ImportedModelAttribute,
  ImportedModelProperties,
  OnTheWire,
  Tag,
} from '../../lib/private/protocol';
import { createClient, isRefusal, toFault, type Fault, type Job } from '../shared/bedrock';
import { REFUSED_GRACE_SECONDS } from '../poll/decision';
import { type Answer, type PollInput, type PollResult, type ResourceEvent } from '../shared/engine';
import { physicalResourceId } from '../shared/physical-id';
import * as reasons from './reasons';
import type { Progress } from './reasons';
import { log } from '../shared/log';
import { ModelImports } from './model-imports';
import {
  definitionHash,
  generatedName,
  namePart,
  ownerOf,
  readMarks,
  requestToken,
  toTags,
  type Marks,
} from './ownership';

/** All calls of one invocation end within this many milliseconds, before the function's timeout. */
const CALLS_LIMIT_MS = 22_000;

/**
 * How long after its execution was stopped a request may still start a job: the function's timeout, and
 * as much again until the execution is stopped and Bedrock shows the job.
 */
const IN_FLIGHT_SECONDS = 60;

/** How long something that must exist may not be found. */
const CONSISTENCY_SECONDS = 60;

/** The physical ID of a resource whose job Bedrock refused to start: there is nothing to look for. */
export const NOT_STARTED = 'not-started';

/** What the lifecycle function remembers from poll to poll. */
export interface LifecycleResult extends PollResult {
  /** Whether the last refusal for a quota found no job in progress. */
  readonly quotaReached?: boolean;
  /** Whether a call to start the job ended without a clear answer. */
  readonly mayHaveStarted?: boolean;
}

/** What one poll came to. */
type Step =
  | { readonly done: Partial<Record<ImportedModelAttribute, string>> }
  | (Pick<LifecycleResult, 'quotaReached' | 'mayHaveStarted'> & {
      /** In words for a person. */
      readonly waitFor: string;
      /** Whether a job of this resource has to end first, which nobody can hurry. */
      readonly untilJobEnds?: boolean;
    })
  | { readonly fail: string };

type Properties = OnTheWire<ImportedModelProperties>;

/** A request, with all that follows from it. */
interface Context {
  readonly event: ResourceEvent;
  readonly properties: Properties;
  readonly oldProperties?: Properties;
  readonly api: ModelImports;
  readonly progress: Progress;
  readonly previous: LifecycleResult;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly owner: string;
  readonly definition: string;
  readonly jobName: string;
  readonly importedModelName: string;
}

const client = createClient(process.env.AWS_REGION ?? 'us-east-1');

export function handler(input: PollInput): Promise<LifecycleResult> {
  return serve(input, client, Date.now);
}

/**
 * Brings a model of its own one step further to what a request wants. The state machine calls it again
 * after the wait.
 */
export async function serve(
  input: PollInput,
  client: BedrockClient,
  now: () => number,
): Promise<LifecycleResult> {
  const context = readContext(input, client, now());
  const step = await advance(context).catch((error: unknown) => ofFault(toFault(error), context));
  const remainingSeconds = limitSeconds(step, context) - context.progress.waitedSeconds;
  const attempt = input.previous.attempt + 1;
  const { supersedes, mayHaveStarted } = context.previous;
  logStep(context, step, attempt);
  if ('waitFor' in step && remainingSeconds > 0) {
    const waitSeconds = Math.min(Number(context.properties.pollIntervalSeconds), remainingSeconds);
    return {
      attempt,
      waitSeconds: Math.max(1, Math.ceil(waitSeconds)),
      lastSeen: step.waitFor,
      supersedes,
      quotaReached: step.quotaReached,
      mayHaveStarted: mayHaveStarted || step.mayHaveStarted,
    };
  }
  return { attempt, answer: toAnswer(step, context) };
}

function advance(context: Context): Promise<Step> {
  switch (context.event.RequestType) {
    case 'Create':
      return start(context, '');
    case 'Update':
      return update(context, physicalResourceId(context.event));
    case 'Delete':
      return remove(context, physicalResourceId(context.event));
  }
}

/** Starts the job of this request, once. */
async function start(context: Context, replaces: string): Promise<Step> {
  const { api, event, properties, owner } = context;
  const started = await findStarted(context);
  if (started) {
    return done(started, context);
  }
  const { roleArn, s3Uri, kmsKeyArn, subnetIds, securityGroupIds } = properties.definition;
  const tags = userTags(properties);
  const marks = {
    owner,
    request: event.RequestId,
    definition: context.definition,
    replaces,
    ...mutableMarks(properties),
  };
  try {
    const jobArn = await api.start({
      jobName: context.jobName,
      importedModelName: context.importedModelName,
      roleArn,
      modelDataSource: { s3DataSource: { s3Uri } },
      importedModelKmsKeyId: kmsKeyArn,
      vpcConfig: subnetIds && securityGroupIds && { subnetIds, securityGroupIds },
      jobTags: [...tags, ...toTags(marks)],
      importedModelTags: tags,
      clientRequestToken: requestToken(owner, event.RequestId),
    });
    return done(jobArn, context);
  } catch (error) {
    if (error instanceof ConflictException) {
      return ofConflict(context, toFault(error));
    }
    if (error instanceof ServiceQuotaExceededException) {
      return ofQuota(context, toFault(error));
    }
    const step = ofFault(toFault(error), context);
    return 'waitFor' in step ? { ...step, mayHaveStarted: !isRefusal(toFault(error)) } : step;
  }
}

/** The job that an earlier call for this request started, whose answer was lost. */
async function findStarted(context: Context): Promise<string | undefined> {
  const { api, jobName, owner, event } = context;
  const isOurs = async (jobArn: string): Promise<boolean> => {
    const marks = readMarks(await api.tagsOf(jobArn));
    return marks.owner === owner && marks.request === event.RequestId;
  };
  const first = await api.job(jobName);
  if (!first || (await isOurs(first.jobArn!))) {
    return first?.jobArn;
  }
  for (const job of await api.jobs({ nameContains: jobName })) {
    if (job.jobName === jobName && job.jobArn !== first.jobArn && (await isOurs(job.jobArn!))) {
      return job.jobArn;
    }
  }
  return undefined;
}

/** A name is taken: by a job of this request that shows only now, or by somebody else. */
async function ofConflict(context: Context, fault: Fault): Promise<Step> {
  const { api, progress, jobName, importedModelName } = context;
  const started = await findStarted(context);
  if (started) {
    return done(started, context);
  }
  if (await api.job(jobName)) {
    return { fail: reasons.jobNameTaken(progress, jobName, fault) };
  }
  const isKnown = (await api.model(importedModelName)) !== undefined;
  return isKnown || progress.waitedSeconds >= CONSISTENCY_SECONDS
    ? { fail: reasons.modelNameTaken(progress, importedModelName, fault) }
    : { waitFor: `what has the names of the job and the model: ${fault.message}`, mayHaveStarted: true };
}

/**
 * Bedrock names two quotas alike: of jobs in progress, which passes, and of models, which does not. A job
 * may end or show between two calls, so only two refusals in a row without one mean the models.
 */
async function ofQuota(context: Context, fault: Fault): Promise<Step> {
  const [running] = await context.api.jobs({ statusEquals: 'InProgress' });
  if (running) {
    return { waitFor: `model import job ${running.jobArn} is in progress, and one runs at a time` };
  }
  return context.previous.quotaReached
    ? { fail: reasons.modelQuota(context.progress, fault) }
    : { waitFor: `room for another imported model: ${fault.message}`, quotaReached: true };
}

/**
 * Moves to the job that has the requested definition: the current one, the one before it when
 * CloudFormation rolls back, or a new one. The others of this resource stay for CloudFormation to
 * delete, except those that it never came to know.
 */
async function update(context: Context, currentArn: string): Promise<Step> {
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

/** Deletes the model of a job; of a resource that never got an ID, what it has started nevertheless. */
async function remove(context: Context, id: string): Promise<Step> {
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
async function removeLeftovers(
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

/** What to wait for while a job runs, or has completed a moment ago and does not name its model yet. */
function whileRunning(job: Job, { now }: Context): Step | undefined {
  if (job.status === 'Failed') {
    return undefined;
  }
  if (hasCompleted(job)) {
    return !job.importedModelArn && now - (job.endTime?.getTime() ?? 0) < CONSISTENCY_SECONDS * 1000
      ? { waitFor: `the model of job ${job.jobArn}, which Bedrock does not name yet` }
      : undefined;
  }
  return {
    waitFor: `model import job ${job.jobArn} is in progress, and an import job cannot be stopped`,
    untilJobEnds: true,
  };
}

/** Whether a job has completed, in either of the words that AWS documents. */
function hasCompleted({ status }: Job): boolean {
  return ['Completed', 'Complete'].includes(status ?? '');
}

async function findModel(api: ModelImports, job: Job): Promise<string | undefined> {
  const model = job.importedModelName ? await api.model(job.importedModelName) : undefined;
  return model?.jobArn === job.jobArn ? model?.modelArn : undefined;
}

function done(jobArn: string, job: Pick<Job, 'jobName' | 'importedModelName'>): Step {
  const { jobName = '', importedModelName = '' } = job;
  return { done: { jobArn, jobName, importedModelName } };
}

function ofFault(fault: Fault, { progress }: Context): Step {
  const { name, message } = fault;
  const isRecent = progress.waitedSeconds < REFUSED_GRACE_SECONDS;
  // A role that was made a moment ago is not known everywhere yet; Bedrock has several words for that.
  const isNewRole = name === 'ValidationException' && /\brole\b|\bassume\b/i.test(message);
  if (!isRefusal(fault) || (isRecent && (fault.httpStatus === 403 || isNewRole))) {
    return { waitFor: `an answer from Bedrock, which said ${name}: ${message}` };
  }
  switch (name) {
    case 'ValidationException':
      return { fail: reasons.invalid(progress, fault) };
    case 'TooManyTagsException':
      return { fail: reasons.tooManyTags(progress, fault) };
    default:
      return { fail: reasons.refused(progress, fault) };
  }
}

function toAnswer(step: Step, context: Context): Answer {
  const { event, progress } = context;
  if ('done' in step) {
    const id = step.done.jobArn ?? physicalResourceId(event);
    return { status: 'SUCCESS', physicalResourceId: id, data: step.done };
  }
  const mayHaveStarted = context.previous.mayHaveStarted || ('waitFor' in step && step.mayHaveStarted);
  const isUnknown = event.RequestType !== 'Create' || mayHaveStarted;
  return {
    status: 'FAILED',
    physicalResourceId: isUnknown ? physicalResourceId(event) : NOT_STARTED,
    reason: 'fail' in step ? step.fail : reasons.timedOut(progress, step.waitFor),
  };
}

function readContext({ event, startedAt, previous }: PollInput, client: BedrockClient, now: number): Context {
  const properties = event.ResourceProperties as unknown as Properties;
  const oldProperties = event.OldResourceProperties as Properties | undefined;
  const [, , , region, account] = event.StackId.split(':');
  const waitedSeconds = (now - Date.parse(startedAt)) / 1000;
  const generated = generatedName(event, event.RequestId);
  return {
    event,
    properties,
    oldProperties,
    api: new ModelImports(client, CALLS_LIMIT_MS),
    progress: { requestType: event.RequestType, region, account, waitedSeconds },
    previous,
    now,
    owner: ownerOf(event),
    definition: definitionHash(properties.definition),
    jobName: properties.definition.jobName ?? generated,
    importedModelName: properties.definition.importedModelName ?? generated,
  };
}

/** A start may take as long as its timeout says; what waits for an own job as long as a resource can. */
function limitSeconds(step: Step, { event, properties }: Context): number {
  const isPatient = event.RequestType === 'Delete' || ('waitFor' in step && step.untilJobEnds);
  return Number(isPatient ? properties.deleteTimeoutSeconds : properties.startTimeoutSeconds);
}

function isJobArn(id: string): boolean {
  return id.startsWith('arn:');
}

/** The marks of a job that change without a new import. */
function mutableMarks(properties: Properties): Pick<Marks, 'retain'> {
  return { retain: String(properties.deletionPolicy.startsWith('Retain')) };
}

function userTags(properties: Properties): Tag[] {
  return properties.tags ?? [];
}

/** All that a change of tags depends on. */
function taggingOf(properties: Properties): string {
  return JSON.stringify([userTags(properties), mutableMarks(properties)]);
}

function logStep({ event, progress }: Context, step: Step, attempt: number): void {
  log('fail' in step ? 'WARN' : 'INFO', {
    message: 'Step',
    requestType: event.RequestType,
    logicalId: event.LogicalResourceId,
    requestId: event.RequestId,
    waitedSeconds: Math.round(progress.waitedSeconds),
    attempt,
    ...step,
  });
}
