import { isClientError, isConstraintViolation, isUnreached, type CallError } from '../shared/errors';
import { extend, pause, PROPAGATION, UNREACHED } from '../shared/tolerance';
import type { Outcome } from '../shared/worker';
import { serviceOf } from './calls';
import type { Context, Memory } from './context';
import * as reasons from './reasons';
import { isConflict } from './remove';
import { fail } from './start';

type Step = Outcome<Memory>;

/**
 * What an error of a call means. A refusal may pass: what was created a moment ago, a permission, a role or its
 * access to Amazon S3, is not known everywhere yet, and Bedrock has many words for that. Throttles, server errors
 * and a broken connection say nothing.
 */
export function ofCallError(error: CallError, context: Context): Step {
  const { action, resource, serviceError } = error;
  const { poll, progress } = context;
  const waitsFor = `a good answer of ${action}, which said ${serviceError.name}: ${serviceError.message}`;
  if (poll.isAnswered) {
    return context.wait(waitsFor, { tolerance: pause(poll.tolerance), withinSeconds: 60 });
  }
  if (isConflict(error)) {
    return context.wait(`model ${resource}, which cannot be deleted yet: ${serviceError.message}`);
  }
  if (isUnreached(serviceError) && !context.calls.hasReached(action)) {
    const kind = `unreached ${serviceOf(action)}`;
    return (
      context.tolerate(kind, UNREACHED, waitsFor, serviceError) ??
      fail(reasons.neverReached(progress, action, context.secondsOf(UNREACHED), serviceError))
    );
  }
  if (!isClientError(serviceError)) {
    return context.wait(waitsFor, { tolerance: pause(poll.tolerance) });
  }
  if (serviceError.name === 'TooManyTagsException') {
    return fail(reasons.tooManyTags(progress, serviceError));
  }
  // What refuses now has to be what refused before: things are created, and spread, one by one.
  const kind = `${action} ${resource}`.trim();
  const tolerance = extend(poll.tolerance, kind, context.now, serviceError);
  return !isConstraintViolation(serviceError) && tolerance.seconds < context.secondsOf(PROPAGATION)
    ? context.wait(waitsFor, { tolerance })
    : fail(ofRefusal(error, context));
}

function ofRefusal({ action, resource, serviceError }: CallError, { progress }: Context): string {
  if (isConstraintViolation(serviceError)) {
    return reasons.ruleBroken(progress, action, serviceError);
  }
  return action === 'bedrock:CreateModelImportJob' && serviceError.httpStatus !== 403
    ? reasons.invalid(progress, serviceError)
    : reasons.refused(progress, action, resource, serviceError);
}

/**
 * What a step comes to when the time is up. The timeout of an import bounds how long its start queues; what is
 * tolerated because it is new has its own limit, which a short timeout does not cut.
 */
export function atDeadline(context: Context, step: Step): Step {
  const { poll, claimant, properties, now, progress } = context;
  if (step.type !== 'wait' || poll.isAnswered) {
    return step;
  }
  const deadlineSeconds = (poll.request.deadline - now) / 1000;
  const isQueueing = context.isStarting && step.tolerance === undefined;
  const startBy = claimant.requestedAt + Number(properties.startTimeoutSeconds) * 1000;
  const queueSeconds = isQueueing ? (startBy - now) / 1000 : Infinity;
  const remaining = Math.min(deadlineSeconds, queueSeconds);
  if (remaining <= 0) {
    return fail(reasons.timedOut(progress, step.waitsFor));
  }
  return { ...step, withinSeconds: Math.min(step.withinSeconds ?? Infinity, Math.max(1, remaining)) };
}
