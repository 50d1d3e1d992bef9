import { MARGIN } from '../../lib/private/contract/margin';
import type { Answer, ExecutionState, PollResult, ResourceEvent } from '../shared/engine';
import { isJobArn, physicalResourceId } from '../shared/physical-id';
import { executionName } from './execution-name';
import { Executions, readRequest, type Execution } from './executions';
import { isInvented, supersedes, timeOf, type Request } from './order';
import { answer, type Peers } from './peers';
import * as reasons from './reasons';
import { requestTime, URL_LIFETIME_SECONDS } from './request-time';
import { describeError, limitSeconds, logEvent, ownsModel, properties, workerOf } from './resource';
import { askStack } from './stack';
import { comesAgain, persist } from './start';
import { LAG_SECONDS, look, stopObsolete, supersededAnswer } from './superseded';

/** Serving a request: whether it still counts, what it makes obsolete, and the execution that carries it out. */

/** What comes later than this may be older than a request that lists do not show yet. */
const PROMPT_SECONDS = 5;

/** Seconds before such a request does anything: lists have caught up, and were looked at. */
const DOUBT_SECONDS = LAG_SECONDS + 15;

/** How long a job that was started does not show in Bedrock's lists, and half a minute more. */
const JOB_LAG_SECONDS = 90;

/** A request, as it was delivered. */
interface Delivery {
  readonly event: ResourceEvent;
  readonly responseUrl: string;
  /** The time that the URL tells, in milliseconds since the epoch. */
  readonly told?: number;
  readonly request: Request;
  /** How old a request was that tells its time. */
  readonly ageSeconds?: number;
  /** What the first poll is told. */
  readonly first: PollResult;
  readonly executions: Executions;
}

export async function serveRequest(event: ResourceEvent, responseUrl: string, peers: Peers): Promise<void> {
  logEvent('INFO', 'Request', event);
  if (event.RequestType === 'Delete' && !ownsModel(event)) {
    const success: Answer = { status: 'SUCCESS', physicalResourceId: physicalResourceId(event) };
    await answer(event, responseUrl, success, peers);
    await endWaits(await receive(event, responseUrl, peers), peers);
  } else {
    await begin(await receive(event, responseUrl, peers), peers);
  }
}

async function receive(event: ResourceEvent, responseUrl: string, peers: Peers): Promise<Delivery> {
  const now = peers.now();
  const told = requestTime(responseUrl);
  const mustAsk =
    event.RequestType === 'Delete' && (ownsModel(event) || isInvented(physicalResourceId(event)));
  const belief = mustAsk ? await askStack(peers.stackEvents, event) : undefined;
  const since = belief?.inProgressSince;
  const sparesSince = since === undefined ? undefined : new Date(since).toISOString();
  const request = readRequest(event, timeOf(told, now), sparesSince);
  return {
    event,
    responseUrl,
    told,
    request,
    ageSeconds: told === undefined ? undefined : (now - request.madeAt) / 1000,
    first: { attempt: 0, known: belief?.physicalId, sparesSince, isStackDeleted: belief?.isStackDeleted },
    executions: new Executions(peers.stepFunctions, properties(event).stateMachineArn),
  };
}

/** Ends the waits of a waiter whose Delete is answered. One that nobody can stop ends by itself. */
async function endWaits({ event, request, executions }: Delivery, peers: Peers): Promise<void> {
  await stopObsolete(event, request, executions, await look(event, executions, peers), peers).catch(() => 0);
  if (!isJobArn(physicalResourceId(event))) {
    // It may never have been finished, and a list may lag.
    await peers.network.sleep(LAG_SECONDS * 1000);
    await stopObsolete(event, request, executions, await look(event, executions, peers), peers).catch(
      () => 0,
    );
  }
}

