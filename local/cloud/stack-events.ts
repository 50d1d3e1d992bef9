import {
  CloudFormationClient,
  paginateDescribeStackEvents,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import type { LocalCloud } from './cloud';

/** The events of a stack since a time, oldest first; none when there is no such stack. */
export async function stackEvents(cloud: LocalCloud, stackName: string, since: Date): Promise<StackEvent[]> {
  const client = new CloudFormationClient(cloud.clientConfig);
  const events: StackEvent[] = [];
  try {
    for await (const page of paginateDescribeStackEvents({ client }, { StackName: stackName })) {
      events.push(...(page.StackEvents ?? []));
    }
  } catch (error) {
    if ((error as Error).name !== 'ValidationError') {
      throw error;
    }
  }
  return events
    .reverse()
    .filter(({ Timestamp }) => Timestamp! >= since)
    .sort((a, b) => a.Timestamp!.getTime() - b.Timestamp!.getTime());
}
