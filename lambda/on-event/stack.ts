import type { CloudFormationClient, StackEvent } from '@aws-sdk/client-cloudformation';
import type { ResourceEvent } from '../shared/engine';
import { log } from '../shared/log';

/**
 * What CloudFormation believes in. Only the Delete of an ID that it invented has to ask: the creation that was
 * cancelled may have been answered in that very moment, and another one may be going on.
 */

/** The resource as the stack knows it. */
export interface Belief {
  /** Empty when there is none. */
  readonly physicalId: string;
  /** When a creation or an update began that goes on, in milliseconds since the epoch, a whole second. */
  readonly inProgressSince?: number;
}

const LIMIT_MS = 8000;

/** Pages of a hundred events, the newest first. Those of the resource are among those of this operation. */
const MAX_PAGES = 10;

/** Asks for the last events of a resource. Undefined when they could not be had. */
export async function askStack(
  client: CloudFormationClient,
  { StackId, LogicalResourceId, PhysicalResourceId }: ResourceEvent,
): Promise<Belief | undefined> {
  // Loaded when it is needed, which is hardly ever.
  const { paginateDescribeStackEvents } = await import('@aws-sdk/client-cloudformation');
  const abort = { abortSignal: AbortSignal.timeout(LIMIT_MS) };
  const events: StackEvent[] = [];
  try {
    let pages = 0;
    for await (const page of paginateDescribeStackEvents({ client }, { StackName: StackId }, abort)) {
      events.push(...(page.StackEvents ?? []).filter((each) => each.LogicalResourceId === LogicalResourceId));
      if (++pages === MAX_PAGES) {
        break;
      }
    }
  } catch (error) {
    const { name, message } = error as Error;
    log('WARN', {
      message: 'Could not ask CloudFormation for the events of the stack',
      error: `${name}: ${message}`,
    });
  }
  return readBelief(events, PhysicalResourceId!);
}

/**
 * Reads the events of a resource, the newest first. Deletions say nothing: they may be of what was there
 * before, under the same logical ID.
 */
export function readBelief(events: readonly StackEvent[], deletedId: string): Belief | undefined {
  const others = events.filter(({ ResourceStatus }) => !ResourceStatus?.startsWith('DELETE_'));
  if (others.length === 0) {
    return undefined;
  }
  const [{ ResourceStatus: status, PhysicalResourceId: latestId = '' }] = others;
  const physicalId = latestId === deletedId ? '' : latestId;
  if (!status?.endsWith('_IN_PROGRESS')) {
    return { physicalId: status === 'CREATE_FAILED' ? '' : physicalId };
  }
  // CloudFormation tells of a creation more than once.
  const end = others.findIndex(({ ResourceStatus }) => ResourceStatus !== status);
  const began = others[(end < 0 ? others.length : end) - 1].Timestamp!;
  // Times of requests are known to the second.
  return { physicalId, inProgressSince: Math.floor(began.getTime() / 1000) * 1000 };
}
