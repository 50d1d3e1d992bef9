import {
  CfnDynamicReference,
  CfnResource,
  Stack,
  Token,
  Tokenization,
  type Duration,
  type IResolveContext,
} from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, type IConstruct } from 'constructs';

/**
 * A prop that breaks a rule. Like the errors of the CDK it says which construct was given the prop, in its stack
 * trace and as `constructPath`.
 */
export class ValidationError extends Error {
  public readonly type = 'validation';
  public constructPath?: string;

  constructor(message: string, path?: string) {
    super(message);
    this.name = 'ValidationError';
    if (path !== undefined) {
      this.locate(path);
    }
  }

  /** Adds the path of the construct, unless it is known already. */
  public locate(path: string): this {
    if (this.constructPath === undefined) {
      this.constructPath = path;
      this.stack = `${this.stack}\nRelates to construct:\n    ${path}`;
    }
    return this;
  }
}

/** Runs what checks the props of a construct that is about to be created, so that its errors name the construct. */
export function validateFor<T>(scope: Construct, id: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof ValidationError ? error.locate(pathOf(scope, id)) : error;
  }
}

function pathOf(scope: Construct, id: string): string {
  return [scope.node.path, id].filter(Boolean).join('/');
}

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
    throw new ValidationError(`'${prop}' must be a Duration, got: ${String(duration)}`);
  }
  if (duration.isUnresolved()) {
    throw new ValidationError(`'${prop}' must be known at synthesis, got a token`);
  }
  const seconds = duration.toSeconds({ integral: false });
  if (seconds < min || seconds > max || !Number.isInteger(seconds)) {
    throw new ValidationError(
      `'${prop}' must be ${limits}, in whole seconds, got: ${duration.toHumanString()}`,
    );
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
    throw new ValidationError(`'${prop}' must be a string, got: ${String(value)}`);
  }
  const secure = written(value).find((part) => part.includes(SECURE_REFERENCE));
  if (secure) {
    throw new ValidationError(
      `'${prop}' cannot be a secure parameter, which CloudFormation gives to a few of its own resources only, got: '${secure}'`,
    );
  }
  const broken = isLiteral(value) ? rule(value) : undefined;
  if (broken) {
    throw new ValidationError(`'${prop}' ${broken}, got: '${value}'`);
  }
}

/**
 * Throws unless a value has what is read of it, for example when it is an L1 resource where permissions are granted
 * and more than an ARN is needed. Otherwise the template would say `undefined`.
 */
export function validateConstruct(prop: string, value: unknown, attribute: string, expected: string): void {
  if (value === undefined) {
    return;
  }
  // A caller in JavaScript or Python may pass anything.
  const found = (value as Record<string, unknown> | null)?.[attribute];
  if (typeof found !== 'string') {
    throw new ValidationError(`'${prop}' must be ${expected}, got: ${nameOf(value)}`);
  }
}

function nameOf(value: unknown): string {
  if (CfnResource.isCfnResource(value)) {
    return `the L1 resource ${value.node.path}`;
  }
  return Construct.isConstruct(value) ? value.node.path : String(value);
}

/** Throws when something is known to be in another Region than what uses it: `user` says what that is. */
export function validateRegion(
  prop: string,
  resource: IConstruct | undefined,
  region: string,
  user = 'stack',
): void {
  const own = resource && regionOf(resource);
  if (own !== undefined && isLiteral(region) && own !== region) {
    throw new ValidationError(`'${prop}' must be in the ${user}'s Region ${region}, got: ${own}`);
  }
}

/** The Region of a resource, where it is known at synthesis. */
export function regionOf(resource: IConstruct): string | undefined {
  const region =
    (resource as { readonly env?: { readonly region?: string } }).env?.region ?? Stack.of(resource).region;
  return isLiteral(region) ? region : undefined;
}

/** Throws unless a key can be granted on, or when it is an alias of one: permissions and jobs name keys by their own ARNs. */
export function validateKey(prop: string, key?: kms.IKey): void {
  validateConstruct(prop, key, 'keyArn', 'an L2 key such as kms.Key or kms.Key.fromCfnKey(…)');
  // An alias shows in its ARN also when the rest of it is a token.
  if (key?.keyArn.includes(':alias/')) {
    throw new ValidationError(`'${prop}' must be a key, not an alias of one, got: ${key.keyArn}`);
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
      throw new ValidationError(`'${prop}' can only be used with 'vpc'`);
    }
  }
}
