import type { Answer, ResourceEvent } from '../shared/engine';
import { physicalResourceId } from '../shared/physical-id';
import type { Execution, Executions } from './executions';
import { supersedes, type Request } from './order';
import { answer, type Peers } from './peers';
import * as reasons from './reasons';
import { describeError, logEvent } from './resource';

/** What becomes of the requests that a newer one makes obsolete. */

/** How far lists of executions may lag behind. */
export const LAG_SECONDS = 30;

/** Before a second try, after the client's own. */
const PAUSE_SECONDS = 2;

/**
 * CloudFormation waits for such a request no longer. Should it do so all the same, this costs seconds instead of
 * an hour. A Delete that is not the last word was a cleanup.
 */
export function supersededAnswer(event: ResourceEvent, newer: Request): Answer {
  const physicalId = physicalResourceId(event);
  return event.RequestType === 'Delete'
    ? { status: 'SUCCESS', physicalResourceId: physicalId }
    : { status: 'FAILED', physicalResourceId: physicalId, reason: reasons.superseded(newer) };
}

/** The executions of a resource. A list is a hint, and none is no reason to fail. */
export async function look(
  event: ResourceEvent,
  executions: Executions,
  { now, network }: Peers,
): Promise<Execution[]> {
  try {
    return await executions.ofResource(event, now()).catch(async () => {
      await network.sleep(PAUSE_SECONDS * 1000);
      return executions.ofResource(event, now());
    });
  } catch (error) {
    logEvent('WARN', 'Could not look for other executions of the resource', event, describeError(error));
    return [];
  }
}

/** Executions that still run, each with a newer request that makes it obsolete. */
function obsolete(
  requests: readonly Request[],
  among: readonly Execution[],
): { readonly execution: Execution; readonly newer: Request }[] {
  return among.flatMap((execution) => {
    const newer = requests.find((request) => supersedes(request, execution.request));
    return execution.isRunning && newer ? [{ execution, newer }] : [];
  });
}

/**
 * Stops what a request, or any other that shows, makes obsolete, be it what serves the request itself. Answers
 * for it, and says how many that were. Each is tried, also when another one fails.
 *
 * @throws the first error of a stop
 */
export async function stopObsolete(
  event: ResourceEvent,
  served: Request,
  executions: Executions,
  among: readonly Execution[],
  peers: Peers,
): Promise<number> {
  const requests = [served, ...among.map(({ request }) => request)];
  const outcomes = await Promise.allSettled(
    obsolete(requests, among).map(async ({ execution, newer }) => {
      await executions.stop(execution, `Superseded by the ${newer.type} request ${newer.requestId}`);
      await answerFor(execution, newer, peers);
    }),
  );
  const stopped = outcomes.filter(({ status }) => status === 'fulfilled').length;
  if (stopped > 0) {
    logEvent('INFO', 'Stopped what older requests started', event, { stopped });
  }
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    logEvent('ERROR', 'Could not stop what an older request started', event, describeError(failed.reason));
    throw failed.reason as Error;
  }
  return stopped;
}

async function answerFor({ state }: Execution, newer: Request, peers: Peers): Promise<void> {
  if (!state) {
    return;
  }
  const { event, responseUrl } = state;
  // One try: it hardly ever matters, and the newer request must not wait for it.
  await answer(event, responseUrl, supersededAnswer(event, newer), peers, 1).catch((error: unknown) =>
    logEvent('WARN', 'Could not answer a request that was superseded', event, describeError(error)),
  );
}
