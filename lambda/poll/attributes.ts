import type { WaiterAttribute } from '../../lib/private/protocol';
import type { Job } from '../shared/bedrock';

/**
 * The attributes of a job. Every one is present, because `Fn::GetAtt` of a missing attribute fails the
 * stack: what Bedrock omits is an empty string.
 */
export function toAttributes(job: Job): Record<WaiterAttribute, string> {
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
  };
}
