import type { ModelAttribute, WaiterAttribute } from '../../lib/private/contract/protocol';
import type { Job } from '../shared/bedrock';
import type { Model } from './bedrock';

export type Attributes = Readonly<Record<WaiterAttribute, string>>;

/**
 * The attributes of a job, and of its model where Bedrock has described it. Every one is present, because
 * `Fn::GetAtt` of a missing attribute fails the stack: what Bedrock omits is an empty string.
 */
export function toAttributes(job: Job, model: Model = {}): Attributes {
  return {
    jobArn: job.jobArn ?? '',
    jobName: job.jobName ?? '',
    importedModelName: job.importedModelName ?? '',
    importedModelArn: job.importedModelArn ?? '',
    roleArn: job.roleArn ?? '',
    'modelDataSource.s3DataSource.s3Uri': job.modelDataSource?.s3DataSource?.s3Uri ?? '',
    status: job.status ?? '',
    failureMessage: job.failureMessage ?? '',
    creationTime: job.creationTime?.toISOString() ?? '',
    lastModifiedTime: job.lastModifiedTime?.toISOString() ?? '',
    endTime: job.endTime?.toISOString() ?? '',
    'vpcConfig.subnetIds': job.vpcConfig?.subnetIds?.join(',') ?? '',
    'vpcConfig.securityGroupIds': job.vpcConfig?.securityGroupIds?.join(',') ?? '',
    importedModelKmsKeyArn: job.importedModelKmsKeyArn ?? '',
    encryptionResourceArn: job.importedModelKmsKeyArn || job.importedModelArn || '',
    ...modelAttributes(model),
  };
}

/** What is known of a model, or nothing of one that is not described. */
export function modelAttributes(model: Model = {}): Readonly<Record<ModelAttribute, string>> {
  const { customModelUnitsPerModelCopy, customModelUnitsVersion } = model.customModelUnits ?? {};
  return {
    modelArchitecture: model.modelArchitecture ?? '',
    instructSupported: model.instructSupported?.toString() ?? '',
    'customModelUnits.customModelUnitsPerModelCopy': customModelUnitsPerModelCopy?.toString() ?? '',
    'customModelUnits.customModelUnitsVersion': customModelUnitsVersion ?? '',
  };
}
