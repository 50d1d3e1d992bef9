import { isJobArn, requestOf } from '../shared/physical-id';

/**
 * What supersedes what: requests count in the order in which they were made, however Lambda delivers them.
 */

/** A request, as far as its place in the order goes. */
export interface Request {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly requestId: string;
  /** Absent on Create. */
  readonly physicalId?: string;
  /** Milliseconds since the epoch, a whole second. */
  readonly madeAt: number;
  /** Of a Delete whose ID CloudFormation invented: what was made since then lives. */
  readonly sparesSince?: number;
}

/**
 * The time of a request: what its URL says, and what is in the future counts as now. It is known to the
 * second only.
 */
export function timeOf(told: number | undefined, now: number): number {
  return Math.floor(Math.min(told ?? now, now) / 1000) * 1000;
}

/**
 * Whether a request makes another one obsolete, of the same resource. A Delete is for what its physical ID
 * names, and touches nothing else. In the same second it comes after what it names; of two other requests
 * neither comes first.
 */
export function supersedes(newer: Request, older: Request): boolean {
  return newer.type === 'Delete'
    ? isNamedBy(newer, older) && older.madeAt <= newer.madeAt
    : older.madeAt < newer.madeAt && !isForUnfinished(older);
}

/** Whether a physical ID is neither a job nor a request: CloudFormation invents one for a cancelled creation. */
export function isInvented(physicalId: string): boolean {
  return !isJobArn(physicalId) && requestOf(physicalId) === undefined;
}

function isNamedBy({ physicalId = '', sparesSince = Infinity }: Request, other: Request): boolean {
  if (other.type === 'Delete') {
    return false;
  }
  const isItsRequest = requestOf(physicalId) === other.requestId;
  return (
    isItsRequest || physicalId === other.physicalId || (isInvented(physicalId) && other.madeAt < sparesSince)
  );
}

/** A Delete of what one failed request has left cannot hurt any other. */
function isForUnfinished({ type, physicalId = '' }: Request): boolean {
  return type === 'Delete' && requestOf(physicalId) !== undefined;
}
