import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { createClient } from '../shared/bedrock';
import type { Answer, PollInput } from '../shared/engine';
import { log } from '../shared/log';
import { physicalResourceId, untouchedId } from '../shared/physical-id';
import { humanDuration } from '../shared/text';
import { readContext, type Context } from './context';
import { create } from './create';
import { remove } from './delete';
import { ofError } from './grace';
import * as reasons from './reasons';
import { isWait, type LifecycleResult, type Step } from './step';
import { update } from './update';

const client = createClient(process.env.AWS_REGION ?? 'us-east-1');

export function handler(input: PollInput): Promise<LifecycleResult> {
  return serve(input, client, Date.now);
}

/**
 * Brings a model of its own one step further to what a request wants. The state machine calls it again
 * after the wait.
 */
export async function serve(
  input: PollInput,
  client: BedrockClient,
  now: () => number,
): Promise<LifecycleResult> {
  const context = readContext(input, client, now());
  const step = await advance(context).catch((error: unknown) => ofInterruption(error, context));
  const isStart = isWait(step) && step.isStart;
  const startsSince = isStart ? (context.previous.startsSince ?? context.now) : undefined;
  const remainingSeconds = limitSeconds(context, startsSince) - context.progress.waitedSeconds;
  const attempt = input.previous.attempt + 1;
  if (!isWait(step) || remainingSeconds <= 0) {
    logStep(context, step, attempt);
    return { attempt, answer: toAnswer(step, context) };
  }
  const { withinSeconds = Infinity } = step;
  const waitSeconds = Math.max(
    1,
    Math.ceil(Math.min(Number(context.properties.pollIntervalSeconds), withinSeconds, remainingSeconds)),
  );
  logStep(context, step, attempt, waitSeconds);
  const { supersedes, known, sparesSince, isStackDeleted } = context.previous;
  return {
    attempt,
    waitSeconds,
    lastSeen: step.waitFor,
    supersedes,
    known,
    sparesSince,
    isStackDeleted,
    servedSince: context.servedSince,
    streak: step.streak,
    hasLooked: step.hasLooked ?? context.previous.hasLooked,
    startsSince,
  };
}

function advance(context: Context): Promise<Step> {
  const id = physicalResourceId(context.event);
  switch (context.event.RequestType) {
    case 'Create':
      return create(context);
    case 'Update':
      return update(context, id);
    case 'Delete':
      return remove(context, id);
  }
}

/** A fault in the middle of a start is a part of it. */
function ofInterruption(error: unknown, context: Context): Step {
  const step = ofError(error, context);
  return isWait(step) ? { ...step, isStart: context.previous.startsSince !== undefined } : step;
}

function toAnswer(step: Step, context: Context): Answer {
  const { event, progress } = context;
  const id = physicalResourceId(event);
  if ('done' in step) {
    return { status: 'SUCCESS', physicalResourceId: step.done.jobArn ?? id, data: step.done };
  }
  if ('fail' in step) {
    const failedId = step.nothingStarted ? untouchedId(event) : id;
    return { status: 'FAILED', physicalResourceId: failedId, reason: step.fail };
  }
  return step.otherwise
    ? toAnswer(step.otherwise, context)
    : { status: 'FAILED', physicalResourceId: id, reason: reasons.timedOut(progress, step.waitFor) };
}

/**
 * A start may take as long as its timeout says. In an Update that counts from when nothing else is waited for,
 * so that the timeout of an import does not fail the rollback of one.
 */
function limitSeconds({ event, properties, requestedAt }: Context, startsSince = Infinity): number {
  const startTimeoutSeconds = Number(properties.startTimeoutSeconds);
  return event.RequestType === 'Create'
    ? startTimeoutSeconds
    : Math.min(
        Number(properties.deleteTimeoutSeconds),
        (startsSince - requestedAt) / 1000 + startTimeoutSeconds,
      );
}

function logStep(context: Context, step: Step, attempt: number, nextPollSeconds?: number): void {
  const { event, progress } = context;
  log('fail' in step ? 'WARN' : 'INFO', {
    message: sentence(context, step, nextPollSeconds),
    requestType: event.RequestType,
    logicalId: event.LogicalResourceId,
    requestId: event.RequestId,
    waitedSeconds: Math.round(progress.waitedSeconds),
    attempt,
    nextPollSeconds,
    ...step,
  });
}

/** A step as a person reads it in the log. */
function sentence({ event, progress }: Context, step: Step, nextPollSeconds?: number): string {
  const waited = `${event.RequestType} of ${event.LogicalResourceId}: ${humanDuration(progress.waitedSeconds)} waited`;
  if (isWait(step)) {
    const end = step.otherwise ? 'goes on without' : 'gives up';
    const next = nextPollSeconds === undefined ? end : `next poll in ${humanDuration(nextPollSeconds)}`;
    return `${waited} for ${step.waitFor}, ${next}`;
  }
  return `${waited}, ${'fail' in step ? 'failed' : 'done'}`;
}
