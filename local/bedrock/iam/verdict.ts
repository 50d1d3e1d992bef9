import { evaluate, type Verdict } from '../../iam/evaluate';
import type { ActionRequest } from '../../iam/policy';
import type { Role } from '../../iam/role';
import type { AccountState } from '../account-state';
import { isLate } from '../answers';

/** What a role's policies say of a request, as far as they have reached Bedrock. */
export function verdictOn(account: AccountState, role: Role, request: ActionRequest): Verdict {
  account.judged.push({ roleArn: role.arn, ...request });
  const statements = role.statements.filter(
    ({ since }) => since === undefined || !isLate(account, 'newPolicy', since),
  );
  return evaluate({ ...role, statements }, request);
}
