import type { IncomingMessage, ServerResponse } from 'http';
import { HttpServer } from '../../local/bedrock/http-server';

/** What happens to a response on its way: a status that refuses it, or a connection that breaks or stops. */
type Refusal = number | 'reset' | 'lost' | 'stall';

/** A response as CloudFormation reads it. */
export interface Response {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Record<string, string>;
}

const SECRET = 'X-Amz-Signature=5ec2e7';

/**
 * The far end of a `ResponseURL`, as strict as the presigned URL and CloudFormation are: it takes a PUT
 * with an empty content type and at most 4,096 bytes, and refuses everything else.
 */
export class ResponseUrl extends HttpServer {
  /** The bodies that were accepted. */
  public readonly bodies: string[] = [];
  /** How many requests came, refused ones too. */
  public requests = 0;
  private readonly refusals: Refusal[] = [];

  public static readonly secret = SECRET;

  /** What CloudFormation understood: the only accepted body. */
  public get response(): Response {
    if (this.bodies.length !== 1) {
      throw new Error(`Expected one response, got ${this.bodies.length}`);
    }
    return JSON.parse(this.bodies[0]) as Response;
  }

  /** The URL of a request that was made at a time, in milliseconds since the epoch. */
  public madeAt(time: number): string {
    const date = new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
    return this.url.replace('?', `?X-Amz-Date=${date}&X-Amz-Expires=7200&`);
  }

  /** What CloudFormation was told of one request. */
  public to(requestId: string): Response[] {
    const all = this.bodies.map((body) => JSON.parse(body) as Response);
    return all.filter(({ RequestId }) => RequestId === requestId);
  }

  /** Returns the URL to hand to a function, with its secret. */
  public override async start(): Promise<string> {
    this.url = `${await super.start()}/stack%20arn?${SECRET}`;
    return this.url;
  }

  /** Refuses the next responses, one for each refusal. `lost` accepts it, but breaks the connection. */
  public refuseNext(...refusals: Refusal[]): void {
    this.refusals.push(...refusals);
  }

  public reset(): void {
    this.bodies.length = 0;
    this.refusals.length = 0;
    this.requests = 0;
  }

  protected serve(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    this.requests++;
    const refusal = this.refusals.shift() ?? complaint(request, body);
    if (refusal === undefined || refusal === 'lost') {
      this.bodies.push(body.toString());
    }
    if (refusal === 'stall') {
      return;
    }
    if (typeof refusal === 'string') {
      request.socket.destroy();
    } else {
      response.writeHead(refusal ?? 200).end();
    }
  }
}

function complaint(request: IncomingMessage, body: Buffer): number | undefined {
  const signed = request.url?.endsWith(SECRET) && request.headers['content-type'] === '';
  if (request.method !== 'PUT' || !signed) {
    return 403;
  }
  return body.length > 4096 ? 413 : undefined;
}
