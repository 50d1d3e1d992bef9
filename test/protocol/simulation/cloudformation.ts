import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Network } from '../../../lambda/on-event/cloudformation';
import { toStamp } from '../../../lambda/on-event/request-time';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Queue } from './queue';
import type { Random } from './random';

export const SECRET = 'X-Amz-Signature=5ec2e7';

const STACK_ID = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/1';

/** Seconds that CloudFormation takes at least between two requests for one resource. */
const LEAST_PAUSE_SECONDS = 6;

/** A delivery, and what it may take to start an execution. */
const PROMPT_SECONDS = 4;

/** What is first served that late before CloudFormation gives up may have no answer in time. */
const LATEST_SECONDS = 150;

/** The body of a response. */
export interface Response {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly RequestId: string;
  readonly Data?: Record<string, string>;
}

/** What CloudFormation has of a request in the end. */
export type Outcome = Response | 'timed out' | 'cancelled';

interface Request {
  readonly id: string;
  readonly madeAt: number;
  readonly resource: ResourceRequest;
  /** What came while CloudFormation waited, and what came later. */
  readonly bodies: string[];
  readonly lateBodies: string[];
  readonly accept: (response: Response) => void;
  waits: boolean;
  /** When CloudFormation gave up. */
  gaveUpAt?: number;
}

/** What a request is about. */
export interface ResourceRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly resourceType: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly properties: Record<string, unknown>;
  readonly oldProperties?: Record<string, unknown>;
  readonly serviceTimeoutSeconds: number;
  /** Seconds after which the request is cancelled: another resource has failed. `on answer`: in that moment. */
  readonly cancelAfter?: number | 'on answer';
}

/** AWS CloudFormation: sends events, takes responses at their URLs, and waits no longer than it may. */
export class CloudFormation {
  /** When CloudFormation gives up on the current request, in milliseconds since the epoch. */
  public givesUpAt = Infinity;
  /** When the last request was answered or given up, in milliseconds since the epoch. */
  public endedAt = 0;
  private readonly requests = new Map<string, Request>();
  private readonly events: StackEvent[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly queue: () => Queue,
  ) {}

  /** Answers that contradict others, or that CloudFormation does not take. */
  public get contradictions(): string[] {
    return [...this.requests.values()].flatMap(({ id, resource, bodies, lateBodies }) => {
      const all = [...bodies, ...lateBodies];
      // What comes when nobody waits any more is ignored, unless it contradicts what came before. A delivery that
      // could not start anything has failed, also when another one can a moment later.
      const wasNotStarted = bodies.length > 0 && /could not be started/.test(bodies[0]);
      const isSame = (body: string): boolean =>
        bodies.length === 0 ||
        wasNotStarted ||
        body === bodies[0] ||
        isSuperseded(JSON.parse(body) as Response, resource);
      const broken = all.filter((body) => !isTaken(id, body));
      return [...broken, ...(all.every(isSame) ? [] : [...new Set(all)])];
    });
  }

  /** The events of the stack, the newest first. */
  public async *tellEvents(): AsyncGenerator<StackEvent[]> {
    await this.clock.sleep(0.1);
    yield [...this.events].reverse();
  }

  public async request(resource: ResourceRequest): Promise<Outcome> {
    const id = `00000000-0000-4000-8000-${String(this.requests.size + 1).padStart(12, '0')}`;
    this.tell(resource, 'IN_PROGRESS', resource.physicalId);
    this.givesUpAt = this.clock.now + resource.serviceTimeoutSeconds * 1000;
    const answered = new Promise<Response>((accept) => {
      const request = {
        id,
        madeAt: this.clock.now,
        resource,
        bodies: [],
        lateBodies: [],
        accept,
        waits: true,
      };
      this.requests.set(id, request);
    });
    void this.queue().bring(toEvent(id, resource, this.clock.now));
    const { cancelAfter } = resource;
    const timers = [
      { seconds: resource.serviceTimeoutSeconds, outcome: 'timed out' as const },
      ...(typeof cancelAfter === 'number' ? [{ seconds: cancelAfter, outcome: 'cancelled' as const }] : []),
    ].map(({ seconds, outcome }) => ({ timer: this.clock.timer(seconds), outcome }));
    const outcome = await Promise.race([
      answered.then((response) => (cancelAfter === 'on answer' ? ('cancelled' as const) : response)),
      ...timers.map(async ({ timer, outcome }) => {
        await timer.rings;
        return outcome;
      }),
    ]);
    timers.forEach(({ timer }) => timer.cancel());
    const request = this.requests.get(id)!;
    request.waits = false;
    request.gaveUpAt = outcome === 'timed out' ? this.clock.now : undefined;
    this.endedAt = this.clock.now;
    this.tellOutcome(resource, outcome);
    await this.clock.sleep(this.random.between(LEAST_PAUSE_SECONDS, 12));
    return outcome;
  }

