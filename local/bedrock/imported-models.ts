import type { BedrockAccount } from './account';
import { BedrockException } from './exceptions';
import { endOf, statusOf, type Body, type Job } from './import-job';
import { iso, sourceOf } from './import-jobs';
import { isAskedFor, paginate, pick, type ListInput } from './lists';

const SUMMARY = ['modelArn', 'modelName', 'creationTime', 'instructSupported', 'modelArchitecture'];

export function getImportedModel(account: BedrockAccount, { modelIdentifier }: Body): Body {
  const job = account.records.model(modelIdentifier as string);
  if (!job) {
    throw account.absence('Could not find an imported model with the given identifier');
  }
  return describeModel(job);
}

export function listImportedModels(account: BedrockAccount, input: Body, region: string): Body {
  const models = account.records
    .modelsIn(region)
    .filter((job) => isAskedFor(job.importedModelName, endOf(job), input as ListInput));
  const { items, nextToken } = paginate(models, input as ListInput);
  return { modelSummaries: items.map((job) => pick(describeModel(job), SUMMARY)), nextToken };
}

export function deleteImportedModel(account: BedrockAccount, input: Body, region: string): Body {
  const modelIdentifier = input.modelIdentifier as string;
  const jobs = account.records.jobsIn(region);
  const importing = jobs.find(
    (job) => job.importedModelName === modelIdentifier && statusOf(job, account.now()) === 'InProgress',
  );
  if (importing) {
    throw new BedrockException('ConflictException', `The model ${modelIdentifier} is being imported`);
  }
  const job = account.records.model(modelIdentifier);
  if (!job) {
    throw account.absence('Could not find an imported model with the given identifier');
  }
  account.records.deleteModel(job);
  return {};
}

export function describeModel(job: Job): Body {
  return {
    modelArn: job.modelArn,
    modelName: job.importedModelName,
    jobName: job.jobName,
    jobArn: job.jobArn,
    modelDataSource: sourceOf(job),
    creationTime: iso(endOf(job)),
    modelArchitecture: 'llama',
    modelKmsKeyArn: job.importedModelKmsKeyArn,
    instructSupported: true,
    customModelUnits: { customModelUnitsPerModelCopy: 2, customModelUnitsVersion: 'v1.0' },
    ...job.modelOverrides,
  };
}
