import type { AccountState } from './account-state';
import { absence, decide, isFresh, isLate } from './answers';
import { describeModel } from './descriptions';
import { BedrockException } from './exceptions';
import { endOf, statusOf, type Body, type Job } from './import-job';
import { isAskedFor, paginate, pick, type ListInput } from './lists';

const SUMMARY = ['modelArn', 'modelName', 'creationTime', 'instructSupported', 'modelArchitecture'];

export function getImportedModel(account: AccountState, { modelIdentifier }: Body, region: string): Body {
  const job = account.records.model(modelIdentifier as string, region);
  if (!job || isLate(account, 'newModel', endOf(job))) {
    throw absence(account, 'an imported model');
  }
  return describeModel(job);
}

export function listImportedModels(account: AccountState, input: Body, region: string): Body {
  const models = account.records
    .modelsIn(region)
    .filter((job) => isAskedFor(job.importedModelName, endOf(job), input as ListInput));
  const { items, nextToken } = paginate(models, input as ListInput, account.pageSize);
  return { modelSummaries: items.map((job) => pick(describeModel(job), SUMMARY)), nextToken };
}

export function deleteImportedModel(account: AccountState, input: Body, region: string): Body {
  const modelIdentifier = input.modelIdentifier as string;
  if (modelIdentifier.startsWith('arn:') && decide(account, 'deleteByArn') === 'ValidationException') {
    throw new BedrockException('ValidationException', 'The provided identifier is invalid.');
  }
  refuseWhileImporting(account, modelIdentifier, region);
  const job = account.records.model(modelIdentifier, region);
  if (!job) {
    throw absence(account, 'an imported model');
  }
  const isInUse = isFresh(account, 'deleteFreshModel', account.records.lastUseOf(job));
  if (isInUse && decide(account, 'deleteFreshModel') === 'ConflictException') {
    throw new BedrockException('ConflictException', `The model ${job.importedModelName} is in use`);
  }
  account.records.deleteModel(job);
  return {};
}

function refuseWhileImporting(account: AccountState, modelName: string, region: string): void {
  const isImporting = (job: Job): boolean =>
    job.importedModelName === modelName && statusOf(job, account.now()) === 'InProgress';
  if (account.records.jobsIn(region).some(isImporting)) {
    throw new BedrockException('ConflictException', `The model ${modelName} is being imported`);
  }
}
