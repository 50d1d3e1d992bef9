/**
 * What is recorded of one resource: which request is the newest, and what each has imported. It is one item of a
 * table, and every change is one conditional write: these functions say what it becomes, or `undefined` where the
 * change may not happen any more. Nothing about order or ownership is inferred from lists, tags or timing.
 *
 * The life of an import:
 *
 *     (none) ─ begin ─▶ starting ─ start ─▶ started ─ markRemoved ─▶ removed
 *        ▲                 │ withdraw: refused, or the call came to nothing
 *        └─────────────────┴──────────────────────────────────────▶ cancelled (marked)
 */
export interface ResourceRecord {
  /** The newest Create or Update that came. */
  readonly newest?: { readonly requestId: string; readonly requestedAt: number };
  /** The job ARN that was sent to CloudFormation last, or is about to be. */
  readonly current?: string;
  /** Creates that were requested no later than this start nothing, in milliseconds since the epoch. */
  readonly barred?: number;
  /** By the ID of the request that made it, or by the ARN of a job that no request recorded here has started. */
  readonly imports: Readonly<Record<string, ImportEntry>>;
}

/** One import. Times are in milliseconds since the epoch. */
export interface ImportEntry {
  readonly state: 'starting' | 'started' | 'removed' | 'cancelled';
  /** When the request was made that it is of. */
  readonly requestedAt: number;
  /** The physical ID that the request came with, empty for a Create: what this import replaces. */
  readonly from: string;
  /** A hash of what defines the model. */
  readonly definition: string;
  readonly jobName: string;
  readonly importedModelName: string;
  /** When the last call to start the job began. */
  readonly startingAt: number;
  readonly jobArn?: string;
  /** Whether the job was adopted, and not started here. */
  readonly adopted?: true;
  /** Whether SUCCESS with its ARN was sent to CloudFormation, or is about to be. */
  readonly acknowledged?: true;
  /** Whether the stack's events show that CloudFormation has recorded it. */
  readonly recorded?: true;
  /** Why it has to go. */
  readonly remove?: string;
  /** When it was removed or cancelled. */
  readonly endedAt?: number;
}

/** A Create or an Update, as far as the record goes. */
export interface Claimant {
  readonly requestId: string;
  readonly requestedAt: number;
  /** The physical ID that it comes with, empty for a Create. */
  readonly from: string;
}

export const EMPTY: ResourceRecord = { imports: {} };

/** How long what has ended is kept, for requests that are delivered late. */
const KEPT_MS = 24 * 3600 * 1000;

/** How many imports that CloudFormation has are kept: their definitions serve rollbacks. An item holds 400 KB. */
const MAX_KEPT = 200;

/**
 * Why a request does not count any more: a newer one came, a Delete cancelled it or barred it, or a Delete has
 * named the ID that it comes with. Undefined while it counts.
 */
export function whySuperseded(
  { newest, barred = -Infinity, imports }: ResourceRecord,
  { requestId, requestedAt, from }: Claimant,
): string | undefined {
  const own = imports[requestId];
  if (own?.state === 'cancelled' || own?.state === 'removed' || own?.remove !== undefined) {
    return own.remove ?? 'its import was cancelled';
  }
  if (from === '' && requestedAt <= barred) {
    return 'CloudFormation has deleted what this request was to create';
  }
  if (from !== '' && Object.values(imports).some((each) => each.jobArn === from && isMarked(each))) {
    return `CloudFormation has deleted ${from}`;
  }
  return newest && newest.requestId !== requestId && newest.requestedAt > requestedAt
    ? `request ${newest.requestId} of the same resource is newer`
    : undefined;
}

/** Whether a request is the newest one, and counts. Each of its writes depends on it. */
export function isCurrent(record: ResourceRecord, claimant: Claimant): boolean {
  return record.newest?.requestId === claimant.requestId && whySuperseded(record, claimant) === undefined;
}

/** Another request of the same second, which only the stack's events can put in order. */
export function rivalOf({ newest }: ResourceRecord, { requestId, requestedAt }: Claimant): boolean {
  return newest !== undefined && newest.requestId !== requestId && newest.requestedAt === requestedAt;
}

/** A Create or Update makes itself the newest. What was there before a Create is not the resource's any more. */
export function claim(record: ResourceRecord, claimant: Claimant): ResourceRecord | undefined {
  const { requestId, requestedAt, from } = claimant;
  const current = from === '' ? undefined : record.current;
  return whySuperseded(record, claimant) === undefined
    ? { ...record, newest: { requestId, requestedAt }, current }
    : undefined;
}

/** Immediately before each call that starts the job. */
export function begin(
  record: ResourceRecord,
  claimant: Claimant,
  names: Pick<ImportEntry, 'definition' | 'jobName' | 'importedModelName'>,
  now: number,
): ResourceRecord | undefined {
  const { requestId, requestedAt, from } = claimant;
  return isCurrent(record, claimant) && record.imports[requestId] === undefined
    ? put(record, requestId, { state: 'starting', requestedAt, from, ...names, startingAt: now })
    : undefined;
}

