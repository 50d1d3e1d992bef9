import { isConstraintViolation, isRefusal, type Fault } from '../shared/bedrock';
import { APPEARANCE, graceSeconds, PROPAGATION } from '../shared/patience';
import type { Observation } from './bedrock';
import type { Decision, Situation } from './decision';
import { deepen, suspend } from './memory';
import * as reasons from './reasons';
import type { Reply } from './runtime';

/** Decides what a model's answer means, or that it gave none. Pure: no clock, no client. */
export function decideOnReply(observation: Observation<Reply>, situation: Situation): Decision<Reply> {
  if ('answer' in observation) {
    return { action: 'goOn', with: observation.answer };
  }
  const decision = ofFault(observation.fault, situation);
  return decision.action === 'wait' && situation.remainingSeconds <= 0
    ? { action: 'fail', reason: reasonAtTheEnd(observation.fault, situation) }
    : decision;
}

function ofFault(fault: Fault, situation: Situation): Decision<Reply> {
  const { memory, now, wait, pollIntervalSeconds } = situation;
  const warning = `${fault.name}: ${fault.message}`;
  if (passes(fault)) {
    return { action: 'wait', doubt: suspend(memory.doubt), warning };
  }
  if (isDenial(fault)) {
    const doubt = deepen(memory.doubt, 'refused', now, fault);
    return doubt.seconds < graceSeconds(PROPAGATION, pollIntervalSeconds)
      ? { action: 'wait', doubt, warning }
      : { action: 'fail', reason: reasons.mayNotAsk(wait, memory.attributes!, fault) };
  }
  // A model that was imported a moment ago may be unknown yet, and any may be refused in passing.
  const doubt = deepen(memory.doubt, 'absent', now, fault);
  return doubt.seconds < graceSeconds(APPEARANCE, pollIntervalSeconds) && !isConstraintViolation(fault)
    ? { action: 'wait', doubt, warning }
    : { action: 'fail', reason: reasons.wontAnswer(wait, memory.attributes!, fault) };
}

/** A model that loads, one that is busy, and every fault of the service or the network. */
function passes(fault: Fault): boolean {
  return !isRefusal(fault) || fault.name === 'ServiceQuotaExceededException';
}

/** Whether it is the caller that is refused, who may have got the permission a moment ago. */
function isDenial({ httpStatus }: Fault): boolean {
  return httpStatus === 401 || httpStatus === 403;
}

function reasonAtTheEnd(fault: Fault, { wait, memory }: Situation): string {
  if (isDenial(fault)) {
    return reasons.mayNotAsk(wait, memory.attributes!, fault);
  }
  const reason = passes(fault) ? reasons.noAnswer : reasons.wontAnswer;
  return reason(wait, memory.attributes!, fault);
}
