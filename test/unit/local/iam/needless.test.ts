import { needlessParts, refusedWithout } from '../../../../local/iam/needless';
import { allow, roleWith } from '../../../support/iam';

const call = (action: string, resource = '*'): { action: string; resource: string } => ({ action, resource });

test('what a call needs is not needless', () => {
  const role = roleWith('role', [allow(['a:Get', 'a:Put'], ['x', 'y'])]);
  expect(needlessParts(role, [call('a:Get', 'x'), call('a:Put', 'y')])).toEqual([]);
});

test('an action, a resource or a statement that no call needs is', () => {
  const role = roleWith('role', [allow(['a:Get', 'a:Put'], ['x', 'y']), allow('a:List', '*')]);
  expect(needlessParts(role, [call('a:Get', 'x')])).toEqual([
    'a:Put on x, y',
    'a:Get, a:Put on y',
    'a:List on *',
  ]);
});

test('so is what another statement allows as well', () => {
  const role = roleWith('role', [allow('a:Get', 'x'), allow('a:*', '*')]);
  expect(needlessParts(role, [call('a:Get', 'x'), call('a:Put', 'y')])).toEqual(['a:Get on x']);
});

test('a call that was refused needs nothing, and a Deny is left alone', () => {
  const role = roleWith('role', [allow('a:Get', '*'), { Effect: 'Deny', Action: 'a:Get', Resource: '*' }]);
  expect(needlessParts(role, [call('a:Get')])).toEqual(['a:Get on *']);
});

test('what is refused without a statement names the action', () => {
  const role = roleWith('role', [allow('a:Get', '*'), allow('a:Put', '*')]);
  const calls = [call('a:Get'), call('a:Put', 'x')];
  expect(refusedWithout(role, role.statements[1], calls)).toEqual(['a:Put on x']);
});
