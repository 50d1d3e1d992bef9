import { ROLE_NOT_ASSUMED } from './assume-role';
import { isRefusal, type Fault, type Job, type Observation } from '../shared/bedrock';
import * as reasons from './reasons';
import type { Wait } from './reasons';

/** How long a job may not be found: the job may have been made a moment ago. */
export const NOT_FOUND_GRACE_SECONDS = 60;

/** How long a call may be refused: permissions take time to reach every Region. */
export const REFUSED_GRACE_SECONDS = 120;

/** What to do after a poll. */
export type Decision =
  | { readonly action: 'succeed'; readonly job: Job }
  /** The time of this link is up, and the next one goes on. */
  | { readonly action: 'handOver'; readonly job?: Job }
  | { readonly action: 'fail'; readonly reason: string }
  | { readonly action: 'wait'; readonly warning?: string };

/** The time that a poll has left. */
export interface Clock {
  /** Seconds until this link's time is up; not positive when it is. */
  readonly remainingSeconds: number;
  /** Whether another link follows. */
  readonly continues: boolean;
}

/** Decides what one observation means. Pure: no clock, no client. */
export function decide(observation: Observation, wait: Wait, clock: Clock): Decision {
  const decision = 'job' in observation ? ofJob(observation.job, wait) : ofFault(observation.fault, wait);
  if (decision.action !== 'wait' || clock.remainingSeconds > 0) {
    return decision;
  }
  if (clock.continues) {
    return { action: 'handOver', job: 'job' in observation ? observation.job : undefined };
  }
  return { action: 'fail', reason: reasons.timedOut(wait) };
}

function ofJob(job: Job, wait: Wait): Decision {
  // The user guide writes `Complete` once, where the API says `Completed`.
  const status: string = job.status ?? 'none';
  switch (status) {
    case 'Completed':
    case 'Complete':
      return job.importedModelArn && job.jobArn
        ? { action: 'succeed', job }
        : { action: 'wait', warning: 'The job has completed, but Bedrock does not name its model yet' };
    case 'Failed':
      return { action: 'fail', reason: reasons.jobFailed(wait, job.failureMessage) };
    case 'InProgress':
      return { action: 'wait' };
    default:
      return { action: 'wait', warning: `Unknown job status: ${status}` };
  }
}

function ofFault(fault: Fault, wait: Wait): Decision {
  const warning = `${fault.name}: ${fault.message}`;
  switch (fault.name) {
    case 'ResourceNotFoundException':
      return wait.waitedSeconds < NOT_FOUND_GRACE_SECONDS
        ? { action: 'wait', warning }
        : { action: 'fail', reason: reasons.notFound(wait) };
    case 'AccessDeniedException':
      return wait.waitedSeconds < REFUSED_GRACE_SECONDS
        ? { action: 'wait', warning }
        : { action: 'fail', reason: reasons.accessDenied(wait, fault) };
    case 'ValidationException':
      return { action: 'fail', reason: reasons.invalid(wait, fault) };
    case ROLE_NOT_ASSUMED:
      return isRefusal(fault) && wait.waitedSeconds >= REFUSED_GRACE_SECONDS
        ? { action: 'fail', reason: reasons.roleNotAssumed(wait, fault) }
        : { action: 'wait', warning };
    case 'ThrottlingException':
    case 'InternalServerException':
      return { action: 'wait', warning };
    default:
      // Other refusals (an expired or unknown token, a Region that is not enabled) are given the time
      // that credentials need; everything without a clear answer passes.
      return isRefusal(fault) && wait.waitedSeconds >= REFUSED_GRACE_SECONDS
        ? { action: 'fail', reason: reasons.refused(wait, fault) }
        : { action: 'wait', warning };
  }
}
