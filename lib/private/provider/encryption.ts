import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ModelImportProviderProps } from '../../model-import-provider-props';
import { logsAnything } from './wait-machine';

/** Allows the services that use a provider's key themselves to do so, in the key's policy. */
export function allowServices(provider: Construct, key: kms.IKey, props: ModelImportProviderProps): void {
  const statements = [
    ...(props.logGroup ? [] : [forLogGroup(Stack.of(provider))]),
    ...(logsAnything(props) ? [forLogDelivery()] : []),
  ];
  const missing = statements.filter((statement) => !key.addToResourcePolicy(statement).statementAdded);
  if (missing.length > 0 || isImported(key)) {
    warn(provider, key, missing);
  }
}

/**
 * CloudFormation generates the name of the log group, so the statement cannot contain it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function forLogGroup({ partition, region, account }: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
      },
    },
  });
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html */
function forLogDelivery(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
    actions: ['kms:Decrypt*'],
    resources: ['*'],
  });
}

/** Whether a key was created elsewhere, so that the app cannot change its policy. */
export function isImported({ node }: kms.IKey): boolean {
  return node.defaultChild === undefined && !(node.scope instanceof kms.CfnKey);
}

function warn(provider: Construct, key: kms.IKey, missing: iam.PolicyStatement[]): void {
  const stack = Stack.of(provider);
  const statements = missing.map((statement) => JSON.stringify(stack.resolve(statement.toStatementJson())));
  Annotations.of(provider).addWarningV2(
    'cdk-bedrock-model-import:keyPolicy',
    [
      `The app cannot change the policy of the key ${key.node.path}.`,
      ...(statements.length > 0 ? [`The policy must contain: ${statements.join(', ')}.`] : []),
      "It must also delegate to the account's IAM policies, or allow kms:Decrypt and kms:GenerateDataKey to the roles of the functions and the state machine, for AWS Step Functions.",
    ].join(' '),
  );
}
