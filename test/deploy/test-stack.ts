import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackEvent,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { Parameter } from '@aws-sdk/client-ssm';
import type { LocalCloud } from '../../local/cloud/cloud';
import { getParameter } from '../../local/cloud/parameter';
import { stackEvents } from '../../local/cloud/stack-events';
import { stackOutputs } from '../../local/cloud/stack-outputs';

/** What a deployment came to. */
export interface Deployment {
  readonly succeeded: boolean;
  /** What the CDK CLI printed. */
  readonly output: string;
  /** The stack's events since the deployment began, oldest first. */
  readonly events: StackEvent[];
}

/** A stack of a test app, deployed with the CDK CLI. */
export class TestStack {
  private readonly client: CloudFormationClient;
  private readonly file: string;
  /** The arguments of the last deployment. */
  private context: string[] = [];

  constructor(
    private readonly cloud: LocalCloud,
    app: string,
    private readonly name: string,
  ) {
    this.file = `test/deploy/apps/${app}.ts`;
    this.client = new CloudFormationClient(cloud.clientConfig);
  }

  public async deploy(context: Record<string, string | number>): Promise<Deployment> {
    const startedAt = new Date();
    this.context = Object.entries({ ...context, stack: this.name }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const { code, output } = await this.cloud.deploy(this.file, this.context);
    return {
      succeeded: code === 0,
      output,
      events: await stackEvents(this.cloud, this.name, startedAt),
    };
  }

  /** Destroys the stack, and returns its status. */
  public async destroy(): Promise<string> {
    const { StackId } = await this.describe();
    await this.cloud.destroy(this.file, this.context);
    const { Stacks } = await this.client.send(new DescribeStacksCommand({ StackName: StackId }));
    return Stacks![0].StackStatus!;
  }

  public outputs(): Promise<Record<string, string>> {
    return stackOutputs(this.cloud, this.name);
  }

  public async status(): Promise<string> {
    return (await this.describe()).StackStatus!;
  }

  public async resources(): Promise<StackResourceSummary[]> {
    const command = new ListStackResourcesCommand({ StackName: this.name });
    return (await this.client.send(command)).StackResourceSummaries!;
  }

  /** The physical ID of the first resource of a type whose logical ID contains a text. */
  public async physicalId(type: string, logicalId = ''): Promise<string> {
    const found = (await this.resources()).find(
      ({ ResourceType, LogicalResourceId }) =>
        ResourceType === type && LogicalResourceId!.includes(logicalId),
    );
    return found!.PhysicalResourceId!;
  }

  /** The parameter that a waiter's model ARN goes to. */
  public async downstream(): Promise<Parameter> {
    const { downstream } = await this.outputs();
    return getParameter(this.cloud, downstream);
  }

  private async describe() {
    return (await this.client.send(new DescribeStacksCommand({ StackName: this.name }))).Stacks![0];
  }
}

/** When the first event of a kind happened, in milliseconds since the epoch. */
export function timeOf({ events }: Deployment, type: string, status: string): number {
  const event = events.find(
    ({ ResourceType, ResourceStatus }) => ResourceType === type && ResourceStatus === status,
  );
  return event!.Timestamp!.getTime();
}

/** The reasons that failed resources gave. */
export function failureReasons({ events }: Deployment): string[] {
  return events
    .filter(({ ResourceStatus }) => ResourceStatus!.endsWith('_FAILED'))
    .map(({ ResourceStatusReason }) => ResourceStatusReason!);
}
