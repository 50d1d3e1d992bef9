import type { Answer, ExecutionState, PollResult } from '../shared/engine';
import { physicalResourceId } from '../shared/physical-id';
import { readRequest, Executions } from './executions';
import { emitMetrics } from './metrics';
import { answer, type Peers } from './peers';
import * as reasons from './reasons';
import { limitSeconds, logEvent, ownsModel, properties } from './resource';
import { LAG_SECONDS, look, stopObsolete } from './superseded';

/** What happens when an execution has its answer. */

/**
 * Seconds after which a call to start a job has ended that was under way when its execution was stopped, and
 * Bedrock shows the job.
 */
const IN_FLIGHT_SECONDS = 90;

/** Lists show by then what was served before a request, which came in time. */
const SETTLED_SECONDS = LAG_SECONDS + 5;

/**
 * Sends the answer, after another look for older executions: a list may have lagged when the request came. When
 * there was one that may have started a job, it is too early, and what the next poll is told is returned.
 */
export async function finish(state: ExecutionState, peers: Peers): Promise<PollResult | undefined> {
  const { event, responseUrl, poll } = state;
  const decided = poll.result.answer ?? brokenPoll(state);
  if (ownsModel(event)) {
    const stopped = await stopOlder(state, peers);
    const waitSeconds = secondsToGoRound(state, decided, stopped, peers.now());
    if (waitSeconds > 0) {
      const lastSeen = 'older requests of the resource, which may still be served';
      const supersedes = state.first.supersedes || stopped > 0;
      return { ...state.first, attempt: poll.result.attempt, supersedes, lastSeen, waitSeconds };
    }
    await answer(event, responseUrl, decided, peers);
    return undefined;
  }
  await answer(event, responseUrl, decided, peers);
  emitMetrics(event, poll.result, peers.now());
  await stopOlder(state, peers);
  return undefined;
}

async function stopOlder({ event, startedAt, first }: ExecutionState, peers: Peers): Promise<number> {
  const executions = new Executions(peers.stepFunctions, properties(event).stateMachineArn);
  const request = readRequest(event, Date.parse(startedAt), first.sparesSince);
  const others = await look(event, executions, peers);
  // What could not be stopped may start a job, too.
  return stopObsolete(event, request, executions, others, peers).catch(() => 1);
}

/**
 * Seconds until it is not too early any more. What a creation finds is left to the Delete that CloudFormation
 * sends for it. An update may be a rollback that is over before lists show what it rolls back.
 */
function secondsToGoRound(
  { event, startedAt }: ExecutionState,
  { status }: Answer,
  stopped: number,
  now: number,
): number {
  if (event.RequestType === 'Create' || status === 'FAILED') {
    return 0;
  }
  const age = (now - Date.parse(startedAt)) / 1000;
  const unlisted = event.RequestType === 'Update' ? Math.ceil(SETTLED_SECONDS - age) : 0;
  const wanted = stopped > 0 ? IN_FLIGHT_SECONDS : unlisted;
  return Math.min(wanted, Math.floor(limitSeconds(event) - age));
}

function brokenPoll(state: ExecutionState): Answer {
  const { event, poll, error } = state;
  const worker = ownsModel(event) ? 'lifecycle' : 'poll';
  logEvent('ERROR', `The ${worker} function failed for good`, event, { error });
  const { jobIdentifier } = properties(event);
  const reason = reasons.pollBroken(error, worker, { jobIdentifier, ...poll.result });
  return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason };
}
