import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { ResourceEvent } from '../shared/engine';
import { describeError, logEvent } from './resource';

/**
 * What CloudFormation believes in. Only the Delete of a model, and of an ID that it invented, has to ask: a
 * creation that was cancelled may have been answered in that very moment, and another one may be going on.
 */

/** The resource as the stack knows it. */
interface Belief {
  /** Empty when there is none. */
  readonly physicalId: string;
  /** When a creation or an update began that goes on, in milliseconds since the epoch, a whole second. */
  readonly inProgressSince?: number;
  /** Whether the stack is being deleted, and not changed. */
  readonly isStackDeleted?: boolean;
}

/** Brings the events of a stack in pages, the newest first. */
export type StackEvents = (stackId: string) => AsyncIterable<readonly StackEvent[]>;

const LIMIT_MS = 8000;

/** Brings the events from CloudFormation, whose client is loaded only then: hardly ever. */
export async function* stackEvents(stackId: string): ReturnType<StackEvents> {
  const { CloudFormationClient, paginateDescribeStackEvents } =
    await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
  });
  const abort = { abortSignal: AbortSignal.timeout(LIMIT_MS) };
  for await (const page of paginateDescribeStackEvents({ client }, { StackName: stackId }, abort)) {
    yield page.StackEvents ?? [];
  }
}

/** Asks for the last events of a resource. Undefined when they could not be had. */
export async function askStack(tell: StackEvents, event: ResourceEvent): Promise<Belief | undefined> {
  const events: StackEvent[] = [];
  const ofStack: StackEvent[] = [];
  try {
    for await (const page of tell(event.StackId)) {
      events.push(...page.filter(({ LogicalResourceId }) => LogicalResourceId === event.LogicalResourceId));
      ofStack.push(...page.filter(({ PhysicalResourceId }) => PhysicalResourceId === event.StackId));
      if (isDecided(events)) {
        break;
      }
    }
  } catch (error) {
    logEvent('WARN', 'Could not ask CloudFormation for the events of the stack', event, describeError(error));
  }
  const belief = readBelief(events);
  const isStackDeleted = ofStack[0]?.ResourceStatus === 'DELETE_IN_PROGRESS';
  return belief && isStackDeleted ? { ...belief, isStackDeleted } : belief;
}

/**
 * Reads the events of a resource, the newest first. Deletions say nothing: they may be of what was there
 * before, under the same logical ID.
 */
export function readBelief(events: readonly StackEvent[]): Belief | undefined {
  const others = withoutDeletions(events);
  if (others.length === 0) {
    return undefined;
  }
  const [{ ResourceStatus: status, PhysicalResourceId: physicalId = '' }] = others;
  if (!status?.endsWith('_IN_PROGRESS')) {
    return { physicalId: status === 'CREATE_FAILED' ? '' : physicalId };
  }
  // CloudFormation tells of a creation more than once.
  const end = others.findIndex(({ ResourceStatus }) => ResourceStatus !== status);
  const began = others[(end < 0 ? others.length : end) - 1].Timestamp!;
  // Times of requests are known to the second.
  return { physicalId, inProgressSince: Math.floor(began.getTime() / 1000) * 1000 };
}

/** Whether older events cannot change what these say. */
function isDecided(events: readonly StackEvent[]): boolean {
  const [last, ...others] = withoutDeletions(events).map(({ ResourceStatus }) => ResourceStatus);
  return last !== undefined && (!last.endsWith('_IN_PROGRESS') || others.some((status) => status !== last));
}

function withoutDeletions(events: readonly StackEvent[]): StackEvent[] {
  return events.filter(({ ResourceStatus }) => !ResourceStatus?.startsWith('DELETE_'));
}
