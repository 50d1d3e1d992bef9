import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { KEY_ACTIONS } from '../model-key';
import { isImported } from '../provider/encryption';
import { throughService } from '../through-service';
import { writtenByApp } from '../written-by-app';

/**
 * Warns when the policy of a model's key cannot be changed from the app: whether it lets the account's roles use the
 * key shows only when the import starts, after minutes of refusals that may be those of a new permission.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
 */
export function warnOfKeyPolicy(model: IConstruct, key: kms.IKey, roles: iam.IRole[]): void {
  if (!isImported(key)) {
    return;
  }
  const stack = Stack.of(model);
  const statement = new iam.PolicyStatement({
    principals: [new iam.AccountPrincipal(stack.account)],
    actions: KEY_ACTIONS,
    resources: ['*'],
    conditions: throughService('bedrock', stack.region),
  });
  const json = JSON.stringify(stack.resolve(statement.toStatementJson()));
  const names = roles.map(({ node }) => node.path).join(' and ');
  Annotations.of(writtenByApp(model)).addWarningV2(
    'cdk-bedrock-model-import:keyPolicy',
    `The policy of the key ${key.node.path} cannot be changed from here. It has to leave permissions to the account's IAM policies, or hold: ${json}. The roles ${names} have IAM policies for it; instead of the account the statement may name them, and those who invoke the model with kms:Decrypt`,
  );
}
