import { CloudFormationClient, paginateDescribeStackEvents } from '@aws-sdk/client-cloudformation';
import type { StackEvent } from '@aws-sdk/client-cloudformation';

let client: CloudFormationClient | undefined;

/**
 * The events of a stack in pages, the newest first. A bundle of its own: most requests need none.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */
export async function* stackEvents(
  stackId: string,
  options: { readonly abortSignal: AbortSignal },
): AsyncIterable<readonly StackEvent[]> {
  client ??= new CloudFormationClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
  });
  for await (const { StackEvents } of paginateDescribeStackEvents(
    { client },
    { StackName: stackId },
    options,
  )) {
    yield StackEvents ?? [];
  }
}
