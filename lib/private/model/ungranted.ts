import { Annotations, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IImportedModel } from '../../imported-model-base';
import { isLiteral } from '../validation';
import { writtenByApp } from '../written-by-app';

/**
 * Warns when a grant has no effect, as far as that is known. A role that was imported with `mutable: false`, or that is
 * of another account, claims that it was granted: the former is the app's own choice, the latter cannot work.
 */
export function warnUnlessGranted(model: IImportedModel, grantee: iam.IGrantable, grant: iam.Grant): void {
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
    ? `it is of account ${principalAccount}, and an imported model has no resource policy: grant to a role of the model's account, and let ${principalAccount} assume that`
    : 'it takes no policies, and an imported model has no resource policy: grant to a role or user, not to an account, a service or an ARN';
  Annotations.of(writtenByApp(model)).addWarningV2(
    'cdk-bedrock-model-import:grant',
    `${nameOf(grantee, model)} was granted nothing on this model: ${reason}`,
  );
}

function nameOf(grantee: iam.IGrantable, scope: Construct): string {
  if (Construct.isConstruct(grantee)) {
    return grantee.node.path;
  }
  const { principalJson } = grantee.grantPrincipal.policyFragment;
  return `The principal ${JSON.stringify(Stack.of(scope).resolve(principalJson))}`;
}