/** Takes over a job that exists. */
export function adopt(
  record: ResourceRecord,
  claimant: Claimant,
  names: Pick<ImportEntry, 'definition' | 'jobName' | 'importedModelName' | 'jobArn'>,
  now: number,
): ResourceRecord | undefined {
  const begun = begin(record, claimant, names, now);
  return (
    begun && change(begun, claimant.requestId, { state: 'started', jobArn: names.jobArn, adopted: true })
  );
}

/** The job has started, whatever has been decided about it since. */
export function start(record: ResourceRecord, id: string, jobArn: string): ResourceRecord {
  return change(record, id, { state: 'started', jobArn });
}

/** No job was started: the next call may, unless a Delete has named the import since. */
export function withdraw(record: ResourceRecord, id: string, now: number): ResourceRecord {
  if (isMarked(record.imports[id])) {
    return end(record, id, 'cancelled', now);
  }
  const others = Object.entries(record.imports).filter(([other]) => other !== id);
  return { ...record, imports: Object.fromEntries(others) };
}

/** Immediately before SUCCESS with a job ARN is sent to CloudFormation. */
export function acknowledge(
  record: ResourceRecord,
  claimant: Claimant,
  jobArn: string,
): ResourceRecord | undefined {
  const found = findByJob(record, jobArn);
  if (!isCurrent(record, claimant) || !found || isMarked(found.entry)) {
    return undefined;
  }
  return { ...change(record, found.id, { acknowledged: true }), current: jobArn };
}

/** The stack's events show that CloudFormation has recorded an import. */
export function recordAsKnown(record: ResourceRecord, id: string): ResourceRecord {
  return change(record, id, { acknowledged: true, recorded: true });
}

/** What the resource had before there was a record of it: the definition is that of the old properties. */
export function learn(record: ResourceRecord, jobArn: string, definition: string): ResourceRecord {
  return findByJob(record, jobArn)
    ? record
    : put(record, jobArn, {
        ...unknownImport(jobArn),
        definition,
        acknowledged: true,
        recorded: true,
      });
}

/** An import has to go. A model that was adopted by a request which came to nothing is left as it was. */
export function mark(record: ResourceRecord, id: string, why: string, now: number): ResourceRecord {
  const entry = record.imports[id];
  if (!entry || isMarked(entry) || hasEnded(entry)) {
    return record;
  }
  return entry.adopted && !entry.recorded ? release(record, id, now) : change(record, id, { remove: why });
}

/** The resource does not own an import any more, whose model stays. */
export function release(record: ResourceRecord, id: string, now: number): ResourceRecord {
  return change(record, id, { state: 'removed', endedAt: now });
}

/** The import is gone: removed, or never started. */
export function end(
  record: ResourceRecord,
  id: string,
  state: 'removed' | 'cancelled',
  now: number,
): ResourceRecord {
  return change(record, id, { state, endedAt: now });
}

/** A Delete names the import of a failed create by the ID of its request: it must not start either. */
export function nameRequest(record: ResourceRecord, requestId: string, now: number): ResourceRecord {
  const cancelled: ImportEntry = { ...unknownImport(), state: 'cancelled', endedAt: now };
  return record.imports[requestId]
    ? mark(record, requestId, DELETED, now)
    : put(record, requestId, cancelled);
}

/**
 * A Delete names an import by the ARN of its job, also one that is not recorded here, and with it what came with
 * this ARN and was never acknowledged.
 */
export function nameJob(record: ResourceRecord, jobArn: string, now: number): ResourceRecord {
  const known = learn(record, jobArn, '');
  const { id } = findByJob(known, jobArn)!;
  const orphans = Object.entries(record.imports).filter(
    ([, { from, acknowledged }]) => from === jobArn && !acknowledged,
  );
  return [id, ...orphans.map(([orphan]) => orphan)].reduce(
    (named, each) => mark(each === id ? recordAsKnown(named, id) : named, each, DELETED, now),
    known,
  );
}

/** The stack has gone back from an import without a request: the resource lives on in what came before it. */
export function goBack(record: ResourceRecord, jobArn: string): ResourceRecord {
  if (record.current !== jobArn) {
    return record;
  }
  let before = findEntry(record, findEntry(record, jobArn)?.from);
  while (before && isGoing(before)) {
    before = findEntry(record, before.from);
  }
  return { ...record, current: before?.jobArn };
}

/**
 * A Delete by a generated ID names the creation that CloudFormation has cancelled, between two times: what it
 * started, what any earlier Create started and never acknowledged, and whatever is delivered late.
 */
