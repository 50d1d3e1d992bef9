import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Network } from '../../../lambda/waiter/send-response';
import { URL_LIFETIME_SECONDS } from '../../../lambda/waiter/request-time';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Queue } from './queue';
import type { Random } from './random';
import { StackEvents } from './stack-events';

/** A part of each `ResponseURL` that may stand in no log. */
export const SECRET = 'X-Amz-Signature=5ec2e7';

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

/** What a request is about. */
export interface ResourceRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly stackId: string;
  readonly resourceType: string;
  readonly logicalId: string;
  readonly serviceToken: string;
  readonly physicalId?: string;
  readonly properties: Record<string, unknown>;
  readonly oldProperties?: Record<string, unknown>;
  readonly serviceTimeoutSeconds: number;
  /**
   * Seconds after which the request is cancelled: another resource has failed. `on answer`: in the moment in which
   * the answer comes, which CloudFormation never hears.
   */
  readonly cancelAfter?: number | 'on answer';
}

/** A request that CloudFormation does not wait for any more. */
export interface Served {
  readonly requestId: string;
  readonly request: ResourceRequest;
  readonly outcome: Outcome;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly endedAt: number;
  /** Seconds that Lambda took to have it served, beyond what it has to take. */
  readonly latenessSeconds: number;
  /** Seconds that faults may have cost meanwhile. */
  readonly faultSeconds: number;
  /** When it was certain what earlier requests had done, in milliseconds since the epoch. */
  readonly certainAt: number;
}

interface Pending {
  readonly id: string;
  readonly requestedAt: number;
  readonly bodies: string[];
  readonly accept: (response: Response) => void;
}

/** AWS CloudFormation: sends requests, takes responses at their URLs, and waits no longer than it may. */
export class CloudFormation {
  public readonly events: StackEvents;
  private readonly requests = new Map<string, Pending>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly queue: () => Queue,
  ) {
    this.events = new StackEvents(clock);
  }

  /** Answers that contradict others, or that CloudFormation does not take. */
  public get contradictions(): string[] {
    return [...this.requests.values()].flatMap(({ id, bodies }) => {
      const broken = bodies.filter((body) => !isTaken(id, body));
      // A delivery that came too late, or could start nothing, has not served the request.
      const decided = new Set(bodies.filter((body) => !/"Reason":"(RequestTooLate|NotStarted)/.test(body)));
      return [...broken, ...(decided.size > 1 ? decided : [])];
    });
  }

  /** Makes a request, and waits for what comes of it. */
  public async request(request: ResourceRequest): Promise<Served> {
    const { clock, faults } = this;
    const requestedAt = clock.now;
    const reading = faults.reading();
    const { certainAt } = faults;
    const requestId = `00000000-0000-4000-8000-${String(this.requests.size + 1).padStart(12, '0')}`;
    const answered = new Promise<Response>((accept) => {
      this.requests.set(requestId, { id: requestId, requestedAt, bodies: [], accept });
    });
    const queue = this.queue();
    void queue.bring(toEvent(requestId, request, requestedAt));
    const outcome = await this.wait(request, answered);
    return {
      requestId,
      request,
      outcome,
      requestedAt,
      endedAt: clock.now,
      latenessSeconds: queue.latenessSeconds(requestId, requestedAt),
      faultSeconds: faults.costSince(reading, requestedAt),
      certainAt,
    };
  }

  /** The ID that CloudFormation generates for a resource that it never got one of. */
  public generateId(logicalId: string): string {
    const suffix = Math.floor(this.random.next() * 1e12).toString(36);
    return `Stack-${logicalId}-${suffix.toUpperCase()}`;
  }

  /** The way of a response through the network. */
  public readonly network: Network = {
    sleep: (milliseconds) => this.clock.sleep(milliseconds / 1000),
    put: async (url, body) => {
      await this.clock.sleep(0.1);
      const id = /responses\.test\/([^?]+)/.exec(url)![1];
      const { bodies, accept, requestedAt } = this.requests.get(id)!;
      if (this.clock.now > requestedAt + URL_LIFETIME_SECONDS * 1000) {
        return 'HTTP 403';
      }
      if (this.faults.troubleAt('url')) {
        return 'ECONNRESET';
      }
      const at = { place: `url ${id}`, limit: 7, probability: 0.04, seconds: 60 };
      const status = this.random.pick([403, 500, 503]);
      if (this.faults.happens(`ResponseURL: HTTP ${status}`, at)) {
        return `HTTP ${status}`;
      }
      bodies.push(body);
      accept(JSON.parse(body) as Response);
      if (this.faults.happens('ResponseURL: answer accepted, connection lost', at)) {
        return 'ECONNRESET';
      }
      this.faults.recover(at.place);
      return 'accepted';
    },
  };

  private async wait(
    { cancelAfter, serviceTimeoutSeconds }: ResourceRequest,
    answered: Promise<Response>,
  ): Promise<Outcome> {
    const timeout = this.clock.timer(serviceTimeoutSeconds);
    const cancellation = this.clock.timer(typeof cancelAfter === 'number' ? cancelAfter : Infinity);
    const outcome = await Promise.race([
      answered.then((response) => (cancelAfter === 'on answer' ? ('cancelled' as const) : response)),
      timeout.rings.then(() => 'timed out' as const),
      cancellation.rings.then(() => 'cancelled' as const),
    ]);
    timeout.cancel();
    cancellation.cancel();
    return outcome;
  }
}

function isTaken(requestId: string, body: string): boolean {
  const { RequestId, PhysicalResourceId } = JSON.parse(body) as Response;
  const isId = PhysicalResourceId !== '' && Buffer.byteLength(PhysicalResourceId) <= 1024;
  return Buffer.byteLength(body) <= 4096 && RequestId === requestId && isId;
}

/** A time as `20260131T120000Z`. */
function toStamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

function toEvent(
  RequestId: string,
  request: ResourceRequest,
  now: number,
): CloudFormationCustomResourceEvent {
  const ServiceToken = request.serviceToken;
  return {
    RequestType: request.type,
    ServiceToken,
    ResponseURL: `https://responses.test/${RequestId}?X-Amz-Date=${toStamp(now)}&X-Amz-Expires=7200&${SECRET}`,
    StackId: request.stackId,
    RequestId,
    LogicalResourceId: request.logicalId,
    ResourceType: request.resourceType,
    ResourceProperties: { ServiceToken, ...request.properties },
    ...(request.physicalId && { PhysicalResourceId: request.physicalId }),
    ...(request.oldProperties && { OldResourceProperties: { ServiceToken, ...request.oldProperties } }),
  } as CloudFormationCustomResourceEvent;
}

export function succeeded(outcome: Outcome): outcome is Response {
  return typeof outcome === 'object' && outcome.Status === 'SUCCESS';
}
