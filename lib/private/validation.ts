import { CfnDynamicReference, Token, Tokenization, type Duration, type IResolveContext } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';

/** What stands for a value until the CLI has looked it up. */
const PENDING_LOOKUP = 'dummy-value-for-';

/** What CloudFormation replaces when it deploys, and takes in any property. */
const DYNAMIC_REFERENCE = /\{\{resolve:(?:ssm|secretsmanager):/;
/** What it takes in a few properties of its own resources. */
const SECURE_REFERENCE = '{{resolve:ssm-secure:';

/** Whether a text is what it will be: not a token, nor a lookup that is pending, nor a dynamic reference. */
export function isLiteral(text: string): boolean {
  return !Token.isUnresolved(text) && !text.includes(PENDING_LOOKUP) && !hasDynamicReference(text);
}

/** Whether CloudFormation will replace a part of the text, which its functions do not see replaced. */
export function hasDynamicReference(text: string): boolean {
  return written(text).some((part) => DYNAMIC_REFERENCE.test(part));
}

/** The text, and those of its tokens that are dynamic references. */
function written(text: string): string[] {
  const references = Tokenization.reverseString(text).tokens.filter(
    (token) => token instanceof CfnDynamicReference,
  );
  return [text, ...references.map((token) => String(token.resolve({} as IResolveContext)))];
}

/** Throws unless a duration is a whole number of seconds between two limits. */
export function validateSeconds(
  prop: string,
  duration: Duration,
  min: number,
  max: number,
  limits: string,
): void {
  // A caller in JavaScript may pass anything.
  if (typeof (duration as Partial<Duration> | null)?.toSeconds !== 'function') {
    throw new Error(`'${prop}' must be a Duration, got: ${String(duration)}`);
  }
  if (duration.isUnresolved()) {
    throw new Error(`'${prop}' must be known at synthesis, got a token`);
  }
  const seconds = duration.toSeconds({ integral: false });
  if (seconds < min || seconds > max || !Number.isInteger(seconds)) {
    throw new Error(`'${prop}' must be ${limits}, in whole seconds, got: ${duration.toHumanString()}`);
  }
}

/** Throws when a text breaks a rule. What is not a literal yet is checked where it is: later. */
export function validateText(
  prop: string,
  value: string,
  rule: (literal: string) => string | undefined,
): void {
  // A caller in JavaScript may pass anything.
  if (typeof (value as unknown) !== 'string') {
    throw new Error(`'${prop}' must be a string, got: ${String(value)}`);
  }
  const secure = written(value).find((part) => part.includes(SECURE_REFERENCE));
  if (secure) {
    throw new Error(
      `'${prop}' cannot be a secure parameter, which CloudFormation gives to a few of its own resources only, got: '${secure}'`,
    );
  }
  const broken = isLiteral(value) ? rule(value) : undefined;
  if (broken) {
    throw new Error(`'${prop}' ${broken}, got: '${value}'`);
  }
}

/** Throws when a key is an alias of one: permissions and jobs name keys by their own ARNs. */
export function validateNoAlias(prop: string, key?: kms.IKey): void {
  // An alias shows in its ARN also when the rest of it is a token.
  if (key?.keyArn.includes(':alias/')) {
    throw new Error(`'${prop}' must be a key, not an alias of one, got: ${key.keyArn}`);
  }
}

/** Throws when there is something for a VPC, and no VPC. */
export function validateNeedsVpc(props: {
  readonly vpc?: unknown;
  readonly vpcSubnets?: unknown;
  readonly securityGroups?: unknown;
}): void {
  for (const prop of ['vpcSubnets', 'securityGroups'] as const) {
    if (props[prop] && !props.vpc) {
      throw new Error(`'${prop}' can only be used with 'vpc'`);
    }
  }
}
