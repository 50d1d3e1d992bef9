import type { CreateModelImportJobRequest } from '@aws-sdk/client-bedrock';
import type { AccountState } from './account-state';
import { decide, isFresh, isLate, nameInUse } from './answers';
import { BedrockException } from './exceptions';
import { endOf, statusOf, type Body, type Job, type Tag } from './import-job';
import { keyArn } from './key-arn';
import { refuseBadTags } from './tag-operations';

/** Whether an import may start. */

export function createModelImportJob(account: AccountState, input: Body, region: string): Body {
  const request = input as unknown as CreateModelImportJobRequest;
  refuseBadTags(request.jobTags as Tag[]);
  refuseBadTags(request.importedModelTags as Tag[]);
  const repeated = account.records
    .jobsIn(region)
    .find((job) => request.clientRequestToken && job.clientRequestToken === request.clientRequestToken);
  if (repeated && decide(account, 'repeatedToken') !== 'name first') {
    return repeat(account, repeated);
  }
  refuseNewRole(account, request.roleArn!);
  refuseNamesInUse(account, request, region);
  if (repeated) {
    return repeat(account, repeated);
  }
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
      importedModelKmsKeyArn: keyArn(request.importedModelKmsKeyId, region),
    },
    { job: request.jobTags as Tag[], model: request.importedModelTags as Tag[] },
  );
  return { jobArn };
}

/** What a request comes to whose token another one had. */
function repeat(account: AccountState, { jobArn }: Job): Body {
  if (account.dialect.repeatedToken === 'ConflictException') {
    throw new BedrockException('ConflictException', 'The clientRequestToken was used before');
  }
  return { jobArn };
}

function refuseNewRole(account: AccountState, roleArn: string): void {
  if (!isFresh(account, 'newRole', account.birthOf(roleArn))) {
    return;
  }
  switch (decide(account, 'newRole')) {
    case 'role ValidationException':
      throw new BedrockException('ValidationException', 'The provided role ARN is invalid');
    case 'S3 ValidationException':
      throw new BedrockException(
        'ValidationException',
        'Could not validate GetObject permissions to access Amazon S3 bucket: weights at key /llama/',
      );
    case 'AccessDeniedException':
      throw new BedrockException('AccessDeniedException', `The role ${roleArn} cannot be assumed`);
    case 'accepted':
  }
}

function refuseNamesInUse(
  account: AccountState,
  { jobName, importedModelName }: CreateModelImportJobRequest,
  region: string,
): void {
  const jobs = account.records.jobsIn(region);
  if (jobs.some((job) => job.jobName === jobName)) {
    throw nameInUse(account, 'job', jobName!);
  }
  const isModel = (job: Job): boolean =>
    account.records.hasModel(job) || statusOf(job, account.now()) === 'InProgress';
  if (jobs.some((job) => job.importedModelName === importedModelName && isModel(job))) {
    throw nameInUse(account, 'model', importedModelName!);
  }
}

function refuseMoreThanQuotas(account: AccountState, region: string): void {
  const { records } = account;
  const jobs = records.jobsIn(region);
  const takesJobPlace = (job: Job): boolean =>
    statusOf(job, account.now()) === 'InProgress' || isLate(account, 'jobPlace', endOf(job));
  if (jobs.some(takesJobPlace)) {
    throw quota('The number of concurrent model import jobs exceeds the limit of 1');
  }
  const takesModelPlace = (job: Job): boolean =>
    records.hasModel(job) || isLate(account, 'modelPlace', records.deletionOf(job) ?? Infinity);
  if (jobs.filter(takesModelPlace).length >= account.modelQuota) {
    throw quota(`The number of imported models exceeds the limit of ${account.modelQuota}`);
  }
}

function quota(message: string): BedrockException {
  return new BedrockException('ServiceQuotaExceededException', message);
}
