import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { LocalCloud } from './cloud';

/** The outputs of a stack by their names. */
export async function stackOutputs(cloud: LocalCloud, stackName: string): Promise<Record<string, string>> {
  const client = new CloudFormationClient(cloud.clientConfig);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = Stacks![0].Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
}
