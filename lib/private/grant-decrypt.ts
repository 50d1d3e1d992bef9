import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

const ACTIONS = ['kms:Decrypt'];

/** Allows to decrypt a model under a key, through Amazon Bedrock only. A model and its key are in one Region. */
export function grantDecrypt(grantee: iam.IGrantable, key: kms.IKey): iam.Grant {
  return iam.Grant.addToPrincipalOrResource({
    grantee,
    actions: ACTIONS,
    conditions: throughBedrock(key.env.region),
    resource: key,
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