export function nameCreation(
  record: ResourceRecord,
  { began, ended }: { readonly began: number; readonly ended: number },
  now: number,
): ResourceRecord {
  const barred = Math.max(record.barred ?? 0, ended);
  const named = Object.entries(record.imports).filter(
    ([id, { from, requestedAt, acknowledged, recorded, jobArn }]) =>
      from === '' &&
      id !== jobArn &&
      requestedAt <= ended &&
      (!acknowledged || (requestedAt >= began && !recorded)),
  );
  return named.reduce<ResourceRecord>((marked, [id]) => mark(marked, id, DELETED, now), {
    ...record,
    barred,
  });
}

const DELETED = 'CloudFormation has deleted the resource';

function unknownImport(jobArn?: string): ImportEntry {
  const names = { definition: '', jobName: '', importedModelName: '' };
  return { state: 'started', requestedAt: 0, from: '', ...names, startingAt: 0, jobArn };
}

/** The imports that have to go, and are not gone. */
export function markedIn({ imports }: ResourceRecord): [id: string, entry: ImportEntry][] {
  return Object.entries(imports).filter(([, entry]) => isMarked(entry) && !hasEnded(entry));
}

/**
 * What the resource lives on in: the import whose ARN was sent to CloudFormation last, or what that would have
 * replaced when CloudFormation has not recorded it. Undefined when that has to go, too.
 */
export function livingIn(record: ResourceRecord): ImportEntry | undefined {
  let entry = findEntry(record, record.current);
  while (entry && isGoing(entry) && !entry.recorded) {
    entry = findEntry(record, entry.from);
  }
  return entry && !isGoing(entry) ? entry : undefined;
}

function findEntry(record: ResourceRecord, jobArn?: string): ImportEntry | undefined {
  return jobArn ? findByJob(record, jobArn)?.entry : undefined;
}

function isGoing(entry: ImportEntry): boolean {
  return isMarked(entry) || hasEnded(entry);
}

/**
 * What came after an import on the way to what the resource lives on in, the newest first:
 * `living (from B) ─▶ B (from the import)`.
 */
export function successorsOf(record: ResourceRecord, { jobArn }: ImportEntry): ImportEntry[] {
  const after: ImportEntry[] = [];
  let each = livingIn(record);
  while (each && each.jobArn !== jobArn && !after.includes(each)) {
    after.push(each);
    each = findByJob(record, each.from)?.entry;
  }
  return each?.jobArn === jobArn ? after.filter((one) => !hasEnded(one)) : [];
}

export function findByJob(
  { imports }: ResourceRecord,
  jobArn: string,
): { readonly id: string; readonly entry: ImportEntry } | undefined {
  // A job that was retained and adopted again stands here twice.
  const [found] = Object.entries(imports)
    .filter(([, entry]) => entry.jobArn === jobArn)
    .sort(([, one], [, other]) => other.requestedAt - one.requestedAt);
  return found && { id: found[0], entry: found[1] };
}

/**
 * The import with a definition among those that led to a physical ID, each replacing the one before:
 * `C (from B) ─▶ B (from A) ─▶ A`.
 */
export function findBefore(
  record: ResourceRecord,
  physicalId: string,
  definition: string,
): ImportEntry | undefined {
  const seen = new Set<string>();
  let from = findByJob(record, physicalId)?.entry.from ?? '';
  while (from !== '' && !seen.has(from)) {
    seen.add(from);
    const before = findByJob(record, from)?.entry;
    if (before?.definition === definition && !isMarked(before) && !hasEnded(before)) {
      return before;
    }
    from = before?.from ?? '';
  }
  return undefined;
}

export function isMarked({ remove }: ImportEntry): boolean {
  return remove !== undefined;
}

export function hasEnded({ state }: ImportEntry): boolean {
  return state === 'removed' || state === 'cancelled';
}

/** The record without what nobody can ask for any more: what ended a day ago, and the oldest for size. */
export function prune(record: ResourceRecord, now: number): ResourceRecord {
  const kept = Object.entries(record.imports)
    .filter(([, { endedAt = now }]) => now - endedAt < KEPT_MS)
    .sort(([, one], [, other]) => other.requestedAt - one.requestedAt)
    .filter(([, entry], index) => index < MAX_KEPT || !entry.acknowledged || isMarked(entry));
  return { ...record, imports: Object.fromEntries(kept) };
}

/** When the record may go, in milliseconds since the epoch. Undefined while there is an import. */
export function expiresAt({ imports }: ResourceRecord, now: number): number | undefined {
  return Object.values(imports).every(hasEnded) ? now + KEPT_MS : undefined;
}

function put(record: ResourceRecord, id: string, entry: ImportEntry): ResourceRecord {
  return { ...record, imports: { ...record.imports, [id]: entry } };
}

function change(record: ResourceRecord, id: string, changes: Partial<ImportEntry>): ResourceRecord {
  return put(record, id, { ...record.imports[id], ...changes });
}
