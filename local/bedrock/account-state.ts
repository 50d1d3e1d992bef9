import type { Dialect } from './dialect';
import type { Iam, JudgedRequest } from './iam/iam';
import type { ImportScript } from './import-job';
import type { Operation } from './inputs';
import type { Records } from './records';

/** What a caller may not do yet, or ever. */
export interface Denial {
  /** @default - every operation */
  readonly operation?: Operation;
  /** The access key ID of a signature, or whatever `perform` is given. @default - every caller */
  readonly caller?: string;
  /** When the permission arrives, in milliseconds since the epoch. @default Infinity */
  readonly until?: number;
}

/** What the operations know of the account that they are called on. */
export interface AccountState {
  readonly dialect: Dialect;
  /** The answers that have decided a response, each as `question=answer`. */
  readonly exercised: Set<string>;
  /** How many imported models the account may hold in a Region. */
  readonly modelQuota: number;
  /** How many items a page of a list has at most, unless a request says how many. */
  readonly pageSize: number;
  /** What callers and import roles may do. @default - everything */
  readonly iam?: Iam;
  /** Each request to the policies of a role that was judged. */
  readonly judged: JudgedRequest[];
  /** What callers may not do, whatever their policies say. */
  readonly denials: readonly Denial[];
  /** What is there, whatever the dialect lets see of it. */
  readonly records: Records;
  /** The time in milliseconds since the epoch. */
  readonly now: () => number;
  /** What the dialect's lags are multiplied with. */
  readonly lagScale: number;

  /** When a role was made, in milliseconds since the epoch. */
  birthOf(roleArn: string): number;

  /** Takes the script of the next import. */
  nextScript(): ImportScript;
}
