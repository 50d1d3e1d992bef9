import { conditionsHold } from './conditions';
import { matchesAction, matchesPattern } from './patterns';
import { listOf, type ActionRequest, type Statement } from './policy';
import type { Role } from './role';

/** What a role's policies say of a request. */
export type Verdict = 'allowed' | 'denied explicitly' | 'not allowed' | 'not allowed by the boundary';

/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(
  { statements, boundary }: Omit<Role, 'arn' | 'trust'>,
  request: ActionRequest,
): Verdict {
  const own = statements.map(({ statement }) => statement);
  const speaks = (policy: readonly Statement[], effect: Statement['Effect']): boolean =>
    policy.some((statement) => statement.Effect === effect && applies(statement, request));
  if (speaks([...own, ...(boundary ?? [])], 'Deny')) {
    return 'denied explicitly';
  }
  if (!speaks(own, 'Allow')) {
    return 'not allowed';
  }
  return boundary && !speaks(boundary, 'Allow') ? 'not allowed by the boundary' : 'allowed';
}

/** Whether a statement is about a request. */
export function applies(statement: Statement, { action, resource, context }: ActionRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  return (
    isNamed(matchesAction, action, Action, NotAction) &&
    isNamed(matchesPattern, resource, Resource, NotResource) &&
    conditionsHold(Condition, context)
  );
}

/** Whether a value is among those named, or is not among those excepted. */
function isNamed(
  matches: (pattern: string, value: string) => boolean,
  value: string,
  named: Statement['Action'],
  excepted: Statement['NotAction'],
): boolean {
  const isIn = (patterns: readonly string[]): boolean => patterns.some((pattern) => matches(pattern, value));
  return excepted === undefined ? isIn(listOf(named)) : !isIn(listOf(excepted));
}
