import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { createClient, toFault } from '../shared/bedrock';
import type { Answer, PollInput } from '../shared/engine';
import { log } from '../shared/log';
import { physicalResourceId } from '../shared/physical-id';
import { start } from './create';
import { NOT_STARTED, remove } from './delete';
import * as reasons from './reasons';
import { ofFault, readContext, type Context, type LifecycleResult, type Step } from './step';
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
  const step = await advance(context).catch((error: unknown) => ofFault(toFault(error), context));
  const remainingSeconds = limitSeconds(step, context) - context.progress.waitedSeconds;
  const attempt = input.previous.attempt + 1;
  const { supersedes, mayHaveStarted } = context.previous;
  logStep(context, step, attempt);
  if ('waitFor' in step && remainingSeconds > 0) {
    const waitSeconds = Math.min(Number(context.properties.pollIntervalSeconds), remainingSeconds);
    return {
      attempt,
      waitSeconds: Math.max(1, Math.ceil(waitSeconds)),
      lastSeen: step.waitFor,
      supersedes,
      quotaReached: step.quotaReached,
      mayHaveStarted: mayHaveStarted || step.mayHaveStarted,
    };
  }
  return { attempt, answer: toAnswer(step, context) };
}

function advance(context: Context): Promise<Step> {
  switch (context.event.RequestType) {
    case 'Create':
      return start(context, '');
    case 'Update':
      return update(context, physicalResourceId(context.event));
    case 'Delete':
      return remove(context, physicalResourceId(context.event));
  }
}

function toAnswer(step: Step, context: Context): Answer {
  const { event, progress } = context;
  if ('done' in step) {
    const id = step.done.jobArn ?? physicalResourceId(event);
    return { status: 'SUCCESS', physicalResourceId: id, data: step.done };
  }
  const mayHaveStarted = context.previous.mayHaveStarted || ('waitFor' in step && step.mayHaveStarted);
  const isUnknown = event.RequestType !== 'Create' || mayHaveStarted;
  return {
    status: 'FAILED',
    physicalResourceId: isUnknown ? physicalResourceId(event) : NOT_STARTED,
    reason: 'fail' in step ? step.fail : reasons.timedOut(progress, step.waitFor),
  };
}

/** A start may take as long as its timeout says; what waits for an own job as long as a resource can. */
function limitSeconds(step: Step, { event, properties }: Context): number {
  const isPatient = event.RequestType === 'Delete' || ('waitFor' in step && step.untilJobEnds);
  return Number(isPatient ? properties.deleteTimeoutSeconds : properties.startTimeoutSeconds);
}

function logStep({ event, progress }: Context, step: Step, attempt: number): void {
  log('fail' in step ? 'WARN' : 'INFO', {
    message: 'Step',
    requestType: event.RequestType,
    logicalId: event.LogicalResourceId,
    requestId: event.RequestId,
    waitedSeconds: Math.round(progress.waitedSeconds),
    attempt,
    ...step,
  });
}
