import { ConflictException, ServiceQuotaExceededException } from '@aws-sdk/client-bedrock';
import { isRefusal, toFault, type Fault } from '../shared/bedrock';
import { mutableMarks, readMarks, requestToken, toTags, userTags } from './ownership';
import * as reasons from './reasons';
import { CONSISTENCY_SECONDS, done, ofFault, type Context, type Step } from './step';

/** Starts the job of this request, once. */
export async function start(context: Context, replaces: string): Promise<Step> {
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
