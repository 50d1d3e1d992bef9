import type { AccountState } from './account-state';
import { absence, decide, isForgotten, isFresh, isLate } from './answers';
import { describeJob } from './descriptions';
import { endOf, statusOf, type Body, type Job } from './import-job';
import { isAskedFor, paginate, pick, type ListInput } from './lists';

const SUMMARY = [
  ...['jobArn', 'jobName', 'status', 'lastModifiedTime', 'creationTime', 'endTime'],
  ...['importedModelArn', 'importedModelName'],
];

export function getModelImportJob(account: AccountState, { jobIdentifier }: Body, region: string): Body {
  const job = account.records.job(jobIdentifier as string, region);
  if (!job || isLate(account, 'newJob', job.startedAt) || isForgotten(account, job)) {
    throw absence(account, 'a model import job');
  }
  return describeInDialect(account, job);
}

export function listModelImportJobs(account: AccountState, input: Body, region: string): Body {
  const { statusEquals, ...filter } = input as ListInput & { statusEquals?: string };
  const jobs = account.records
    .jobsIn(region)
    .filter((job) => isAskedFor(job.jobName, job.startedAt, filter))
    .filter((job) => !statusEquals || statusOf(job, account.now()) === statusEquals)
    .filter((job) => !isLate(account, 'newJobInLists', job.startedAt))
    .filter((job) => !isForgotten(account, job));
  const { items, nextToken } = paginate(jobs, filter, account.pageSize);
  const summaries = items.map((job) => pick(describeInDialect(account, job), SUMMARY));
  return { modelImportJobSummaries: summaries, nextToken };
}

/** What Bedrock says of a job. */
function describeInDialect(account: AccountState, job: Job): Body {
  const description = describeJob(job, account.now());
  if (description.status !== 'Completed') {
    return description;
  }
  return {
    ...description,
    status: decide(account, 'success'),
    importedModelArn: namesModel(account, job) ? job.modelArn : undefined,
    ...job.overrides,
  };
}

function namesModel(account: AccountState, job: Job): boolean {
  const { modelArn } = account.dialect;
  if (isFresh(account, 'modelArn', endOf(job)) || modelArn === 'never') {
    decide(account, 'modelArn');
    if (modelArn !== 'at once') {
      return false;
    }
  }
  const isDeleted = account.records.deletionOf(job) !== undefined;
  return !isDeleted || decide(account, 'deletedModelArn') === 'named';
}
