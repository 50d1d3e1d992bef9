import type { IncomingMessage, ServerResponse } from 'http';
import { BedrockAccount, type BedrockAccountOptions } from './account';
import { BedrockException } from './exceptions';
import { HttpServer } from './http-server';
import type { Body, ImportScript, JobDefinition } from './import-job';
import type { Operation } from './inputs';
import { findOperation, type OperationCall } from './routes';

/**
 * A stand-in for Amazon Bedrock: a local server that simulates the operations on import jobs and imported models,
 * as REST-JSON over HTTP. Tests and the demo script how each job ends.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations.html
 */

/** A scripted job: its definition and its course. */
export interface JobScript extends JobDefinition, ImportScript {}

/** A response that the stand-in sends instead of its own. */
export interface ScriptedFault {
  readonly status: number;
  /** The exception's name, sent as `x-amzn-ErrorType`. */
  readonly name?: string;
  readonly message?: string;
  /** Sent as it is instead of an exception's JSON. */
  readonly rawBody?: string;
  /** Closes the connection instead of responding. */
  readonly reset?: boolean;
  /** Milliseconds before the response. */
  readonly delayMs?: number;
  /** Waits for a request for this operation. @default - The next request for any operation. */
  readonly operation?: string;
  /** Performs the request first, so that only the response is lost. */
  readonly carriedOut?: boolean;
}

/** A request that arrived, for the assertions of tests. */
interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** The Region and the access key ID of the request's signature. */
  readonly region?: string;
  readonly accessKeyId?: string;
  /** The request's JSON; empty when it has none. */
  readonly body: Body;
  /** The request's body as it came. */
  readonly content: string;
}

type Signature = Pick<ReceivedRequest, 'region' | 'accessKeyId'>;

/** The HTTP server that answers as Bedrock would. */
export class BedrockStandIn extends HttpServer {
  public readonly requests: ReceivedRequest[] = [];
  public readonly account: BedrockAccount;
  private readonly faults: ScriptedFault[] = [];
  private readonly actions = new Map<string, () => void>();

  constructor(options: BedrockAccountOptions = {}) {
    super();
    this.account = new BedrockAccount(options);
  }

  /** Starts a scripted job without checking quotas, and returns its ARN. */
  public startJob(script: JobScript): string {
    return this.account.addJob(script);
  }

  /** When a job ends or ended, in milliseconds since the epoch. */
  public endOf(jobArn: string): number {
    return this.account.endOf(jobArn);
  }

  /** Removes a job, as if it had never existed. */
  public forgetJob(jobArn: string): void {
    this.account.forgetJob(jobArn);
  }

  /** Responds to the next requests with errors, one each. */
  public failNext(...faults: ScriptedFault[]): void {
    this.faults.push(...faults);
  }

  /** Runs an action just before the next request for an operation is served. */
  public beforeNext(operation: Operation, action: () => void): void {
    this.actions.set(operation, action);
  }

  /** A job by ARN or name, as it is. */
  public describe(identifier: string): Body | undefined {
    return this.account.describeJob(identifier);
  }

  protected async serve(request: IncomingMessage, bytes: Buffer, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://bedrock');
    const path = decodeURIComponent(url.pathname);
    const method = request.method!;
    const content = bytes.toString();
    const contentType = request.headers['content-type'];
    const call = findOperation({ method, path, query: url.searchParams, contentType, content });
    const signature = readSignature(request.headers.authorization);
    const operation = call?.operation ?? 'Unknown';
    this.requests.push({ method, path, operation, ...signature, body: parse(content), content });
    this.actions.get(operation)?.();
    this.actions.delete(operation);

    const fault = this.takeFault(operation);
    if (fault && !fault.carriedOut) {
      await sendFault(response, fault);
      return;
    }
    const answer = this.carryOut(call, signature);
    if (fault) {
      await sendFault(response, fault);
    } else if (answer instanceof BedrockException) {
      await sendFault(response, answer);
    } else if (operation === 'InvokeModel') {
      send(response, 200, answer.body as string, { 'content-type': answer.contentType as string });
    } else {
      send(response, operation === 'CreateModelImportJob' ? 201 : 200, JSON.stringify(answer));
    }
  }

  private carryOut(
    call: OperationCall | undefined,
    { region, accessKeyId }: Signature,
  ): Body | BedrockException {
    if (!call) {
      return new BedrockException('UnknownOperationException', 'Unknown operation');
    }
    try {
      return this.account.perform(call.operation, call.input, region, accessKeyId);
    } catch (error) {
      if (error instanceof BedrockException) {
        return error;
      }
      throw error;
    }
  }

  private takeFault(operation: string): ScriptedFault | undefined {
    const index = this.faults.findIndex((fault) => (fault.operation ?? operation) === operation);
    return index < 0 ? undefined : this.faults.splice(index, 1)[0];
  }
}

/** The credential scope of a Signature Version 4 header. */
function readSignature(authorization = ''): Signature {
  const [, accessKeyId, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(authorization) ?? [];
  return { region, accessKeyId };
}

/** JSON, or nothing for a body of another kind. */
function parse(content: string): Body {
  try {
    return JSON.parse(content) as Body;
  } catch {
    return {};
  }
}

async function sendFault(response: ServerResponse, fault: ScriptedFault): Promise<void> {
  if (fault.delayMs) {
    await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  }
  if (fault.reset) {
    response.destroy();
    return;
  }
  const body = fault.rawBody ?? (fault.name ? JSON.stringify({ message: fault.message }) : '');
  send(response, fault.status, body, fault.name ? { 'x-amzn-ErrorType': fault.name } : {});
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
