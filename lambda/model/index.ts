import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClient } from '../shared/bedrock';
import type { PollInput, PollResult } from '../shared/engine';
import type { CallError } from '../shared/errors';
import { isBug } from '../shared/errors';
import { runPoll, type Outcome, type Poll, type PollContext } from '../shared/worker';
import { Context, newCalls, type Dependencies, type Memory } from './context';
import { deleteModel } from './delete';
import { isLast } from './history';
import { claim, hasEnded, rivalOf } from './record';
import { settle } from './settle';
import { adoptImport, startImport, superseded } from './start';
import { updateModel } from './update';
import { atDeadline, ofCallError } from './trouble';

type Step = Outcome<Memory>;

const DEPENDENCIES: Dependencies = {
  // Once: a retry of the SDK would hide what the first attempt did. The next poll tries again.
  bedrock: createClient(process.env.AWS_REGION ?? 'us-east-1', 1),
  dynamodb: new DynamoDBClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
  }),
  // Bundles of their own, loaded by who needs them.
  async *stackEvents(...args) {
    yield* (await import('./stack-events.js')).stackEvents(...args);
  },
  preflight: async (...args) => (await import('./preflight.js')).preflight(...args),
  now: Date.now,
};

export function handler(input: PollInput): Promise<PollResult> {
  return serve(input, DEPENDENCIES);
}

/** Takes a request for a model one step further. The state machine calls it again after the wait. */
export function serve(input: PollInput, dependencies: Dependencies): Promise<PollResult> {
  return runPoll<Memory>(input, dependencies.now, (poll) => pollOnce(poll, dependencies));
}

async function pollOnce(poll: PollContext<Memory>, dependencies: Dependencies): Promise<Poll<Memory>> {
  const calls = newCalls(poll.memory.reached);
  const context = new Context(poll, calls, dependencies);
  const step = await advance(context).catch((error: unknown) => {
    if (isBug(error)) {
      throw error;
    }
    return ofCallError(error as CallError, context);
  });
  const outcome = goOn(context, atDeadline(context, step));
  return {
    outcome:
      outcome.type === 'wait'
        ? { ...outcome, memory: { ...poll.memory, ...outcome.memory, reached: calls.reachedServices } }
        : outcome,
    subject: `${context.event.RequestType} of ${context.event.LogicalResourceId}`,
    lastSeen: outcome.type === 'wait' ? outcome.waitsFor : undefined,
    waitedSeconds: context.progress.waitedSeconds,
  };
}

async function advance(context: Context): Promise<Step> {
  await context.read();
  const { event, poll, properties } = context;
  if (event.RequestType === 'Delete') {
    return deleteModel(context);
  }
  if (poll.isAnswered) {
    return settle(context);
  }
  const refused = await claimFirst(context);
  if (refused) {
    return refused;
  }
  if (event.RequestType === 'Update') {
    return updateModel(context);
  }
  return properties.adopt ? adoptImport(context, properties.adopt) : startImport(context);
}

/** Makes the request the newest. Of two in one second, the stack's events tell which is later. */
async function claimFirst(context: Context): Promise<Step | undefined> {
  const { record, claimant, event } = context;
  if (record.newest?.requestId === claimant.requestId) {
    return undefined;
  }
  if (rivalOf(record, claimant)) {
    const history = await context.history((events) => isLast(events, event) !== undefined);
    if (isLast(history, event) === false) {
      return superseded(context);
    }
  }
  return (await context.write((each) => claim(each, claimant))) ? undefined : superseded(context);
}

/**
 * An execution that owns an import goes on after its answer, until CloudFormation has recorded it or it is gone. One that
 * cannot read the record may own one.
 */
function goOn(context: Context, step: Step): Step {
  const { own, event, poll, hasRead } = context;
  const isSettled = hasRead && (!own || own.recorded || hasEnded(own));
  return step.type === 'wait' || poll.isAnswered || event.RequestType === 'Delete' || isSettled
    ? step
    : { ...step, goesOnAfter: step.type === 'done' ? 3 : 1 };
}
