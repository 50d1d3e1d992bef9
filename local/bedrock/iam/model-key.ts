import type { ActionRequest } from '../../iam/policy';

/** What Bedrock does with a model's key, as whoever has the permission. */

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html */
const ENCRYPTING = ['kms:CreateGrant', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:Decrypt'];

/** To import a model under a key. */
export function encryptModel(keyArn: string, region: string): ActionRequest[] {
  return ENCRYPTING.map((action) => throughBedrock(action, keyArn, region));
}

/** To invoke it. */
export function decryptModel(keyArn: string | undefined, region: string): ActionRequest[] {
  return keyArn ? [throughBedrock('kms:Decrypt', keyArn, region)] : [];
}

function throughBedrock(action: string, resource: string, region: string): ActionRequest {
  return { action, resource, context: { 'kms:ViaService': `bedrock.${region}.amazonaws.com` } };
}
