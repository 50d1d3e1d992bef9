import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct, IDependable } from 'constructs';
import { ValidationError } from '../validation';

/**
 * The characters that IAM allows in all inline policies of a role together, and in one managed policy. White space
 * does not count.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MAX_INLINE_CHARACTERS = 10_240;
export const MAX_MANAGED_CHARACTERS = 6_144;

/** How many managed policies a role has by default. */
export const MAX_MANAGED_POLICIES = 10;

/** What a policy has around its statements. */
const FRAME = 50;

/**
 * What a token counts that only the deployment knows: the ARN of a role with the longest name and a short path, or of
 * a key of the longest Region. The longest name of a bucket is shorter.
 */
const UNKNOWN = 105;
const KNOWN_LENGTHS: Record<string, number> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 10,
  'AWS::Region': 14,
  'AWS::URLSuffix': 16,
};

/** How many characters a statement takes in a deployed policy. */
export function charactersOf(scope: Construct, ...statements: iam.PolicyStatement[]): number {
  const stack = Stack.of(scope);
  return statements
    .map((statement) => lengthOf(stack.resolve(statement.toStatementJson())) + 1)
    .reduce((sum, next) => sum + next, 0);
}

function lengthOf(part: unknown): number {
  if (Array.isArray(part)) {
    return part.reduce((sum: number, each) => sum + lengthOf(each) + 1, 2);
  }
  if (typeof part !== 'object' || part === null) {
    return JSON.stringify(part).length;
  }
  const entries = Object.entries(part as Record<string, unknown>);
  const [key, value] = entries[0] ?? ['', ''];
  if (entries.length === 1 && key === 'Ref') {
    return KNOWN_LENGTHS[String(value)] ?? UNKNOWN;
  }
  if (entries.length === 1 && key === 'Fn::Join') {
    const [, parts] = value as [string, unknown[]];
    return parts.reduce((sum: number, each) => sum + lengthOf(each), 0);
  }
  if (entries.length === 1 && key.startsWith('Fn::')) {
    return UNKNOWN;
  }
  return entries.reduce((sum, [name, each]) => sum + name.length + 4 + lengthOf(each), 2);
}

/** Statements of one policy, where those that differ in their resources are one. */
class Statements {
  private readonly groups = new Map<string, iam.PolicyStatement>();

  constructor(
    private readonly scope: Construct,
    private readonly policy: iam.Policy | iam.ManagedPolicy,
    private free: number,
  ) {}

  /** Adds statements if all of them fit. */
  public add(statements: readonly iam.PolicyStatement[]): boolean {
    const added = statements.map((statement) => this.costOf(statement)).reduce((sum, next) => sum + next, 0);
    if (added > this.free) {
      return false;
    }
    this.free -= added;
    statements.forEach((statement) => this.merge(statement));
    return true;
  }

  private costOf(statement: iam.PolicyStatement): number {
    if (!this.groups.has(this.keyOf(statement))) {
      return charactersOf(this.scope, statement);
    }
    return lengthOf(Stack.of(this.scope).resolve(prefixesOf(statement) ?? statement.resources));
  }

  private merge(statement: iam.PolicyStatement): void {
    const key = this.keyOf(statement);
    const group = this.groups.get(key);
    const prefixes = prefixesOf(statement);
    if (group && prefixes) {
      const all = [...new Set([...prefixesOf(group)!, ...prefixes])];
      group.addCondition('StringLike', { 's3:prefix': all });
    } else if (group) {
      group.addResources(...statement.resources);
    } else {
      this.groups.set(key, statement);
      this.policy.addStatements(statement);
    }
  }

  /** Statements with one key become one: they differ in their resources only, or in the prefixes of one bucket. */
  private keyOf(statement: iam.PolicyStatement): string {
    const { actions, resources } = statement;
    const conditions = statement.conditions as Record<string, unknown>;
    const same = prefixesOf(statement) ? [conditions.StringEquals, resources] : [conditions];
    return JSON.stringify(Stack.of(this.scope).resolve([actions, ...same]));
  }
}

/** What of a bucket may be listed, where the statement says it. */
function prefixesOf({ conditions }: iam.PolicyStatement): string[] | undefined {
  const { StringLike } = conditions as { StringLike?: Record<string, string[]> };
  return StringLike?.['s3:prefix'];
}

interface PolicySpaceProps {
  /** The role. One that was made elsewhere has inline policies only. */
  readonly role: iam.IRole;
  /** A policy that takes the first statements, up to so many characters. */
  readonly inline?: { readonly policy: iam.Policy; readonly characters: number };
  /** What the IDs of managed policies begin with. */
  readonly idPrefix: string;
  readonly description: string;
}

/**
 * Space for the statements of a role that grow with the app: an inline policy, and then managed policies, each filled
 * up by characters before the next one is made.
 */
export class PolicySpace {
  private readonly spaces: { readonly statements: Statements; readonly policy: IDependable }[] = [];
  private managed = 0;

  constructor(
    private readonly scope: Construct,
    private readonly props: PolicySpaceProps,
  ) {
    const { inline, role } = props;
    if (inline) {
      const characters = role instanceof iam.Role ? inline.characters : Number.MAX_SAFE_INTEGER;
      this.spaces.push({
        policy: inline.policy,
        statements: new Statements(scope, inline.policy, characters),
      });
    }
    scope.node.addValidation({ validate: () => this.validate() });
  }

  /** Adds statements, and returns the policy that they stand in, all in one. */
  public add(...statements: iam.PolicyStatement[]): IDependable {
    const last = this.spaces.at(-1);
    if (last?.statements.add(statements)) {
      return last.policy;
    }
    const { role, idPrefix, description } = this.props;
    this.managed++;
    // eslint-disable-next-line cdk/no-variable-construct-id -- one for each that is full
    const policy = new iam.ManagedPolicy(this.scope, `${idPrefix}${this.managed}`, {
      description,
      roles: [role],
    });
    const space = new Statements(this.scope, policy, MAX_MANAGED_CHARACTERS - FRAME);
    this.spaces.push({ policy, statements: space });
    if (!space.add(statements)) {
      throw new ValidationError(
        `The permissions of one model must fit into a managed policy of ${MAX_MANAGED_CHARACTERS} characters, got: ${charactersOf(this.scope, ...statements)}`,
        this.scope.node.path,
      );
    }
    return policy;
  }

  private validate(): string[] {
    return this.managed <= MAX_MANAGED_POLICIES
      ? []
      : [
          `The permissions of ${this.props.role.node.path} must fit into ${MAX_MANAGED_POLICIES} managed policies, got: ${this.managed}; set 'preflight: false' on some models, use shorter prefixes, or distribute the models over several stacks`,
        ];
  }
}
