import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Network } from '../../lambda/on-event/cloudformation';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Lambda } from './lambda';
import type { Random } from './random';

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

interface Request {
  readonly id: string;
  readonly bodies: Set<string>;
  readonly accept: (response: Response) => void;
}

/** What a request is about. */
export interface ResourceRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly properties: Record<string, unknown>;
  readonly serviceTimeoutSeconds: number;
  /** When a person cancels the deployment, in milliseconds since the epoch. */
  readonly cancelAt?: number;
}

/** AWS CloudFormation: sends events, takes responses at their URLs, and waits no longer than it may. */
export class CloudFormation {
  /** When CloudFormation gives up on the current request, in milliseconds since the epoch. */
  public givesUpAt = Infinity;
  private readonly requests = new Map<string, Request>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly lambda: () => Lambda,
  ) {}

  /** Requests that were answered in different ways, or in a way that CloudFormation does not take. */
  public get contradictions(): string[] {
    return [...this.requests.values()].flatMap(({ bodies }) => (bodies.size > 1 ? [...bodies] : []));
  }

  public async request(resource: ResourceRequest): Promise<Outcome> {
    this.givesUpAt = this.clock.now + resource.serviceTimeoutSeconds * 1000;
    const id = `request-${this.requests.size + 1}`;
    const answered = new Promise<Response>((accept) => {
      this.requests.set(id, { id, bodies: new Set(), accept });
    });
    const handled = new Promise<void>((resolve) => {
      void this.lambda().deliver(toEvent(id, resource), resolve);
    });
    const cancelled = handled
      .then(() => this.clock.sleep(Math.max(0, (resource.cancelAt! - this.clock.now) / 1000)))
      .then(() => 'cancelled' as const);
    const timedOut = this.clock.sleep(resource.serviceTimeoutSeconds).then(() => 'timed out' as const);
    return Promise.race([answered, timedOut, ...(resource.cancelAt === undefined ? [] : [cancelled])]);
  }

  /** The way of a response through the network. */
  public readonly network: Network = {
    sleep: (milliseconds) => this.clock.sleep(milliseconds / 1000),
    put: async (url, body) => {
      await this.clock.sleep(0.1);
      const id = /request-\d+/.exec(url)![0];
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
    request.bodies.add(body);
    const response = JSON.parse(body) as Response;
    if (Buffer.byteLength(body) > 4096 || response.RequestId !== request.id || !response.PhysicalResourceId) {
      request.bodies.add('a body that CloudFormation does not take');
    }
    request.accept(response);
  }
}

function toEvent(requestId: string, resource: ResourceRequest): CloudFormationCustomResourceEvent {
  const ServiceToken = 'arn:aws:lambda:us-east-1:123456789012:function:on-event';
  return {
    RequestType: resource.type,
    ServiceToken,
    ResponseURL: `https://responses.test/${requestId}?${SECRET}`,
    StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/1',
    RequestId: requestId,
    LogicalResourceId: resource.logicalId,
    ResourceType: 'Custom::BedrockModelImportJobWaiter',
    ResourceProperties: { ServiceToken, ...resource.properties },
    ...(resource.physicalId && { PhysicalResourceId: resource.physicalId }),
  } as CloudFormationCustomResourceEvent;
}
