import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Answer, ExecutionState, Request, ResourceEvent } from '../shared/engine';
import { call, CallError, isClientError, isUnreached, type ServiceError } from '../shared/errors';
import { isJobArn, physicalResourceId } from '../shared/physical-id';
import { responseBody } from '../shared/response-body';
import { extend, pause, PROPAGATION, UNREACHED, type Tolerance } from '../shared/tolerance';
import { logEvent, ownsModel, properties } from './event';
import * as reasons from './request-reasons';
import { requestTime } from './request-time';
import { HTTP, sendResponse, type Network } from './send-response';

/** What serves a request of CloudFormation calls. */
export interface Dependencies {
  readonly stepFunctions: SFNClient;
  readonly network: Network;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Seconds after which a delivery gives up, so that Lambda delivers the event again: less than its timeout. */
const DELIVERY_SECONDS = 480;
const LONGEST_PAUSE_SECONDS = 5;

/** Seconds for which a delivery tries at least: one that comes late must not take a moment's trouble for a missing way. */
const LEAST_TRY_SECONDS = 60;

/** Milliseconds that one call may take. */
const CALL_LIMIT_MS = 8000;

let stepFunctions: SFNClient | undefined;

export function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  stepFunctions ??= new SFNClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
  });
  return takeRequest(event, { stepFunctions, network: HTTP, now: Date.now });
}

/**
 * Turns a request of CloudFormation into an execution of the state machine, which answers it. A Delete of a waiter
 * is answered here, because it touches nothing, and so is a request that came too late.
 */
export async function takeRequest(
  { ResponseURL: responseUrl, ...event }: CloudFormationCustomResourceEvent,
  dependencies: Dependencies,
): Promise<void> {
  logEvent('INFO', 'Request', event);
  const answer =
    event.RequestType === 'Delete' && !ownsModel(event)
      ? succeeded(event)
      : await startOrRefuse(event, responseUrl, dependencies);
  if (answer) {
    await sendResponse(responseUrl, responseBody(event, answer), dependencies.network);
    logEvent('INFO', 'Answered', event, { status: answer.status, reason: answer.reason });
  }
}

/** Starts the execution, or returns the answer to a request that none can be started for. */
async function startOrRefuse(
  event: ResourceEvent,
  responseUrl: string,
  dependencies: Dependencies,
): Promise<Answer | undefined> {
  const now = dependencies.now();
  const request = toRequest(event, Math.min(requestTime(responseUrl) ?? now, now));
  if (now >= request.deadline) {
    return failed(event, reasons.late((now - request.requestedAt) / 1000, request));
  }
  const refusal = await startUntilRefused(toExecution(request, responseUrl), dependencies);
  return refusal === undefined ? undefined : failed(event, refusal);
}

/** The properties of a waiter that say which job it waits for, and what its model must be. */
const WHAT_JOB = [
  'jobIdentifier',
  'region',
  'assumedRoleArn',
  'expectedKmsKeyArn',
  'expectedModelDataSourceS3Uri',
];

/** What the request is while it is served. A waiter's execution holds no old properties: they could be as large again. */
function toRequest(event: ResourceEvent, requestedAt: number): Request {
  const deadline = requestedAt + Number(properties(event).deadlineSeconds) * 1000;
  if (ownsModel(event)) {
    return { event, requestedAt, deadline };
  }
  const { OldResourceProperties: old, ...rest } = event;
  return { event: rest, requestedAt, deadline, keepsJob: old && keepsJob(event, old) };
}

/** Whether the properties name the job that the resource has. One whose create has failed has none. */
function keepsJob(
  { PhysicalResourceId: id = '', ResourceProperties: current }: ResourceEvent,
  old: Record<string, unknown>,
): boolean {
  return isJobArn(id) && WHAT_JOB.every((name) => old[name] === current[name]);
}

function toExecution(request: Request, responseUrl: string): ExecutionState {
  const { modelFunctionArn, ServiceToken } = properties(request.event);
  // Nothing is waited for before the first poll.
  const poll = { result: { attempt: 0, waitSeconds: 0 } };
  return { worker: modelFunctionArn ?? ServiceToken, responseUrl, request, poll };
}

/**
 * Starts the execution, and returns the reason when that is refused for good. The first call after a deployment
 * has made its permission may be refused for minutes.
 *
 * @throws the last error when this delivery is over: Lambda delivers the event again
 */
async function startUntilRefused(
  state: ExecutionState,
  dependencies: Dependencies,
): Promise<string | undefined> {
  const { now, network } = dependencies;
  const { requestedAt, deadline } = state.request;
  const began = now();
  let tolerance: Tolerance | undefined;
  for (let pauseSeconds = 0.5; ; pauseSeconds = Math.min(2 * pauseSeconds, LONGEST_PAUSE_SECONDS)) {
    try {
      return void (await start(state, dependencies));
    } catch (error) {
      if (!(error instanceof CallError)) {
        throw error;
      }
      const { serviceError } = error;
      tolerance = tolerate(tolerance, serviceError, now());
      logEvent('WARN', 'Could not start the execution', state.request.event, { error: serviceError });
      const unreachedSeconds = isUnreached(serviceError) ? (now() - requestedAt) / 1000 : 0;
      const isFinal =
        (tolerance?.seconds ?? 0) >= PROPAGATION.leastSeconds ||
        (unreachedSeconds >= UNREACHED.leastSeconds && now() - began >= LEAST_TRY_SECONDS * 1000) ||
        now() + pauseSeconds * 1000 >= deadline;
      if (isFinal) {
        return reasons.notStarted(serviceError, state.request);
      }
      if (now() - began >= DELIVERY_SECONDS * 1000) {
        throw error;
      }
      await network.sleep(pauseSeconds * 1000);
    }
  }
}

function tolerate(tolerance: Tolerance | undefined, error: ServiceError, now: number): Tolerance | undefined {
  return isClientError(error) ? extend(tolerance, 'refused', now, error) : pause(tolerance);
}

/** Starts the execution once: a request that is delivered again has the same name. */
async function start(state: ExecutionState, { stepFunctions }: Dependencies): Promise<void> {
  const { event } = state.request;
  const command = new StartExecutionCommand({
    stateMachineArn: properties(event).stateMachineArn,
    name: executionName(event),
    input: JSON.stringify(state),
  });
  const abort = { abortSignal: AbortSignal.timeout(CALL_LIMIT_MS) };
  await call('states:StartExecution', stepFunctions.send(command, abort).catch(unlessItExists));
}

function unlessItExists(error: unknown): void {
  if (!(error instanceof ExecutionAlreadyExists)) {
    throw error;
  }
}

/**
 * The logical ID, for people, and the request's, which makes it unique: `Llama7C2C6F1E-6f2b8d10-…`, of at most
 * 80 characters.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
function executionName({ LogicalResourceId, RequestId }: ResourceEvent): string {
  return `${LogicalResourceId.slice(0, 79 - RequestId.length)}-${RequestId}`;
}

function succeeded(event: ResourceEvent): Answer {
  return { status: 'SUCCESS', physicalResourceId: physicalResourceId(event) };
}

function failed(event: ResourceEvent, reason: string): Answer {
  return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason };
}
