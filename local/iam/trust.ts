import { conditionsHold } from './conditions';
import { matchesAction } from './patterns';
import { listOf, type ConditionContext, type Statement } from './policy';
import type { Role } from './role';

/** Whether an AWS service may assume a role. */
export function trustsService(role: Role, service: string, context: ConditionContext = {}): boolean {
  const names = ({ Principal }: Statement): boolean =>
    Principal === '*' || listOf(Principal?.Service).includes(service);
  const speaks = (effect: Statement['Effect']): boolean =>
    role.trust.some(
      (statement) =>
        statement.Effect === effect &&
        names(statement) &&
        listOf(statement.Action).some((action) => matchesAction(action, 'sts:AssumeRole')) &&
        conditionsHold(statement.Condition, context),
    );
  return speaks('Allow') && !speaks('Deny');
}
