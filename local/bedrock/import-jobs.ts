import type { CreateModelImportJobRequest } from '@aws-sdk/client-bedrock';
import type { BedrockAccount } from './account';
import { BedrockException } from './exceptions';
import { endOf, statusOf, type Body, type Job, type Tag } from './import-job';
import { isAskedFor, paginate, pick, type ListInput } from './lists';
import { ACCOUNT_ID } from './records';
import { refuseBadTags } from './tags';

const SUMMARY = [
  ...['jobArn', 'jobName', 'status', 'lastModifiedTime', 'creationTime', 'endTime'],
  ...['importedModelArn', 'importedModelName'],
];

export function createModelImportJob(account: BedrockAccount, input: Body, region: string): Body {
  const request = input as unknown as CreateModelImportJobRequest;
  refuseBadTags(request.jobTags as Tag[]);
  refuseBadTags(request.importedModelTags as Tag[]);
  const repeated = account.records
    .jobsIn(region)
    .find((job) => request.clientRequestToken && job.clientRequestToken === request.clientRequestToken);
  if (repeated) {
    return { jobArn: repeated.jobArn };
  }
  refuseNamesInUse(account, request, region);
  refuseMoreThanQuotas(account, region);
  const { jobArn } = account.records.add(
    {
      ...account.nextScript(),
      jobName: request.jobName!,
      importedModelName: request.importedModelName,
      region,
      clientRequestToken: request.clientRequestToken,
      roleArn: request.roleArn,
      s3Uri: request.modelDataSource?.s3DataSource?.s3Uri,
      vpcConfig: request.vpcConfig as Job['vpcConfig'],
      importedModelKmsKeyArn: request.importedModelKmsKeyId,
    },
    { job: request.jobTags as Tag[], model: request.importedModelTags as Tag[] },
  );
  return { jobArn };
}

export function getModelImportJob(account: BedrockAccount, { jobIdentifier }: Body): Body {
  const job = account.records.job(jobIdentifier as string);
  if (!job) {
    throw account.absence('Could not find a model import job with the given identifier');
  }
  return describeJob(account, job);
}

export function listModelImportJobs(account: BedrockAccount, input: Body, region: string): Body {
  const { statusEquals, ...filter } = input as ListInput & { statusEquals?: string };
  const jobs = account.records
    .jobsIn(region)
    .filter((job) => isAskedFor(job.jobName, job.startedAt, filter))
    .filter((job) => !statusEquals || statusOf(job, account.now()) === statusEquals);
  const { items, nextToken } = paginate(jobs, filter);
  return { modelImportJobSummaries: items.map((job) => pick(describeJob(account, job), SUMMARY)), nextToken };
}

export function describeJob(account: BedrockAccount, job: Job): Body {
  const status = statusOf(job, account.now());
  const ended = status !== 'InProgress';
  return {
    jobArn: job.jobArn,
    jobName: job.jobName,
    importedModelName: job.importedModelName,
    importedModelArn: status === 'Completed' ? job.modelArn : undefined,
    roleArn: job.roleArn ?? `arn:aws:iam::${ACCOUNT_ID}:role/import`,
    modelDataSource: sourceOf(job),
    status,
    failureMessage: status === 'Failed' ? job.failureMessage : undefined,
    creationTime: iso(job.startedAt),
    lastModifiedTime: iso(ended ? endOf(job) : job.startedAt),
    endTime: ended ? iso(endOf(job)) : undefined,
    vpcConfig: job.vpcConfig,
    importedModelKmsKeyArn: job.importedModelKmsKeyArn,
    ...job.overrides,
  };
}

export function sourceOf({ s3Uri = 's3://weights/model/' }: Job): Body {
  return { s3DataSource: { s3Uri } };
}

export function iso(time: number): string {
  return new Date(time).toISOString();
}

function refuseNamesInUse(
  account: BedrockAccount,
  { jobName, importedModelName }: CreateModelImportJobRequest,
  region: string,
): void {
  const jobs = account.records.jobsIn(region);
  if (jobs.some((job) => job.jobName === jobName)) {
    throw account.nameInUse('job', jobName!);
  }
  const isModel = (job: Job): boolean =>
    account.records.hasModel(job) || statusOf(job, account.now()) === 'InProgress';
  if (jobs.some((job) => job.importedModelName === importedModelName && isModel(job))) {
    throw account.nameInUse('model', importedModelName!);
  }
}

function refuseMoreThanQuotas(account: BedrockAccount, region: string): void {
  if (account.records.jobsIn(region).some((job) => statusOf(job, account.now()) === 'InProgress')) {
    throw quota('The number of concurrent model import jobs exceeds the limit of 1');
  }
  if (account.records.modelsIn(region).length >= account.modelQuota) {
    throw quota(`The number of imported models exceeds the limit of ${account.modelQuota}`);
  }
}

function quota(message: string): BedrockException {
  return new BedrockException('ServiceQuotaExceededException', message);
}
