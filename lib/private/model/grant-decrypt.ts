import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { throughService } from '../through-service';

const DECRYPT = ['kms:Decrypt'];

/** Allows to decrypt a model under a key, through Amazon Bedrock only. A model and its key are in one Region. */
export function grantDecrypt(grantee: iam.IGrantable, key: kms.IKey): iam.Grant {
  return grantThroughService(grantee, key, 'bedrock', DECRYPT);
}

/** Allows to use a key through one AWS service of the key's Region only, by the key's policy too where that is needed. */
export function grantThroughService(
  grantee: iam.IGrantable,
  key: kms.IKey,
  service: string,
  actions: string[],
): iam.Grant {
  const conditions = throughService(service, key.env.region);
  return iam.Grant.addToPrincipalOrResource({
    grantee,
    actions,
    conditions,
    resource: withConditions(key, conditions),
    resourceArns: [key.keyArn],
    resourceSelfArns: ['*'],
  });
}

/** The same for a key that only the deployment knows, by its ARN. */
export function grantDecryptOn(grantee: iam.IGrantable, resourceArn: string, region: string): iam.Grant {
  return iam.Grant.addToPrincipal({
    grantee,
    actions: DECRYPT,
    conditions: throughService('bedrock', region),
    resourceArns: [resourceArn],
  });
}

/** A key that takes conditions into its policy, which older versions of the CDK leave out there. */
function withConditions(key: kms.IKey, conditions: iam.Conditions): kms.IKey {
  return Object.create(key, {
    addToResourcePolicy: {
      value: (statement: iam.PolicyStatement, allowNoOp?: boolean) => {
        statement.addConditions(conditions);
        return key.addToResourcePolicy(statement, allowNoOp);
      },
    },
  }) as kms.IKey;
}
