import type { ActionRequest } from '../../iam/policy';
import type { Role } from '../../iam/role';
import { trustsService } from '../../iam/trust';
import type { AccountState } from '../account-state';
import { decide } from '../answers';
import { BedrockException } from '../exceptions';
import type { Body } from '../import-job';
import { keyArn } from '../key-arn';
import { ACCOUNT_ID } from '../records';
import { BEDROCK, newArn } from './caller-requests';
import type { Iam } from './iam';
import { readWeights, useNetwork, type Weights } from './import-role-requests';
import { encryptModel } from './model-key';
import { requireAllowed } from './verdict';

type Network = Parameters<typeof useNetwork>[0];

/** Refuses an import that its role cannot serve. */
export function judgeImportRole(account: AccountState, iam: Iam, input: Body, region: string): void {
  const roleArn = input.roleArn as string;
  const jobArn = newArn('model-import-job', region);
  const role = iam.role(roleArn);
  if (!role || !trustsService(role, BEDROCK, { 'aws:SourceAccount': ACCOUNT_ID, 'aws:SourceArn': jobArn })) {
    const reason = `${BEDROCK} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
    throw new BedrockException('ValidationException', `The provided role ARN is invalid: ${reason}`);
  }
  const requests = importRoleRequests(account, iam, input, jobArn);
  requireAllowed(account, role, requests, 'BedrockModelImport', (request, message) =>
    refusal(role, request, message),
  );
}

function importRoleRequests(account: AccountState, iam: Iam, input: Body, jobArn: string): ActionRequest[] {
  const [, , , region] = jobArn.split(':');
  const key = keyArn(input.importedModelKmsKeyId as string | undefined, region);
  const headBucket = decide(account, 'sourceAccess') === 'HeadBucket first';
  return [
    ...readWeights(weightsOf(iam, input), region, headBucket),
    ...(key && decide(account, 'modelKey') !== "the caller's" ? encryptModel(key, region) : []),
    ...(input.vpcConfig ? useNetwork(input.vpcConfig as Network, jobArn) : []),
  ];
}

function weightsOf(iam: Iam, input: Body): Weights {
  const source = input.modelDataSource as { s3DataSource: { s3Uri: string } };
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(source.s3DataSource.s3Uri)!;
  return { bucket, prefix, ...iam.bucket(bucket) };
}

/** Words of the user guide for reads, which name the action without its service. */
function refusal({ arn }: Role, { action, resource }: ActionRequest, message: string): BedrockException {
  if (!action.startsWith('s3:')) {
    return new BedrockException('AccessDeniedException', message);
  }
  const what = `${action.slice('s3:'.length)} permissions to access Amazon S3 bucket: ${resource}`;
  return new BedrockException(
    'ValidationException',
    `Could not validate ${what} with the role ${arn}: ${message}`,
  );
}
