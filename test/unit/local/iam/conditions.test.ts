import { conditionsHold } from '../../../../local/iam/conditions';
import type { Condition, ConditionContext } from '../../../../local/iam/policy';

const cases: [string, Condition, ConditionContext, boolean][] = [
  ['StringEquals, equal', { StringEquals: { k: 'a' } }, { k: 'a' }, true],
  ['StringEquals, one of several', { StringEquals: { k: ['b', 'a'] } }, { k: 'a' }, true],
  ['StringEquals, other case', { StringEquals: { k: 'A' } }, { k: 'a' }, false],
  ['StringEquals takes no wildcard', { StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
  ['StringEquals, absent', { StringEquals: { k: 'a' } }, {}, false],
  ['StringEqualsIfExists, absent', { StringEqualsIfExists: { k: 'a' } }, {}, true],
  ['StringEqualsIfExists, other', { StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
  ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { k: 'A' } }, { k: 'a' }, true],
  ['StringNotEquals, other', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'c' }, true],
  ['StringNotEquals, one of them', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
  ['StringNotEquals, absent', { StringNotEquals: { k: 'a' } }, {}, true],
  ['StringLike, wildcards', { StringLike: { k: 'l?ama/*' } }, { k: 'llama/x' }, true],
  ['StringLike, no match', { StringLike: { k: 'llama/*' } }, { k: 'llama' }, false],
  ['StringNotLike', { StringNotLike: { k: 'llama/*' } }, { k: 'qwen/' }, true],
  ['ArnEquals takes a wildcard', { ArnEquals: { k: 'arn:aws:x:::job/*' } }, { k: 'arn:aws:x:::job/1' }, true],
  ['ArnLike, other', { ArnLike: { k: 'arn:aws:x:::job/*' } }, { k: 'arn:aws:x:::model/1' }, false],
  ['ArnNotLike', { ArnNotLike: { k: 'arn:aws:x:::job/*' } }, { k: 'arn:aws:x:::model/1' }, true],
  ['Bool, JSON or text', { Bool: { k: true } }, { k: 'true' }, true],
  ['Bool, other', { Bool: { k: 'false' } }, { k: 'true' }, false],
  ['Null true, absent', { Null: { k: 'true' } }, {}, true],
  ['Null true, present', { Null: { k: true } }, { k: 'a' }, false],
  ['Null false, present', { Null: { k: 'false' } }, { k: 'a' }, true],
  ['ForAllValues, all', { 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'b'] }, true],
  ['ForAllValues, one more', { 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, false],
  ['ForAllValues, absent', { 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
  ['ForAnyValue, one', { 'ForAnyValue:StringEquals': { k: 'a' } }, { k: ['a', 'c'] }, true],
  ['ForAnyValue, none', { 'ForAnyValue:StringEquals': { k: 'a' } }, { k: ['b', 'c'] }, false],
  ['ForAnyValue, absent', { 'ForAnyValue:StringNotEquals': { k: 'a' } }, {}, false],
  ['keys without regard to case', { StringEquals: { 'AWS:tagkeys': 'a' } }, { 'aws:TagKeys': 'a' }, true],
  ['all keys have to agree', { StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'c' }, false],
  ['all operators have to agree', { StringEquals: { k: 'a' }, Null: { l: true } }, { k: 'a', l: 'c' }, false],
];

test.each(cases)('%s', (_, condition, context, holds) => {
  expect(conditionsHold(condition, context)).toBe(holds);
});

test('no condition holds for everything', () => {
  expect(conditionsHold(undefined, {})).toBe(true);
});

test.each(['IpAddress', 'ForSomeValues:StringEquals', 'NumericLessThan'])(
  'an operator that is not known is an error, and no verdict: %s',
  (operator) => {
    expect(() => conditionsHold({ [operator]: { k: '1' } }, { k: '1' })).toThrow(operator);
  },
);
