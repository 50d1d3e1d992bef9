import { matchesPattern } from './patterns';
import { listOf, type Condition, type ConditionContext } from './policy';

/** Whether the conditions of a statement hold for a request. */

type Comparison = (expected: string, actual: string) => boolean;

const equals: Comparison = (expected, actual) => expected === actual;
const equalsIgnoringCase: Comparison = (expected, actual) => expected.toLowerCase() === actual.toLowerCase();

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: matchesPattern,
  // IAM treats both alike: a wildcard counts in either.
  ArnEquals: matchesPattern,
  ArnLike: matchesPattern,
  Bool: equalsIgnoringCase,
};

/** An operator, taken apart: `ForAllValues:StringNotLikeIfExists`. */
interface Operator {
  readonly quantifier?: string;
  readonly comparison: Comparison;
  readonly isNegated: boolean;
  readonly ifExists: boolean;
}

/** All operators and all keys have to agree. */
export function conditionsHold(condition: Condition = {}, context: ConditionContext = {}): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) =>
      holds(operator, listOf<string | boolean>(expected).map(String), valuesOf(key, context)),
    ),
  );
}

function holds(name: string, expected: string[], actual: readonly string[] | undefined): boolean {
  if (name === 'Null') {
    return (actual === undefined) === (expected[0] === 'true');
  }
  const { quantifier, comparison, isNegated, ifExists } = parseOperator(name);
  if (actual === undefined) {
    return ifExists || quantifier === 'ForAllValues' || (isNegated && quantifier === undefined);
  }
  const matches = (value: string): boolean => expected.some((each) => comparison(each, value)) !== isNegated;
  return quantifier === 'ForAllValues' ? actual.every(matches) : actual.some(matches);
}

function parseOperator(name: string): Operator {
  const [, quantifier, base, ifExists] = /^(?:(\w+):)?(\w+?)(IfExists)?$/.exec(name)!;
  const comparison = COMPARISONS[base.replace('Not', '')];
  if (!comparison || (quantifier && !/^For(AllValues|AnyValue)$/.test(quantifier))) {
    throw new Error(`The condition operator ${name} is not known here`);
  }
  return { quantifier, comparison, isNegated: base.includes('Not'), ifExists: ifExists !== undefined };
}

/** Keys are compared without regard to case, the tag's key at their end included. */
function valuesOf(key: string, context: ConditionContext): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found && listOf(found[1]);
}
