import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { KEY_ACTIONS } from '../model-key';
import { isImported } from '../provider/encryption';
import { throughService } from '../through-service';
import { writtenByApp } from '../written-by-app';

/**
 * Warns if the app cannot change the policy of a model's key. Whether the policy allows the account's roles to use the
 * key would show only when the import starts, after minutes of refusals that could also be due to a new permission.
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
    `The app cannot change the policy of the key ${key.node.path}. The policy must delegate to the account's IAM policies, or contain: ${json}. The roles ${names} have IAM policies for the key; instead of the account, the statement can name them, and the callers of the model with kms:Decrypt`,
  );
}
