import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { Clock } from './clock';

/** The events of stacks, as `DescribeStackEvents` has them. */
export class StackEvents {
  private readonly events: StackEvent[] = [];

  constructor(private readonly clock: Clock) {}

  /** The events of one stack, the oldest first. */
  public of(stackId: string): readonly StackEvent[] {
    return this.events.filter(({ StackId }) => StackId === stackId);
  }

  /** A stack has come to a status. */
  public addOfStack(stackId: string, status: string): void {
    this.add(stackId, { PhysicalResourceId: stackId, LogicalResourceId: stackId.split('/')[1] }, status);
  }

  /** A resource has come to a status. Most events bear its properties as JSON. */
  public addOfResource(
    stackId: string,
    resource: {
      readonly logicalId: string;
      readonly physicalId?: string;
      readonly properties?: Record<string, unknown>;
    },
    status: string,
  ): void {
    const { logicalId, physicalId = '', properties } = resource;
    this.add(
      stackId,
      {
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceProperties: properties && JSON.stringify(properties),
      },
      status,
    );
  }

  private add(stackId: string, event: Partial<StackEvent>, status: string): void {
    this.events.push({
      StackId: stackId,
      StackName: stackId.split('/')[1],
      EventId: String(this.events.length),
      ResourceStatus: status as StackEvent['ResourceStatus'],
      Timestamp: new Date(this.clock.now),
      ...event,
    });
  }
}