  /** The ID that CloudFormation invents for a resource that it never got one of. */
  public invent(logicalId: string): string {
    return `Stack-${logicalId}-${Math.floor(this.random.next() * 1e12)
      .toString(36)
      .toUpperCase()}`;
  }

  /** Seconds from the requests to their first delivery that went well, longer than it has to take. */
  public latenessSeconds({ servedAt }: Queue): number {
    const late = [...this.requests.values()].map(({ id, madeAt }) =>
      Math.max(0, ((servedAt.get(id) ?? this.clock.now) - madeAt) / 1000 - PROMPT_SECONDS),
    );
    return late.reduce((sum, seconds) => sum + seconds, 0);
  }

  /** The requests that had no answer in time, though Lambda brought them while there was time for one. */
  public unanswered({ servedAt }: Queue): string[] {
    return [...this.requests.values()].flatMap(({ id, resource, gaveUpAt }) => {
      const latest = gaveUpAt === undefined ? 0 : gaveUpAt - LATEST_SECONDS * 1000;
      return (servedAt.get(id) ?? Infinity) <= latest ? [`${resource.type} ${id}`] : [];
    });
  }

  /** The way of a response through the network. */
  public readonly network: Network = {
    sleep: (milliseconds) => this.clock.sleep(milliseconds / 1000),
    put: async (url, body) => {
      await this.clock.sleep(0.1);
      const id = /responses\.test\/([^?]+)/.exec(url)![1];
      const at = { place: `url ${id}`, limit: 7, probability: 0.04, seconds: 60 };
      if (this.faults.happens('ResponseURL: connection reset', at)) {
        return 'ECONNRESET';
      }
      const status = this.random.pick([403, 500, 503]);
      if (this.faults.happens(`ResponseURL: HTTP ${status}`, at)) {
        return `HTTP ${status}`;
      }
      this.take(this.requests.get(id)!, body);
      if (this.faults.happens('ResponseURL: answer accepted, connection lost', at)) {
        return 'ECONNRESET';
      }
      this.faults.recover(at.place);
      return 'accepted';
    },
  };

  private take(request: Request, body: string): void {
    (request.waits ? request.bodies : request.lateBodies).push(body);
    request.accept(JSON.parse(body) as Response);
  }

  private tellOutcome(resource: ResourceRequest, outcome: Outcome): void {
    const succeeded = typeof outcome === 'object' && outcome.Status === 'SUCCESS';
    const answeredId = typeof outcome === 'object' ? outcome.PhysicalResourceId : undefined;
    this.tell(
      resource,
      succeeded ? 'COMPLETE' : 'FAILED',
      succeeded ? answeredId : (resource.physicalId ?? answeredId),
    );
  }

  /** Tells that the stack is deleted from now on. */
  public tellDeletion(): void {
    this.events.push({
      StackId: STACK_ID,
      StackName: 'Stack',
      EventId: String(this.events.length),
      PhysicalResourceId: STACK_ID,
      ResourceStatus: 'DELETE_IN_PROGRESS',
      Timestamp: new Date(this.clock.now),
    });
  }

  private tell(resource: ResourceRequest, status: string, physicalId = ''): void {
    this.events.push({
      StackId: STACK_ID,
      StackName: 'Stack',
      EventId: String(this.events.length),
      LogicalResourceId: resource.logicalId,
      PhysicalResourceId: physicalId,
      ResourceStatus: `${resource.type.toUpperCase()}_${status}` as StackEvent['ResourceStatus'],
      Timestamp: new Date(this.clock.now),
    });
  }
}

function isTaken(requestId: string, body: string): boolean {
  const { RequestId, PhysicalResourceId } = JSON.parse(body) as Response;
  return Buffer.byteLength(body) <= 4096 && RequestId === requestId && PhysicalResourceId !== '';
}

/** What is said of a request that CloudFormation does not wait for any more. */
function isSuperseded({ Status, Reason = '' }: Response, { type }: ResourceRequest): boolean {
  const isCleanup = type === 'Delete' && Status === 'SUCCESS';
  return isCleanup || /^(Superseded|The request could be served only)/.test(Reason);
}

function toEvent(
  RequestId: string,
  resource: ResourceRequest,
  now: number,
): CloudFormationCustomResourceEvent {
  const ServiceToken = 'arn:aws:lambda:us-east-1:123456789012:function:on-event';
  return {
    RequestType: resource.type,
    ServiceToken,
    ResponseURL: `https://responses.test/${RequestId}?X-Amz-Date=${toStamp(now)}&X-Amz-Expires=7200&${SECRET}`,
    StackId: STACK_ID,
    RequestId,
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.resourceType,
    ResourceProperties: { ServiceToken, ...resource.properties },
    ...(resource.physicalId && { PhysicalResourceId: resource.physicalId }),
    ...(resource.oldProperties && { OldResourceProperties: { ServiceToken, ...resource.oldProperties } }),
  } as CloudFormationCustomResourceEvent;
}
