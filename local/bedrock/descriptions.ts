import { endOf, statusOf, type Body, type Job } from './import-job';
import { ACCOUNT_ID } from './records';

/** What jobs and models are, whatever a dialect says of them. */

export function describeJob(job: Job, now: number): Body {
  const status = statusOf(job, now);
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

function sourceOf({ s3Uri = 's3://weights/model/' }: Job): Body {
  return { s3DataSource: { s3Uri } };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
