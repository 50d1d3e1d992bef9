import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { throughService } from './through-service';

/** The actions on a key that importing a model under it requires. */
export const KEY_ACTIONS = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

/**
 * Allows to import a model under a key, through Amazon Bedrock only. AWS does not say whether the permissions of the
 * caller or of the import role count, so both have them.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
 */
export function importUnderKey(key: kms.IKey, region: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: KEY_ACTIONS,
    resources: [key.keyArn],
    conditions: throughService('bedrock', region),
  });
}
