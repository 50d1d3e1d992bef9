import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

const ACTIONS = ['kms:Decrypt'];

/** Allows to decrypt a model under a key, through Amazon Bedrock only. A model and its key are in one Region. */
export function grantDecrypt(grantee: iam.IGrantable, key: kms.IKey): iam.Grant {
  const conditions = throughBedrock(key.env.region);
  return iam.Grant.addToPrincipalOrResource({
    grantee,
    actions: ACTIONS,
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
    actions: ACTIONS,
    conditions: throughBedrock(region),
    resourceArns: [resourceArn],
  });
}

function throughBedrock(region: string): Record<string, Record<string, string>> {
  return { StringEquals: { 'kms:ViaService': `bedrock.${region}.${Aws.URL_SUFFIX}` } };
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
