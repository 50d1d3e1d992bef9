import { evaluate } from '../../../../local/iam/evaluate';
import type { ActionRequest, Statement } from '../../../../local/iam/policy';
import { allow, roleWith } from '../../../support/iam';

const GET: ActionRequest = { action: 's3:GetObject', resource: 'arn:aws:s3:::weights/llama/config.json' };

const verdict = (statements: Statement[], request = GET, boundary?: Statement[]): string =>
  evaluate(roleWith('role', statements, { boundary }), request);

test('nothing is allowed that no statement allows', () => {
  expect(verdict([])).toBe('not allowed');
  expect(verdict([allow('s3:PutObject', '*')])).toBe('not allowed');
  expect(verdict([allow('s3:GetObject', 'arn:aws:s3:::other/*')])).toBe('not allowed');
});

test('one statement that names action and resource is enough', () => {
  expect(verdict([allow('s3:PutObject', '*'), allow(['s3:ListBucket', 's3:GetObject'], '*')])).toBe(
    'allowed',
  );
});

test('a Deny counts more than any Allow, wherever it stands', () => {
  const deny: Statement = { Effect: 'Deny', Action: 's3:Get*', Resource: '*' };
  expect(verdict([deny, allow('s3:*', '*')])).toBe('denied explicitly');
  expect(verdict([allow('s3:*', '*'), deny])).toBe('denied explicitly');
});

test.each([
  ['*', true],
  ['s3:*', true],
  ['s3:Get?bject', true],
  ['S3:getobject', true],
  ['s3:Get', false],
  ['s3:GetObject?', false],
  ['s3.GetObject', false],
])('the action %s matches s3:GetObject: %s', (action, matches) => {
  expect(verdict([allow(action, '*')])).toBe(matches ? 'allowed' : 'not allowed');
});

test.each([
  ['arn:aws:s3:::weights/*', true],
  ['arn:aws:s3:::weights/llama/config.jso?', true],
  ['arn:aws:s3:::*/config.json', true],
  ['arn:aws:s3:::WEIGHTS/*', false],
  ['arn:aws:s3:::weights', false],
  ['arn.aws:s3:::weights/*', false],
])('the resource %s matches the object: %s', (resource, matches) => {
  expect(verdict([allow('s3:GetObject', resource)])).toBe(matches ? 'allowed' : 'not allowed');
});

test('NotAction and NotResource except what they name', () => {
  const except = (NotAction: string): Statement => ({ Effect: 'Allow', NotAction, Resource: '*' });
  expect(verdict([except('s3:Put*')])).toBe('allowed');
  expect(verdict([except('s3:Get*')])).toBe('not allowed');
  const beside = (NotResource: string): Statement => ({ Effect: 'Allow', Action: '*', NotResource });
  expect(verdict([beside('arn:aws:s3:::other/*')])).toBe('allowed');
  expect(verdict([beside('arn:aws:s3:::weights/*')])).toBe('not allowed');
});

test('a statement whose condition does not hold says nothing', () => {
  const onlyLlama = allow('s3:ListBucket', '*', { StringLike: { 's3:prefix': 'llama/*' } });
  const list = (prefix: string): ActionRequest => ({
    action: 's3:ListBucket',
    resource: 'arn:aws:s3:::weights',
    context: { 's3:prefix': prefix },
  });
  expect(verdict([onlyLlama], list('llama/'))).toBe('allowed');
  expect(verdict([onlyLlama], list('qwen/'))).toBe('not allowed');
  expect(verdict([allow('s3:*', '*'), { ...onlyLlama, Effect: 'Deny' }], list('qwen/'))).toBe('allowed');
});

test('a boundary allows nothing by itself, and nothing is allowed beyond it', () => {
  const inner = [allow('s3:GetObject', '*')];
  expect(verdict(inner, GET, [allow('s3:*', '*')])).toBe('allowed');
  expect(verdict(inner, GET, [allow('bedrock:*', '*')])).toBe('not allowed by the boundary');
  expect(verdict([], GET, [allow('s3:*', '*')])).toBe('not allowed');
  expect(verdict(inner, GET, [allow('*', '*'), { Effect: 'Deny', Action: 's3:*', Resource: '*' }])).toBe(
    'denied explicitly',
  );
});
