import { hasCompleted, hasEnded } from '../shared/bedrock';
import { isJobArn, physicalResourceId, requestOf } from '../shared/physical-id';
import { PROPAGATION } from '../shared/tolerance';
import type { Outcome, Waiting } from '../shared/worker';
import type { Context, Memory } from './context';
import { creationOf, fateOf, halfRolledBack, hasRolledBack, isRollingBack, type History } from './history';
import * as reasons from './reasons';
import {
  findByJob,
  goBack,
  hasEnded as isGone,
  isMarked,
  livingIn,
  mark,
  markedIn,
  nameCreation,
  nameJob,
  nameRequest,
  recordAsKnown,
  release,
  successorsOf,
  type ImportEntry,
  type ResourceRecord,
} from './record';
import { removeImport } from './remove';
import { fail } from './start';

type Step = Outcome<Memory>;

/** Seconds between two polls of what is removed after the answer. */
const AFTER_ANSWER_SECONDS = 60;

/**
 * Serves a Delete: records what it names, then removes everything that has to go. When the resource lives on in
 * another import, CloudFormation does not wait for jobs that nobody can stop: those are removed after the answer.
 */
export async function deleteModel(context: Context): Promise<Step> {
  if (!context.poll.memory.hasNamed) {
    const unnamed = await name(context);
    if (unnamed) {
      return unnamed;
    }
  }
  const step = await removeMarked(context);
  return { ...step, memory: { ...context.poll.memory, hasNamed: true } };
}

/** Records what the physical ID names. Undefined when that is done. */
async function name(context: Context): Promise<Step | undefined> {
  const id = physicalResourceId(context.event);
  const requestId = requestOf(id);
  if (requestId !== undefined) {
    await context.write((record) => nameRequest(record, requestId, context.now));
    return undefined;
  }
  return isJobArn(id) ? nameByJob(context, id) : nameByGeneratedId(context, id);
}

/** What CloudFormation generated an ID for. Without the stack's events nobody knows, and nothing is guessed. */
async function nameByGeneratedId(context: Context, id: string): Promise<Step | undefined> {
  const history = await context.history((events) => creationOf(events, id) !== undefined);
  const creation = creationOf(history, id);
  if (!creation) {
    return (
      context.tolerate('creation', PROPAGATION, `the stack's events to show which creation ${id} is of`) ??
      fail(reasons.creationNotShown(context.progress, id))
    );
  }
  await context.write((record) => nameCreation(record, creation, context.now));
  return undefined;
}

/**
 * What else goes with a job may depend on what the stack's events show: they are read only then, and the write sees
 * whether they were needed.
 */
async function nameByJob(context: Context, jobArn: string): Promise<Step | undefined> {
  const isNamed = await context.write((record) =>
    needsHistory(record, jobArn) ? undefined : nameJob(record, jobArn, context.now),
  );
  if (isNamed) {
    return undefined;
  }
  const unconfirmed = linkedTo(context.record, jobArn).filter(([, entry]) => isUnconfirmed(entry));
  const since = Math.min(context.now, ...unconfirmed.map(([, { requestedAt }]) => requestedAt));
  const history = await context.history((events) => events[0]?.at < since && hasOperation(events));
  const isDecided = await context.write((record) =>
    linkedTo(record, jobArn).some(([, entry]) => isUnconfirmed(entry) && fateIn(history, entry) === 'open')
      ? undefined
      : nameWithHistory(record, jobArn, history, context.now),
  );
  return isDecided
    ? undefined
    : (context.tolerate('fate', PROPAGATION, `the stack's events to show what became of ${jobArn}`) ??
        fail(reasons.fateNotShown(context.progress, jobArn)));
}

function needsHistory(record: ResourceRecord, jobArn: string): boolean {
  return linkedTo(record, jobArn).length > 0 || findByJob(record, jobArn)?.entry.adopted === true;
}

function hasOperation(history: History): boolean {
  return history.some(({ isOfStack, status }) => isOfStack && /^(?:CREATE|UPDATE)_IN_PROGRESS$/.test(status));
}

/** What is linked to an import by a replacement, and may have to go with it: only the stack's events show it. */
function linkedTo({ imports }: ResourceRecord, jobArn: string): [string, ImportEntry][] {
  const named = Object.values(imports).find((entry) => entry.jobArn === jobArn);
  return Object.entries(imports).filter(
    ([, entry]) =>
      entry.acknowledged &&
      !isMarked(entry) &&
      !isGone(entry) &&
      (entry.from === jobArn || (named !== undefined && named.from !== '' && named.from === entry.jobArn)),
  );
}

