import { denialMessage } from '../../iam/denial';
import { evaluate, type Verdict } from '../../iam/evaluate';
import type { ActionRequest } from '../../iam/policy';
import { sessionOf, type Role } from '../../iam/role';
import type { AccountState } from '../account-state';
import { isLate } from '../answers';
import { BedrockException } from '../exceptions';

/** Refuses the first of the requests that a session of a role may not make. */
export function requireAllowed(
  account: AccountState,
  role: Role,
  requests: readonly ActionRequest[],
  session?: string,
  refusal = denied,
): void {
  for (const request of requests) {
    const verdict = verdictOn(account, role, request);
    if (verdict !== 'allowed') {
      throw refusal(request, denialMessage(sessionOf(role, session), request, verdict));
    }
  }
}

function denied(_: ActionRequest, message: string): BedrockException {
  return new BedrockException('AccessDeniedException', message);
}

/** What a role's policies say of a request, as far as they have reached Bedrock. */
function verdictOn(account: AccountState, role: Role, request: ActionRequest): Verdict {
  account.judged.push({ roleArn: role.arn, ...request });
  const statements = role.statements.filter(
    ({ since }) => since === undefined || !isLate(account, 'newPolicy', since),
  );
  return evaluate({ ...role, statements }, request);
}
