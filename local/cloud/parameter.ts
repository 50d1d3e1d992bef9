import { GetParameterCommand, SSMClient, type Parameter } from '@aws-sdk/client-ssm';
import type { LocalCloud } from './cloud';

/** A parameter of SSM by its name. */
export async function getParameter(cloud: LocalCloud, name: string): Promise<Parameter> {
  const client = new SSMClient(cloud.clientConfig);
  return (await client.send(new GetParameterCommand({ Name: name }))).Parameter!;
}
