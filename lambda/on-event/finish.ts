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

/**
 * Sends the answer, after another look for older executions: a list may have lagged when the request came. When
 * there was one that may have started a job, it is too early, and what the next poll is told is returned.
 */
export async function finish(state: ExecutionState, peers: Peers): Promise<PollResult | undefined> {
  const { event, responseUrl, poll } = state;
  const decided = poll.result.answer ?? brokenPoll(state);
  const owns = ownsModel(event);
  if (owns && (await stopOlder(state, peers)) > 0) {
    const waitSeconds = secondsToGoRound(state, decided, peers.now());
    if (waitSeconds > 0) {
      const lastSeen = 'an older request of the resource was still being served';
      return { ...state.first, attempt: poll.result.attempt, supersedes: true, lastSeen, waitSeconds };
    }
  }
  await answer(event, responseUrl, decided, peers);
  if (!owns) {
    emitMetrics(event, poll.result, peers.now());
    await stopOlder(state, peers);
  } else if (event.RequestType === 'Update') {
    // A rollback may be over before a list shows what it rolls back.
    await peers.network.sleep(LAG_SECONDS * 1000);
    await stopOlder(state, peers);
  }
  return undefined;
}

async function stopOlder({ event, startedAt, first }: ExecutionState, peers: Peers): Promise<number> {
  const executions = new Executions(peers.stepFunctions, properties(event).stateMachineArn);
  const request = readRequest(event, Date.parse(startedAt), first.sparesSince);
  const others = await look(event, executions, peers);
  return stopObsolete(event, request, executions, others, peers).catch(() => 0);
}

/** What a creation finds is left to the Delete that CloudFormation sends for it. */
function secondsToGoRound({ event, startedAt }: ExecutionState, { status }: Answer, now: number): number {
  const remaining = Math.floor(limitSeconds(event) - (now - Date.parse(startedAt)) / 1000);
  return event.RequestType === 'Create' || status === 'FAILED' ? 0 : Math.min(IN_FLIGHT_SECONDS, remaining);
}

function brokenPoll(state: ExecutionState): Answer {
  const { event, poll, error } = state;
  const worker = ownsModel(event) ? 'lifecycle' : 'poll';
  logEvent('ERROR', `The ${worker} function failed for good`, event, { error });
  const { jobIdentifier } = properties(event);
  const reason = reasons.pollBroken(error, worker, { jobIdentifier, ...poll.result });
  return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason };
}
