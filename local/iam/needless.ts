import { evaluate } from './evaluate';
import { listOf, type ActionRequest, type Statement } from './policy';
import type { Role, RoleStatement } from './role';

/** What a role could do without: each part of a statement without which no recorded call would be refused. */
export function needlessParts(role: Role, calls: readonly ActionRequest[]): string[] {
  const allowed = calls.filter((call) => evaluate(role, call) === 'allowed');
  return [...reductions(role.statements)]
    .filter(([, statements]) =>
      allowed.every((call) => evaluate({ ...role, statements }, call) === 'allowed'),
    )
    .map(([part]) => part);
}

/** Which of the calls are refused when a role loses a statement: each as `action on resource`. */
export function refusedWithout(role: Role, lost: RoleStatement, calls: readonly ActionRequest[]): string[] {
  const statements = role.statements.filter((each) => each !== lost);
  const refused = calls.filter((call) => evaluate({ ...role, statements }, call) !== 'allowed');
  return refused.map(({ action, resource }) => `${action} on ${resource}`);
}

/** The role's statements with one part less, each with the part's name. A Deny allows nothing and stays. */
function* reductions(statements: readonly RoleStatement[]): Generator<[string, RoleStatement[]]> {
  for (const [index, { policy, statement }] of statements.entries()) {
    if (statement.Effect === 'Deny') {
      continue;
    }
    for (const [part, reduced] of partsOf(statement)) {
      const rest = [...statements];
      rest.splice(index, 1, ...(reduced ? [{ policy, statement: reduced }] : []));
      yield [part, rest];
    }
  }
}

/** Each action and each resource of a statement, with what is left of the statement without it. */
function partsOf(statement: Statement): [string, Statement | undefined][] {
  const [actions, resources] = [listOf(statement.Action), listOf(statement.Resource)];
  const without = (
    field: 'Action' | 'Resource',
    all: readonly string[],
    one: string,
  ): Statement | undefined =>
    all.length > 1 ? { ...statement, [field]: all.filter((each) => each !== one) } : undefined;
  return [
    ...actions.map((action): [string, Statement | undefined] => [
      `${action} on ${resources.join(', ')}`,
      without('Action', actions, action),
    ]),
    ...(resources.length > 1 ? resources : []).map((resource): [string, Statement | undefined] => [
      `${actions.join(', ')} on ${resource}`,
      without('Resource', resources, resource),
    ]),
  ];
}