/** Whether an import was acknowledged, and the record does not know whether CloudFormation has recorded it. */
function isUnconfirmed({ acknowledged, recorded }: ImportEntry): boolean {
  return acknowledged === true && recorded !== true;
}

function fateIn(history: History, { requestedAt, jobArn }: ImportEntry): ReturnType<typeof fateOf> {
  return fateOf(history, requestedAt, jobArn!);
}

/**
 * What a Delete by a job ARN names, as the stack's events show: also what was acknowledged and CloudFormation never
 * recorded, and both ends of a rollback that did not come to an end. A model that was adopted in an operation that
 * is rolled back is left as it was.
 */
function nameWithHistory(
  record: ResourceRecord,
  jobArn: string,
  history: History,
  now: number,
): ResourceRecord {
  const found = findByJob(record, jobArn);
  if (found?.entry.adopted && isRollingBack(history)) {
    return release(record, found.id, now);
  }
  const replaced = halfRolledBack(history);
  const isHalf = ({ jobArn: other, from }: ImportEntry): boolean =>
    replaced !== undefined &&
    (replaced === jobArn ? other === found?.entry.from : other === replaced && from === jobArn);
  return linkedTo(record, jobArn).reduce(
    (named, [id, entry]) => {
      const fate = isUnconfirmed(entry) ? fateIn(history, entry) : 'recorded';
      const known = fate === 'recorded' ? recordAsKnown(named, id) : named;
      return fate === 'lost' || isHalf(entry)
        ? mark(known, id, 'CloudFormation has deleted the resource', now)
        : known;
    },
    nameJob(hasRolledBack(history) ? goBack(record, jobArn) : record, jobArn, now),
  );
}

/** Removes everything that has to go, whoever has marked it, but for what no successor has replaced yet. */
export async function removeMarked(context: Context): Promise<Step> {
  let later: Step | undefined;
  for (const [id, entry] of markedIn(context.record)) {
    const replaced = await isReplaced(context, entry);
    if (replaced === false) {
      // It stays until the next successor, or goes with the resource.
      continue;
    }
    if (replaced !== true) {
      later ??= replaced;
      continue;
    }
    const notYet = await removeImport(context, id);
    if (notYet) {
      return livingIn(context.record) && notYet.isForJob
        ? afterAnswer(context, notYet.waitsFor, notYet)
        : notYet;
    }
  }
  return later ?? { type: 'done' };
}

/**
 * No model is deleted before a successor has completed. Whether one has, or a step while that is open. What the
 * resource does not live on from has no successor, and is in nobody's way.
 */
async function isReplaced(context: Context, entry: ImportEntry): Promise<boolean | Step> {
  const successors = successorsOf(context.record, entry);
  for (const successor of successors) {
    const completed = await hasBeenCompleted(context, successor);
    if (completed !== false) {
      return completed;
    }
  }
  return successors.length === 0;
}

async function hasBeenCompleted(
  context: Context,
  { jobArn, importedModelName }: ImportEntry,
): Promise<boolean | Step> {
  const job = await context.bedrock.findJob(jobArn!);
  if (job) {
    return hasEnded(job)
      ? hasCompleted(job) || job.importedModelArn !== undefined
      : afterAnswer(context, `the end of job ${jobArn}, whose model replaces another`);
  }
  if (await context.bedrock.findModelOfJob(jobArn!, importedModelName || undefined)) {
    return true;
  }
  // It does not show yet, or its record is not kept any more: what is marked stays, rather than nothing.
  const waitsFor = `model import job ${jobArn}, which Bedrock does not show`;
  const waiting = context.tolerate('successor', PROPAGATION, waitsFor);
  return waiting ? afterAnswer(context, waitsFor, waiting) : false;
}

/** CloudFormation has its answer at once, and the execution goes on. */
function afterAnswer(context: Context, waitsFor: string, more?: Waiting<Memory>): Step {
  return context.poll.isAnswered
    ? context.wait(waitsFor, { ...more, withinSeconds: AFTER_ANSWER_SECONDS })
    : { type: 'done', goesOnAfter: AFTER_ANSWER_SECONDS };
}
