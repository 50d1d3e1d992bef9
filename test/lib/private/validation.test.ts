import { Duration, Lazy } from 'aws-cdk-lib';
import { validateSeconds, validateText } from '../../../lib/private/validation';

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
});