async function begin(delivery: Delivery, peers: Peers): Promise<void> {
  const { event, responseUrl, told, request, executions } = delivery;
  const name = executionName(event, told);
  let others = await look(event, executions, peers);
  const own = others.find((execution) => execution.name === name);
  let served = own?.request;
  if (!served) {
    const refusal = refuse(delivery, others, peers.now());
    // A list that lags, or cannot be had, does not show that the request has arrived before.
    if (refusal && !(await executions.has(name))) {
      await answer(event, responseUrl, refusal, peers);
      return;
    }
    served = refusal ? request : await start(delivery, name, others, peers);
    if (served && isDoubtful(delivery, peers.now())) {
      // A newer request may have been served just before this one, and be in no list yet.
      await peers.network.sleep(LAG_SECONDS * 1000);
      others = await look(event, executions, peers);
    }
  }
  // A request that arrives again starts nothing, but stops what it could not stop the first time. What serves
  // a model may still start a job: the event is thrown back then, and Lambda brings it again.
  if (served) {
    const stopping = stopObsolete(event, served, executions, others, peers);
    await (ownsModel(event) ? stopping : stopping.catch(() => 0));
  }
}

/** Whether a newer request may already have been served, where that matters. */
function isDoubtful({ event, told, request }: Delivery, now: number): boolean {
  return ownsModel(event) && told !== undefined && now - request.madeAt > PROMPT_SECONDS * 1000;
}

/** The answer to a request that does not count any more. */
function refuse({ event, request }: Delivery, others: readonly Execution[], now: number): Answer | undefined {
  const newer = others.find((other) => supersedes(other.request, request));
  if (newer) {
    return supersededAnswer(event, newer.request);
  }
  const ageSeconds = (now - request.madeAt) / 1000;
  const limit = Math.min(limitSeconds(event), URL_LIFETIME_SECONDS);
  return ageSeconds >= limit ? failure(event, reasons.overdue(ageSeconds, limit)) : undefined;
}

/** Starts the execution, once. Returns the request as the execution knows it, if there is one. */
async function start(
  delivery: Delivery,
  name: string,
  others: readonly Execution[],
  peers: Peers,
): Promise<Request | undefined> {
  const { event, responseUrl, told, request, ageSeconds, executions } = delivery;
  const { now, network } = peers;
  try {
    const call = (): Promise<Date | undefined> => executions.start(name, toInput(delivery, others, now()));
    const startDate = await persist(call, now, network);
    if (startDate) {
      return { ...request, madeAt: timeOf(told, startDate.getTime()) };
    }
    return told === undefined ? undefined : request;
  } catch (error) {
    logEvent('ERROR', 'Could not start the wait', event, describeError(error));
    if (comesAgain(ageSeconds)) {
      throw error;
    }
    const reason = reasons.notStarted(error as Error, properties(event).jobIdentifier);
    await answer(event, responseUrl, failure(event, reason), peers);
    return undefined;
  }
}

function toInput(delivery: Delivery, others: readonly Execution[], now: number): ExecutionState {
  const { event, responseUrl, request, first } = delivery;
  const supersedes = ownsModel(event) && others.some((other) => mayLeaveAJob(other, request, now));
  const waitSeconds = isDoubtful(delivery, now) ? DOUBT_SECONDS : 0;
  const result = { ...first, waitSeconds, ...(supersedes && { supersedes }) };
  const after = (seconds: number): string => new Date(request.madeAt + seconds * 1000).toISOString();
  const limit = limitSeconds(event);
  return {
    worker: workerOf(event),
    responseUrl,
    event,
    startedAt: after(0),
    pollUntil: after(limit + MARGIN.pollSeconds),
    answerUntil: after(limit + MARGIN.answerSeconds),
    first: result,
    poll: { result },
  };
}

/**
 * Whether a request that is made obsolete may have started a job that no list shows yet: one that is being
 * served, or, before a Delete, one that has been until a moment ago.
 */
function mayLeaveAJob(
  { request: older, isRunning, endedAt = -Infinity }: Execution,
  newer: Request,
  now: number,
): boolean {
  const wasServed = newer.type === 'Delete' && now - endedAt < JOB_LAG_SECONDS * 1000;
  return (isRunning || wasServed) && supersedes(newer, older);
}

function failure(event: ResourceEvent, reason: string): Answer {
  return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason };
}
