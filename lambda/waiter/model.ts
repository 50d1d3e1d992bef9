import type { Job } from '../shared/bedrock';
import { isAbsent, isClientError, type ServiceError } from '../shared/errors';
import { APPEARANCE, type Tolerance } from '../shared/tolerance';
import type { Model, Observation } from './bedrock';
import { ignore, isWithin, tolerateMore, type Verdict, type WaitContext } from './context';
import * as reasons from './reasons';

/** How long after its job's end a model may not show. */
const ABSENT_SECONDS = 120;

/** How long the description of a model may be refused, before its attributes are left empty. */
const REFUSED_SECONDS = 180;

/** What is left of the time for a smoke test, however long the model takes to describe. */
const RESERVED_SECONDS = 60;

/** Seconds that describing the model may still take. */
export function secondsToDescribe({ remainingSeconds, hasSmokeTest }: WaitContext): number {
  return remainingSeconds - (hasSmokeTest ? RESERVED_SECONDS : 0);
}

/**
 * Judges one observation of a completed job's model. Pure: no clock, no client.
 *
 * Only a model that is gone fails a wait, and not one for the job that the resource has already: its rollback would
 * fail the same way. A description that cannot be had is left out.
 */
export function judgeModel(observation: Observation<Model>, job: Job, context: WaitContext): Verdict<Model> {
  if ('answer' in observation) {
    return { type: 'go on', with: observation.answer };
  }
  const verdict = ofError(observation.error, job, context);
  if (verdict.type !== 'wait' || secondsToDescribe(context) > 0) {
    return verdict;
  }
  const isGone = isAbsent(observation.error) && !isNew(job, context, verdict.tolerance);
  return isGone
    ? ofGone(observation.error, job, context)
    : { type: 'go on', with: {}, warning: verdict.warning };
}

function ofError(error: ServiceError, job: Job, context: WaitContext): Verdict<Model> {
  const warning = `Bedrock does not describe the model, ${error.name}: ${error.message}`;
  const waitsFor = 'job completed, waiting for its model';
  if (isAbsent(error)) {
    const waiting = tolerateMore(context, 'model absent', error);
    const mayShow =
      isNew(job, context, waiting.tolerance) || isWithin(waiting.tolerance, APPEARANCE, context);
    return mayShow ? { ...waiting, waitsFor, warning } : ofGone(error, job, context);
  }
  if (!isClientError(error)) {
    return { ...ignore(context), waitsFor, warning };
  }
  const waiting = tolerateMore(context, 'model refused', error);
  return waiting.tolerance.seconds < REFUSED_SECONDS
    ? { ...waiting, waitsFor, warning }
    : {
        type: 'go on',
        with: {},
        warning: `The attributes of the model are left empty: allow bedrock:GetImportedModel on ${job.importedModelArn}. ${warning}`,
      };
}

/** Whether a model may not show yet. */
function isNew({ endTime }: Job, { now }: WaitContext, tolerance?: Tolerance): boolean {
  const seconds = endTime ? (now - endTime.getTime()) / 1000 : (tolerance?.seconds ?? 0);
  return seconds < ABSENT_SECONDS;
}

function ofGone(error: ServiceError, job: Job, { keepsJob, wait }: WaitContext): Verdict<Model> {
  return keepsJob
    ? { type: 'go on', with: {}, warning: goneWarning(job.importedModelArn) }
    : { type: 'fail', reason: reasons.modelGone(wait, job, error) };
}

/** What the log says when the model of a job is not among those that are listed, or could not be looked for. */
export function notFoundWarning(observation: Observation<unknown>): string {
  return 'error' in observation && !isAbsent(observation.error)
    ? `Bedrock does not list models, ${observation.error.name}: ${observation.error.message}`
    : goneWarning();
}

/** What the log says of a model that is gone, where the deployment is not failed for it. */
function goneWarning(modelArn = 'of the job'): string {
  return `The model ${modelArn} was deleted. Import it again and redeploy with the ARN of the new job; for an ImportedModel, change its 'triggers'`;
}
