import { Annotations, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { isLiteral } from '../validation';
import { writtenByApp } from '../written-by-app';

/**
 * Warns if a grant has no effect, as far as that is known. A role that was imported with `mutable: false`, or that is in
 * another account, reports success: the former is the app's own choice, the latter cannot work.
 */
export function warnUnlessGranted(model: IConstruct, grantee: iam.IGrantable, grant: iam.Grant): void {
  const { principalAccount } = grantee.grantPrincipal;
  const { account } = Stack.of(model);
  const isForeign =
    principalAccount !== undefined &&
    isLiteral(principalAccount) &&
    isLiteral(account) &&
    principalAccount !== account;
  if (grant.success && !isForeign) {
    return;
  }
  const reason = isForeign
    ? `it is in account ${principalAccount}, and an imported model has no resource policy: grant to a role of the model's account, and allow ${principalAccount} to assume it`
    : 'it takes no policies, and an imported model has no resource policy: grant to a role or user, not to an account, a service or an ARN';
  Annotations.of(writtenByApp(model)).addWarningV2(
    'cdk-bedrock-model-import:grant',
    `The grant to ${nameOf(grantee, model)} on this model has no effect: ${reason}`,
  );
}

function nameOf(grantee: iam.IGrantable, scope: IConstruct): string {
  if (Construct.isConstruct(grantee)) {
    return grantee.node.path;
  }
  const { principalJson } = grantee.grantPrincipal.policyFragment;
  return `the principal ${JSON.stringify(Stack.of(scope).resolve(principalJson))}`;
}
