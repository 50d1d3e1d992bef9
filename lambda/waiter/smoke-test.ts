import { isClientError, isConstraintViolation, isUnreached, type ServiceError } from '../shared/errors';
import { APPEARANCE, PROPAGATION, UNREACHED } from '../shared/tolerance';
import type { Observation } from './bedrock';
import { ignore, isWithin, tolerateMore, type Verdict, type WaitContext } from './context';
import * as reasons from './reasons';
import type { TestResponse } from './runtime';

/** How long a model may respond with nothing: each such response may start another billed window. */
const EMPTY_SECONDS = 120;

/** Judges what a model responded to the test request, or that it did not. Pure: no clock, no client. */
export function judgeResponse(
  observation: Observation<TestResponse>,
  context: WaitContext,
): Verdict<TestResponse> {
  if ('answer' in observation && observation.answer.bytes > 0) {
    return { type: 'go on', with: observation.answer };
  }
  const error: ServiceError =
    'error' in observation ? observation.error : { name: 'EmptyResponse', message: 'The response is empty' };
  const verdict = 'error' in observation ? ofError(error, context) : ofEmpty(error, context);
  if (
    verdict.type === 'wait' &&
    verdict.tolerance?.kind === 'runtime unreached' &&
    context.remainingSeconds <= 0
  ) {
    return { type: 'fail', reason: reasons.runtimeNeverReached(context.wait, verdict.tolerance) };
  }
  return verdict.type === 'wait' && context.remainingSeconds <= 0
    ? { type: 'fail', reason: reasonAtTheEnd(error, context) }
    : verdict;
}

function ofEmpty(error: ServiceError, context: WaitContext): Verdict<TestResponse> {
  const waiting = tolerateMore(context, 'empty', error);
  return waiting.tolerance.seconds < EMPTY_SECONDS
    ? { ...waiting, waitsFor: 'a response that is not empty', warning: error.message }
    : { type: 'fail', reason: reasons.emptyAnswer(context.wait, context.memory.attributes!) };
}

function ofError(error: ServiceError, context: WaitContext): Verdict<TestResponse> {
  const { wait, memory } = context;
  const warning = `${error.name}: ${error.message}`;
  const waitsFor = 'the model to respond';
  if (isUnreached(error) && !memory.wasRuntimeReached && !isCutOff(error)) {
    const waiting = tolerateMore(context, 'runtime unreached', error);
    return isWithin(waiting.tolerance, UNREACHED, context)
      ? { ...waiting, waitsFor, warning }
      : { type: 'fail', reason: reasons.runtimeNeverReached(wait, waiting.tolerance) };
  }
  if (passes(error)) {
    return { ...ignore(context), waitsFor, warning };
  }
  if (isDenial(error)) {
    const waiting = tolerateMore(context, 'refused', error);
    return isWithin(waiting.tolerance, PROPAGATION, context)
      ? { ...waiting, waitsFor, warning }
      : { type: 'fail', reason: reasons.smokeTestDenied(wait, memory.attributes!, error) };
  }
  // A model that was imported a moment ago may be unknown yet, and any may be refused in passing.
  const waiting = tolerateMore(context, 'absent', error);
  return isWithin(waiting.tolerance, APPEARANCE, context) && !isConstraintViolation(error)
    ? { ...waiting, waitsFor, warning }
    : { type: 'fail', reason: reasons.smokeTestRefused(wait, memory.attributes!, error) };
}

/** Whether the model was too slow: the service itself was there. */
function isCutOff({ name, message }: ServiceError): boolean {
  return (name === 'AbortError' || name === 'TimeoutError') && !message.includes('establishing a connection');
}

/** A model that loads, one that is busy, and every error of the service or the network. */
function passes(error: ServiceError): boolean {
  return !isClientError(error) || error.name === 'ServiceQuotaExceededException';
}

/** Whether it is the caller that is refused, who may have got the permission a moment ago. */
function isDenial({ httpStatus }: ServiceError): boolean {
  return httpStatus === 401 || httpStatus === 403;
}

function reasonAtTheEnd(error: ServiceError, { wait, memory }: WaitContext): string {
  const attributes = memory.attributes!;
  if (error.name === 'EmptyResponse') {
    return reasons.emptyAnswer(wait, attributes);
  }
  if (isDenial(error)) {
    return reasons.smokeTestDenied(wait, attributes, error);
  }
  const reason = passes(error) ? reasons.smokeTestTimedOut : reasons.smokeTestRefused;
  return reason(wait, attributes, error);
}
