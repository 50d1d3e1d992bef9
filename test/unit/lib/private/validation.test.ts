import { App, Duration, Lazy, SecretValue, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  hasDynamicReference,
  isLiteral,
  validateNeedsVpc,
  validateKey,
  validateSeconds,
  validateText,
} from '../../../../lib/private/validation';

describe('validateSeconds', () => {
  const check = (duration: Duration): void => validateSeconds('wait', duration, 5, 60, '5 to 60 seconds');

  test('accepts both limits', () => {
    expect(() => check(Duration.seconds(5))).not.toThrow();
    expect(() => check(Duration.minutes(1))).not.toThrow();
  });

  test('names prop, rule and value', () => {
    expect(() => check(Duration.seconds(4))).toThrow(
      new Error("'wait' must be 5 to 60 seconds, in whole seconds, got: 4 seconds"),
    );
    expect(() => check(Duration.seconds(61))).toThrow(
      new Error("'wait' must be 5 to 60 seconds, in whole seconds, got: 1 minute 1 second"),
    );
  });

  test('rejects parts of a second', () => {
    expect(() => check(Duration.millis(5001))).toThrow(
      new Error("'wait' must be 5 to 60 seconds, in whole seconds, got: 5 seconds 1 milli"),
    );
  });

  test.each([undefined, null, 5, '5'])('rejects %p, which is no Duration', (value) => {
    expect(() => check(value as unknown as Duration)).toThrow(
      new Error(`'wait' must be a Duration, got: ${value}`),
    );
  });

  test('rejects tokens', () => {
    expect(() => check(Duration.seconds(Lazy.number({ produce: () => 5 })))).toThrow(
      new Error("'wait' must be known at synthesis, got a token"),
    );
  });
});

describe('validateText', () => {
  const rule = (text: string): string | undefined => (text === 'good' ? undefined : 'must be good');

  test('accepts what keeps the rule', () => {
    expect(() => validateText('text', 'good', rule)).not.toThrow();
  });

  test('names prop, rule and value', () => {
    expect(() => validateText('text', 'bad', rule)).toThrow(new Error("'text' must be good, got: 'bad'"));
  });

  test('leaves tokens to the deployment', () => {
    expect(() => validateText('text', Lazy.string({ produce: () => 'bad' }), rule)).not.toThrow();
  });

  test('rejects what is no text', () => {
    expect(() => validateText('text', 7 as unknown as string, rule)).toThrow(
      new Error("'text' must be a string, got: 7"),
    );
  });

  test.each(['{{resolve:ssm-secure:name}}', SecretValue.ssmSecure('name').unsafeUnwrap()])(
    'rejects a secure parameter: %s',
    (value) => {
      expect(() => validateText('text', value, rule)).toThrow(
        /^'text' cannot be a secure parameter, .*, got: '{{resolve:ssm-secure:name.*}}'$/,
      );
    },
  );
});

describe('a dynamic reference', () => {
  test.each([
    '{{resolve:ssm:name}}',
    's3://{{resolve:secretsmanager:name}}/',
    SecretValue.secretsManager('name').unsafeUnwrap(),
  ])('is seen in %s', (text) => {
    expect(hasDynamicReference(text)).toBe(true);
    expect(isLiteral(text)).toBe(false);
  });

  test.each(['name', '{{resolve}}'])('is not seen in %s', (text) => {
    expect(hasDynamicReference(text)).toBe(false);
    expect(isLiteral(text)).toBe(true);
  });

  test('is not what another token is', () => {
    expect(hasDynamicReference(Lazy.string({ produce: () => '{{resolve:ssm:name}}' }))).toBe(false);
  });
});

test('a look-up that is pending is no literal', () => {
  expect(isLiteral('dummy-value-for-/models/llama')).toBe(false);
});

test('an alias is no key', () => {
  const stack = new Stack(new App(), 'Stack');
  const alias = kms.Alias.fromAliasName(stack, 'Alias', 'alias/mine');
  const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/1');
  expect(() => validateKey('key', alias)).toThrow(
    /^'key' must be a key, not an alias of one, got: .+:alias\/mine$/,
  );
  expect(() => validateKey('key', key)).not.toThrow();
  expect(() => validateKey('key')).not.toThrow();
});

test.each(['vpcSubnets', 'securityGroups'])("'%s' needs a VPC", (prop) => {
  expect(() => validateNeedsVpc({ [prop]: [] })).toThrow(new Error(`'${prop}' can only be used with 'vpc'`));
  expect(() => validateNeedsVpc({ [prop]: [], vpc: {} })).not.toThrow();
  expect(() => validateNeedsVpc({})).not.toThrow();
});
