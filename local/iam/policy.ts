/** What policies are made of, and what is asked of them. */

export type OneOrMany<T> = T | readonly T[];

/** A condition block: operator, then key, then the values of which one has to match. */
export type Condition = Readonly<Record<string, Readonly<Record<string, OneOrMany<string | boolean>>>>>;

/** Who a trust policy speaks of. */
export type Principal = '*' | Readonly<Record<string, OneOrMany<string>>>;

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Principal?: Principal;
  readonly Condition?: Condition;
}

export interface PolicyDocument {
  readonly Statement: OneOrMany<Statement>;
}

/** The values of a request's condition keys. A key that is not there has none. */
export type ConditionContext = Readonly<Record<string, OneOrMany<string>>>;

/** What somebody wants to do. */
export interface ActionRequest {
  /** `bedrock:GetModelImportJob` */
  readonly action: string;
  /** An ARN, or `*` for an action that has no resource types. */
  readonly resource: string;
  readonly context?: ConditionContext;
}

export function listOf<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** The statements of a policy, as its JSON has them. */
export function statementsOf(document: string | PolicyDocument): readonly Statement[] {
  const { Statement } = typeof document === 'string' ? (JSON.parse(document) as PolicyDocument) : document;
  return listOf(Statement);
}
