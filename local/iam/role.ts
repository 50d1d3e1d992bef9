import type { Statement } from './policy';

/** A statement of a role, and the policy that it stands in. */
export interface RoleStatement {
  /** The policy's name; for a managed policy its ARN. */
  readonly policy: string;
  readonly statement: Statement;
  /** When it came, in milliseconds since the epoch. @default - long ago */
  readonly since?: number;
}

/** A role: what its policies allow, what its boundary leaves of that, and who may assume it. */
export interface Role {
  readonly arn: string;
  readonly statements: readonly RoleStatement[];
  /** The statements of its permissions boundary. @default - no boundary */
  readonly boundary?: readonly Statement[];
  readonly trust: readonly Statement[];
}

/** What a session of a role calls itself in an error. */
export function sessionOf({ arn }: Role, session = 'session'): string {
  const [, partition, , , account] = arn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${arn.split('/').at(-1)}/${session}`;
}
