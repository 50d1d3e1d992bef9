import { bug, reason, said, whoRefuses } from '../../../../lambda/shared/reasons';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

test('a reason has its code first, then sentences', () => {
  expect(reason('TimedOut', 'It took long.', '', 'Wait.')).toBe('TimedOut: It took long. Wait.');
});

test('the words of a service are quoted, and cut where they are long', () => {
  const long = said({ name: 'ValidationException', message: 'x'.repeat(5000) });
  expect(long).toMatch(/^ValidationException, "x+…"$/);
  expect(Buffer.byteLength(long)).toBeLessThan(1100);
});

test('a refusal of KMS names the policy of the key, the key and each action once', () => {
  const message = `User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: kms:Decrypt on resource: ${KEY} because no resource-based policy allows the kms:Decrypt action, nor kms:CreateGrant`;
  const words = whoRefuses({ name: 'AccessDeniedException', message }, 'the role');
  expect(words).toContain(`Allow kms:Decrypt, kms:CreateGrant on ${KEY} in the key's own policy`);
  expect(words).toContain('allow it for the role');
  expect(words).not.toContain('service control policy');
});

test('a refusal of KMS that names no key tells of the key', () => {
  const message = 'not authorized to perform: kms:Decrypt';
  expect(whoRefuses({ name: 'AccessDeniedException', message }, 'the role')).toContain(
    "Allow kms:Decrypt on the key in the key's own policy",
  );
});

test('any other refusal names what else may deny it', () => {
  const words = whoRefuses({ name: 'AccessDeniedException', message: 'no' }, 'the role');
  expect(words).toMatch(/^Allow it for the role; a permissions boundary, a service control policy/);
});

test('a mistake of this library says that it is one', () => {
  expect(bug(new TypeError('x is not a function'))).toMatch(
    /^Bug: A bug in cdk-bedrock-model-import: TypeError, "x is not a function"\. Report it/,
  );
});
