import { LINK, secondsToDeadline, splitIntoLinks, type Link } from '../../../lib/private/contract/links';
import type { OnTheWire, WaiterProperties } from '../../../lib/private/contract/protocol';
import { WAITER_TYPE } from '../../support/resource-types';
import { succeeded, type Outcome, type ResourceRequest, type Served } from './cloudformation';
import type { Provider } from './provider';
import type { World } from './world';

const STACK_ID = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/1';

/** Seconds between an outcome and CloudFormation's next request. */
const PAUSES = [0.1, 1, 5, 10] as const;

/** A wait, as the template has it. */
export interface Wait {
  readonly timeoutSeconds: number;
  readonly pollIntervalSeconds: number;
  readonly hasSmokeTest: boolean;
}

/** How a deployment of a wait ended. */
export interface WaitEnd {
  readonly type: 'Create' | 'Update';
  readonly outcome: Outcome;
  readonly job: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Seconds that faults and late deliveries may have cost. */
  readonly lostSeconds: number;
  /** The physical ID, before it, of the link that it ended with. */
  readonly physicalId?: string;
  /** Of the link that it ended with. */
  readonly requestId: string;
}

/** A stack with one waiter, whose links CloudFormation deploys one after the other. */
export class WaiterStack {
  public readonly links: readonly Link[];
  /** By logical ID. */
  public readonly physicalIds = new Map<string, string>();
  private readonly provider: Provider;
  private job = '';

  constructor(
    private readonly world: World,
    private readonly wait: Wait,
  ) {
    this.links = splitIntoLinks(wait.timeoutSeconds);
    this.provider = world.createProvider();
  }

  /** Deploys the waiter for a job, link by link, up to the first that fails. */
  public async deploy(type: 'Create' | 'Update', job: string, cancelAfter = Infinity): Promise<WaitEnd> {
    const { clock, faults } = this.world;
    const startedAt = clock.now;
    const reading = faults.reading();
    const old = this.job;
    let lateness = 0;
    let waitingSince: string | undefined;
    for (const [index, link] of this.links.entries()) {
      const logicalId = link.continues ? `Link${index + 1}` : 'Resource';
      const physicalId = type === 'Update' ? this.physicalIds.get(logicalId) : undefined;
      const served = await this.request(type, logicalId, {
        properties: this.properties(link, job, waitingSince),
        oldProperties: type === 'Update' ? this.properties(link, old) : undefined,
        cancelAfter: Math.max(0, cancelAfter - (clock.now - startedAt) / 1000),
        serviceTimeoutSeconds: secondsToDeadline(link.timeoutSeconds) + LINK.marginSeconds,
      });
      lateness += served.latenessSeconds;
      const { outcome, endedAt, requestId } = served;
      if (!succeeded(outcome) || !link.continues) {
        this.job = succeeded(outcome) ? job : old;
        const lostSeconds = faults.costSince(reading, startedAt) + lateness;
        return { type, outcome, job, startedAt, endedAt, lostSeconds, physicalId, requestId };
      }
      waitingSince = outcome.Data!.waitingSince;
    }
    throw new Error('A wait has at least one link');
  }

  /** Deletes the links that are there, the last one first. Returns what came of each. */
  public async delete(physicalIds = [...this.physicalIds].reverse()): Promise<Served[]> {
    const deletions: Served[] = [];
    for (const [logicalId, physicalId] of physicalIds) {
      deletions.push(
        await this.request('Delete', logicalId, {
          physicalId,
          properties: this.properties(this.links[0], this.job),
          serviceTimeoutSeconds: LINK.maxSeconds,
        }),
      );
    }
    return deletions;
  }

  private async request(
    type: ResourceRequest['type'],
    logicalId: string,
    request: Pick<
      ResourceRequest,
      'properties' | 'oldProperties' | 'physicalId' | 'cancelAfter' | 'serviceTimeoutSeconds'
    >,
  ): Promise<Served> {
    const before = this.physicalIds.get(logicalId);
    const served = await this.world.cloudFormation.request({
      type,
      logicalId,
      stackId: STACK_ID,
      resourceType: WAITER_TYPE,
      serviceToken: this.provider.waiterArn,
      physicalId: type === 'Update' ? before : undefined,
      ...request,
    });
    if (type !== 'Delete') {
      this.physicalIds.set(logicalId, this.idAfter(served.outcome, logicalId, before));
    }
    await this.world.clock.sleep(this.world.random.pick(PAUSES));
    return served;
  }

  private idAfter(outcome: Outcome, logicalId: string, before?: string): string {
    if (typeof outcome === 'string') {
      return before ?? this.world.cloudFormation.generateId(logicalId);
    }
    return outcome.Status === 'SUCCESS' ? outcome.PhysicalResourceId : (before ?? outcome.PhysicalResourceId);
  }

  private properties(link: Link, jobIdentifier: string, waitingSince?: string): Record<string, unknown> {
    const { pollIntervalSeconds, hasSmokeTest } = this.wait;
    const properties: OnTheWire<WaiterProperties> = {
      stateMachineArn: this.provider.stateMachineArn,
      jobIdentifier,
      timeoutSeconds: String(link.timeoutSeconds),
      earlierSeconds: String(link.earlierSeconds),
      deadlineSeconds: String(secondsToDeadline(link.timeoutSeconds)),
      pollIntervalSeconds: String(pollIntervalSeconds),
      continues: String(link.continues),
      waitingSince,
      smokeTest: hasSmokeTest && !link.continues ? { operation: 'InvokeModel', body: '{}' } : undefined,
    };
    return JSON.parse(JSON.stringify(properties)) as Record<string, unknown>;
  }
}
