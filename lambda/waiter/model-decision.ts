import { isAbsent, isRefusal, type Fault, type Job } from '../shared/bedrock';
import { APPEARANCE, graceSeconds } from '../shared/patience';
import type { Model, Observation } from './bedrock';
import { secondsSince, type Decision, type Situation } from './decision';
import { deepen, suspend, type Doubt } from './memory';
import * as reasons from './reasons';

/** How long after its job's end a model may not show. */
const ABSENT_GRACE_SECONDS = 300;

/** How long the wait asks for leave to describe the model. The deployment can do without. */
const REFUSED_GRACE_SECONDS = 60;

/** What is left of the time for a smoke test, however long the model takes to describe. */
const RESERVED_SECONDS = 60;

/** Seconds that describing the model may still take. */
export function secondsToDescribe({ remainingSeconds, hasSmokeTest }: Situation): number {
  return remainingSeconds - (hasSmokeTest ? RESERVED_SECONDS : 0);
}

/**
 * Decides what one observation of a completed job's model means. Pure: no clock, no client.
 *
 * Only a model that is gone fails a wait. A description that cannot be had gives way.
 */
export function decideOnModel(
  observation: Observation<Model>,
  job: Job,
  situation: Situation,
): Decision<Model> {
  if ('answer' in observation) {
    return { action: 'goOn', with: observation.answer };
  }
  const decision = ofFault(observation.fault, job, situation);
  if (decision.action !== 'wait' || secondsToDescribe(situation) > 0) {
    return decision;
  }
  const isGone = isAbsent(observation.fault) && !isFresh(job, situation, decision.doubt!);
  return isGone
    ? ofGone(observation.fault, job, situation)
    : { action: 'goOn', with: {}, warning: decision.warning };
}

function ofFault(fault: Fault, job: Job, situation: Situation): Decision<Model> {
  const { memory, now, pollIntervalSeconds } = situation;
  const said = sayingOf(fault);
  if (isAbsent(fault)) {
    const doubt = deepen(memory.doubt, 'model absent', now, fault);
    return isFresh(job, situation, doubt) || doubt.seconds < graceSeconds(APPEARANCE, pollIntervalSeconds)
      ? { action: 'wait', doubt, warning: said }
      : ofGone(fault, job, situation);
  }
  if (!isRefusal(fault)) {
    return { action: 'wait', doubt: suspend(memory.doubt), warning: said };
  }
  const doubt = deepen(memory.doubt, 'model refused', now, fault);
  return doubt.seconds < REFUSED_GRACE_SECONDS
    ? { action: 'wait', doubt, warning: said }
    : {
        action: 'goOn',
        with: {},
        warning: `Its attributes are empty: allow bedrock:GetImportedModel on ${job.importedModelArn}. ${said}`,
      };
}

/** Whether a model may not show yet. */
function isFresh(job: Job, { now }: Situation, doubt: Doubt): boolean {
  return secondsSince(job.endTime, now, doubt) < ABSENT_GRACE_SECONDS;
}

/** A rollback has to be able to go back to what was there. */
function ofGone(fault: Fault, job: Job, { isOwnJob, wait }: Situation): Decision<Model> {
  return isOwnJob
    ? { action: 'goOn', with: {}, warning: `The model was deleted. ${sayingOf(fault)}` }
    : { action: 'fail', reason: reasons.modelGone(wait, job, fault) };
}

function sayingOf({ name, message }: Fault): string {
  return `Bedrock does not describe the model, ${name}: ${message}`;
}
