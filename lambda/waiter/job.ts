import { hasCompleted, hasEnded, type Job } from '../shared/bedrock';
import {
  isAbsent,
  isClientError,
  isConstraintViolation,
  isUnreached,
  type ServiceError,
} from '../shared/errors';
import { APPEARANCE, PROPAGATION, UNREACHED, type Tolerance } from '../shared/tolerance';
import type { Observation } from './bedrock';
import { ignore, isWithin, tolerateMore, type Verdict, type WaitContext } from './context';
import * as reasons from './reasons';
import type { Wait } from './reasons';

/** How long after its end a completed job may not name its model. */
const UNNAMED_SECONDS = 600;

/** The least pause before the next look at a completed job that does not name its model yet. */
const UNNAMED_PAUSE_SECONDS = 2;

/**
 * How long after the time is up a poll that learned nothing of the job is repeated, and how soon, unless the job was
 * never there to be seen.
 */
const LAST_ERRORS_SECONDS = 60;
const LAST_ERRORS_PAUSE_SECONDS = 5;

/** What an observation of the job means, or that the next link continues. */
export type JobVerdict = Verdict<Job> | { readonly type: 'continue' } | NotKept;

/** Bedrock does not show the job that the resource has: its record may not be kept any more. */
export interface NotKept {
  readonly type: 'not kept';
  readonly tolerance: Tolerance;
}

/** Judges one observation of the job. Pure: no clock, no client. */
export function judgeJob(observation: Observation<Job>, context: WaitContext): JobVerdict {
  const verdict =
    'answer' in observation ? ofJob(observation.answer, context) : ofError(observation.error, context);
  if (verdict.type !== 'wait' || context.remainingSeconds > 0) {
    return verdict;
  }
  const { tolerance } = verdict;
  if (tolerance?.kind === 'unreached') {
    return { type: 'fail', reason: reasons.neverReached(context.wait, tolerance) };
  }
  if (context.continues) {
    return { type: 'continue' };
  }
  if (tolerance?.kind === 'absent' && context.keepsJob) {
    return { type: 'not kept', tolerance };
  }
  const isExplained = tolerance !== undefined && !context.memory.wasSeen;
  // An error in that moment must not fail a deployment whose job has completed.
  if ('error' in observation && !isExplained && context.remainingSeconds > -LAST_ERRORS_SECONDS) {
    return { ...verdict, withinSeconds: LAST_ERRORS_PAUSE_SECONDS };
  }
  return { type: 'fail', reason: reasonAtTheEnd(tolerance, context) };
}

function ofJob(job: Job, context: WaitContext): Verdict<Job> {
  const status: string = job.status ?? 'none';
  if (status === 'Failed') {
    return { type: 'fail', reason: reasons.jobFailed(context.wait, job.failureMessage) };
  }
  if (!hasEnded(job)) {
    const warning = status === 'InProgress' ? undefined : `Unknown job status: ${status}`;
    return { type: 'wait', waitsFor: `status ${status}`, warning };
  }
  const verdict = ofEndedJob(job, context);
  return hasCompleted(job) || verdict.type === 'fail'
    ? verdict
    : { ...verdict, warning: `Unknown job status of a job that has ended: ${status}` };
}

function ofEndedJob(job: Job, context: WaitContext): Verdict<Job> {
  const missing = (['jobArn', 'importedModelArn'] as const).filter((field) => !job[field]);
  // What the resource has already is not failed by what is found out about its model.
  if (missing.length === 0 || (context.keepsJob && isOver(job, context))) {
    return { type: 'go on', with: job };
  }
  const message = missing.join(' and ');
  const waiting = tolerateMore(context, 'unnamed', { name: 'IncompleteJob', message });
  const seconds = job.endTime ? (context.now - job.endTime.getTime()) / 1000 : waiting.tolerance.seconds;
  return seconds < UNNAMED_SECONDS
    ? {
        ...waiting,
        waitsFor: `job completed, waiting for its ${message}`,
        // Soon, and then less and less often.
        withinSeconds: Math.max(UNNAMED_PAUSE_SECONDS, waiting.tolerance.seconds),
      }
    : { type: 'fail', reason: reasons.modelNotNamed(context.wait, message) };
}

/** Whether a job has ended long enough ago to name its model, if it ever will. */
function isOver({ endTime }: Job, { now }: WaitContext): boolean {
  return endTime !== undefined && now - endTime.getTime() > 120_000;
}

function ofError(error: ServiceError, context: WaitContext): JobVerdict {
  const { wait, memory, keepsJob } = context;
  const warning = `${error.name}: ${error.message}`;
  if (isUnreached(error) && !memory.wasReached) {
    const waiting = tolerateMore(context, 'unreached', error);
    return isWithin(waiting.tolerance, UNREACHED, context)
      ? { ...waiting, warning }
      : { type: 'fail', reason: reasons.neverReached(wait, waiting.tolerance) };
  }
  if (isConstraintViolation(error)) {
    const brokenRule = { prop: 'jobIdentifier', rule: error.message, value: wait.jobIdentifier } as const;
    return { type: 'fail', reason: reasons.invalid(wait, brokenRule) };
  }
  if (!isAbsent(error) && !isClientError(error)) {
    return { ...ignore(context), warning };
  }
  const kind = isAbsent(error) ? 'absent' : 'refused';
  const waiting = tolerateMore(context, kind, error);
  if (kind === 'absent' && keepsJob) {
    return { type: 'not kept', tolerance: waiting.tolerance };
  }
  const limit = kind === 'absent' && !wasThere(context) ? APPEARANCE : PROPAGATION;
  if (isWithin(waiting.tolerance, limit, context)) {
    return { ...waiting, warning };
  }
  return { type: 'fail', reason: reasonOf(waiting.tolerance, wait) };
}

/** What was there before may be refused in the ways of a permission, for as long. */
function wasThere({ memory, keepsJob, isContinued }: WaitContext): boolean {
  return memory.wasSeen === true || keepsJob || isContinued;
}

/** The reason of a wait whose time is up: what Bedrock has said all the while, or that the job goes on. */
function reasonAtTheEnd(tolerance: Tolerance | undefined, { memory, wait }: WaitContext): string {
  const saysWhy = tolerance && (tolerance.kind === 'unnamed' || !memory.wasSeen);
  if (saysWhy) {
    return reasonOf(tolerance, wait);
  }
  return memory.wasSeen ? reasons.timedOut(wait) : reasons.neverDescribed(wait);
}

function reasonOf({ kind, error }: Tolerance, wait: Wait): string {
  if (kind === 'unnamed') {
    return reasons.modelNotNamed(wait, error!.message);
  }
  return kind === 'absent' ? reasons.jobNotFound(wait, error!) : reasons.ofRefusal(wait, error!);
}
