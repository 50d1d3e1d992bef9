import { Token, type Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';

/** Throws unless a duration is a whole number of seconds between two limits. */
export function validateSeconds(
  prop: string,
  duration: Duration,
  min: number,
  max: number,
  limits: string,
): void {
  if (duration.isUnresolved()) {
    throw new Error(`'${prop}' must be known at synthesis, got a token`);
  }
  const seconds = duration.toSeconds({ integral: false });
  if (seconds < min || seconds > max || !Number.isInteger(seconds)) {
    throw new Error(`'${prop}' must be ${limits}, in whole seconds, got: ${duration.toHumanString()}`);
  }
}

/** Throws when a literal value breaks a rule. Tokens are checked where they are known: at deploy time. */
export function validateText(
  prop: string,
  value: string,
  rule: (literal: string) => string | undefined,
): void {
  if (Token.isUnresolved(value)) {
    return;
  }
  const broken = rule(value);
  if (broken) {
    throw new Error(`'${prop}' ${broken}, got: '${value}'`);
  }
}

/** Throws when a key is an alias of one: permissions and jobs name keys by their own ARNs. */
export function validateNoAlias(prop: string, key?: kms.IKey): void {
  // An alias shows in its ARN also when the rest of it is a token.
  if (key?.keyArn.includes(':alias/')) {
    throw new Error(`'${prop}' must be a key, not an alias of one`);
  }
}
