import {
  hasCompleted,
  isAbsent,
  isConstraintViolation,
  isRefusal,
  type Fault,
  type Job,
} from '../shared/bedrock';
import { APPEARANCE, graceSeconds, PROPAGATION } from '../shared/patience';
import type { Observation } from './bedrock';
import { secondsSince, type Decision, type Situation } from './decision';
import { deepen, suspend, type Doubt } from './memory';
import * as reasons from './reasons';
import type { Wait } from './reasons';

/** How long after its end a completed job may not name its model. */
const UNNAMED_GRACE_SECONDS = 600;

/**
 * How long after the time is up a poll that learned nothing of the job is repeated, and how soon, unless it was
 * never there to be seen.
 */
const LAST_FAULTS_SECONDS = 60;
const LAST_FAULTS_PAUSE_SECONDS = 5;

/** What to do about the job: go on with it when it has completed, or hand over to the next link. */
export type JobDecision = Decision<Job> | { readonly action: 'handOver' };

/** Decides what one observation of the job means. Pure: no clock, no client. */
export function decideOnJob(observation: Observation<Job>, situation: Situation): JobDecision {
  const decision =
    'answer' in observation ? ofJob(observation.answer, situation) : ofFault(observation.fault, situation);
  if (decision.action !== 'wait' || situation.remainingSeconds > 0) {
    return decision;
  }
  if (situation.continues) {
    return { action: 'handOver' };
  }
  const { doubt } = decision;
  const isExplained = doubt !== undefined && !situation.memory.isKnown;
  // A fault in that moment must not fail a deployment whose job has completed.
  if ('fault' in observation && !isExplained && situation.remainingSeconds > -LAST_FAULTS_SECONDS) {
    return decision;
  }
  return { action: 'fail', reason: reasonAtTheEnd(doubt, situation) };
}

/** Seconds until the last poll, at most. */
export function secondsToAsk({ remainingSeconds }: Situation): number {
  return remainingSeconds > 0 ? remainingSeconds : LAST_FAULTS_PAUSE_SECONDS;
}

function ofJob(job: Job, situation: Situation): Decision<Job> {
  if (hasCompleted(job)) {
    return ofCompletedJob(job, situation);
  }
  const status: string = job.status ?? 'none';
  switch (status) {
    case 'Failed':
      return { action: 'fail', reason: reasons.jobFailed(situation.wait, job.failureMessage) };
    case 'InProgress':
      return { action: 'wait' };
    default:
      return { action: 'wait', warning: `Unknown job status: ${status}` };
  }
}

function ofCompletedJob(job: Job, { memory, now, wait }: Situation): Decision<Job> {
  const missing = (['jobArn', 'importedModelArn'] as const).filter((field) => !job[field]);
  if (missing.length === 0) {
    return { action: 'goOn', with: job };
  }
  const message = missing.join(' and ');
  const doubt = deepen(memory.doubt, 'unnamed', now, { name: 'IncompleteJob', message });
  return secondsSince(job.endTime, now, doubt) < UNNAMED_GRACE_SECONDS
    ? {
        action: 'wait',
        doubt,
        warning: `The job has completed, but Bedrock does not name its ${message} yet`,
      }
    : { action: 'fail', reason: reasonOf(doubt, wait) };
}

function ofFault(fault: Fault, situation: Situation): Decision<Job> {
  const { memory, now, wait } = situation;
  const warning = `${fault.name}: ${fault.message}`;
  if (isConstraintViolation(fault)) {
    return { action: 'fail', reason: reasons.invalid(wait, fault.message) };
  }
  if (!isAbsent(fault) && !isRefusal(fault)) {
    return { action: 'wait', doubt: suspend(memory.doubt), warning };
  }
  const doubt = deepen(memory.doubt, isAbsent(fault) ? 'absent' : 'refused', now, fault);
  return doubt.seconds < graceOf(doubt, situation)
    ? { action: 'wait', doubt, warning }
    : { action: 'fail', reason: reasonOf(doubt, wait) };
}

/** What was there before may be refused in the ways of a permission, for as long. */
function graceOf({ kind }: Doubt, situation: Situation): number {
  const { memory, isOwnJob, isContinued, pollIntervalSeconds } = situation;
  const wasThere = memory.isKnown || isOwnJob || isContinued;
  const grace = kind === 'absent' && !wasThere ? APPEARANCE : PROPAGATION;
  return graceSeconds(grace, pollIntervalSeconds);
}

/** The reason of a wait whose time is up: what Bedrock has said all the while, or that the job goes on. */
function reasonAtTheEnd(doubt: Doubt | undefined, { memory, wait }: Situation): string {
  const saysWhy = doubt && (doubt.kind === 'unnamed' || !memory.isKnown);
  return saysWhy ? reasonOf(doubt, wait) : reasons.timedOut(wait);
}

function reasonOf({ kind, fault }: Doubt, wait: Wait): string {
  if (kind === 'unnamed') {
    return reasons.unnamed(wait, fault.message);
  }
  return kind === 'absent' ? reasons.notFound(wait, fault) : reasons.ofRefusal(wait, fault);
}
