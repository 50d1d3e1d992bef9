import { LINK } from '../../lib/private/contract/links';
import type { Answer, ExecutionState, PollResult } from '../shared/engine';
import { physicalResourceId } from '../shared/physical-id';
import { responseBody } from '../shared/response-body';
import { logEvent, ownsModel } from './event';
import { emitMetrics } from './metrics';
import { sendResponse, type Network } from './send-response';
import { pollsKeepFailing } from './request-reasons';

export { HTTP } from './send-response';

/** Seconds until the next poll after one that failed. */
const PAUSE_SECONDS = 5;

/**
 * Sends the answer that an execution has kept, and returns how the execution goes on. A poll that failed has no
 * answer: until the deadline, and after its answer, the execution polls again.
 */
export async function answerRequest(
  state: ExecutionState,
  network: Network,
  now: () => number,
): Promise<PollResult> {
  const { request, responseUrl, poll } = state;
  const { answer, ...rest } = poll.result;
  if (poll.error && (rest.isAnswered || now() < request.deadline + LINK.lastPollSeconds * 1000)) {
    logEvent('WARN', 'A poll failed, the next one follows', request.event, { error: poll.error });
    return { ...rest, waitSeconds: PAUSE_SECONDS };
  }
  await send(answer ?? noAnswer(state), state, responseUrl, network);
  if (!ownsModel(request.event)) {
    emitMetrics(request.event, poll.result, now());
  }
  // What owns a model has to see to its import once it works again.
  return { ...rest, isAnswered: true, ...(poll.error && ownsModel(request.event) && { waitSeconds: 60 }) };
}

async function send(
  answer: Answer,
  { request: { event } }: ExecutionState,
  responseUrl: string,
  network: Network,
): Promise<void> {
  await sendResponse(responseUrl, responseBody(event, answer), network);
  logEvent('INFO', 'Answered', event, { status: answer.status, reason: answer.reason });
}

function noAnswer({ request: { event }, poll }: ExecutionState): Answer {
  logEvent('ERROR', 'Polls failed until the deadline', event, { error: poll.error });
  const reason = pollsKeepFailing(poll.error, event, poll.result);
  return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason };
}
