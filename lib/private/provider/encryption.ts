import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ModelImportProviderProps } from '../../model-import-provider';
import { logsAnything } from './wait-machine';

/** Lets the services that use a provider's key by themselves do so, by the key's policy. */
export function allowServices(provider: Construct, key: kms.IKey, props: ModelImportProviderProps): void {
  const statements = [
    ...(props.logGroup ? [] : [forLogGroup(Stack.of(provider))]),
    ...(logsAnything(props) ? [forLogDelivery()] : []),
  ];
  const refused = statements.filter((statement) => !key.addToResourcePolicy(statement).statementAdded);
  if (refused.length > 0 || isImported(key)) {
    warn(provider, key, refused);
  }
}

/**
 * CloudFormation makes the name of the log group, so it cannot be named here.
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

/** Whether a key was made elsewhere, so that its policy cannot be changed from the app. */
export function isImported({ node }: kms.IKey): boolean {
  return node.defaultChild === undefined && !(node.scope instanceof kms.CfnKey);
}

function warn(provider: Construct, key: kms.IKey, refused: iam.PolicyStatement[]): void {
  const stack = Stack.of(provider);
  const statements = refused.map((statement) => JSON.stringify(stack.resolve(statement.toStatementJson())));
  Annotations.of(provider).addWarningV2(
    'cdk-bedrock-model-import:keyPolicy',
    [
      `The policy of the key ${key.node.path} cannot be changed from here.`,
      ...(statements.length > 0 ? [`It has to hold: ${statements.join(', ')}.`] : []),
      "It has to leave permissions to the account's IAM policies, or let the roles of the functions and the state machine use kms:Decrypt and kms:GenerateDataKey, for AWS Step Functions.",
    ].join(' '),
  );
}
