import type { IncomingMessage, ServerResponse } from 'http';
import {
  BedrockAccount,
  BedrockException,
  notFound,
  type Body,
  type ImportScript,
  type JobDefinition,
  type Tag,
} from './account';
import { HttpServer } from './http-server';

/**
 * A stand-in for the import operations of Amazon Bedrock: REST-JSON over HTTP, with scripted jobs.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html
 */

/** A scripted job: what it is, and how it goes. */
export interface JobScript extends JobDefinition, ImportScript {}

/** An answer that the stand-in gives instead of the real one. */
export interface ScriptedFault {
  readonly status: number;
  /** The exception's name, sent as `x-amzn-ErrorType`. */
  readonly name?: string;
  readonly message?: string;
  /** Sent as it is instead of an exception's JSON. */
  readonly rawBody?: string;
  /** Closes the connection instead of answering. */
  readonly reset?: boolean;
  /** Milliseconds before the answer. */
  readonly delayMs?: number;
  /** Waits for a request for this operation. @default - The next request, whatever it asks for. */
  readonly operation?: string;
  /** Carries the request out first, so that only the answer to it is lost. */
  readonly carriedOut?: boolean;
}

/** A request that arrived, for tests to look at. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** The Region and the access key ID of the request's signature. */
  readonly region?: string;
  readonly accessKeyId?: string;
  /** The request's JSON; empty when it has none. */
  readonly body: Body;
}

interface Operation {
  readonly name: string;
  readonly status: number;
  readonly run: (call: Call) => Body | void;
}

interface Call {
  readonly identifier: string;
  readonly query: URLSearchParams;
  readonly region: string;
  readonly body: Body;
}

/** The HTTP server that answers as Bedrock would. */
export class BedrockStandIn extends HttpServer {
  public readonly requests: ReceivedRequest[] = [];
  public readonly account = new BedrockAccount();
  private readonly operations = operationsOf(this.account);
  private readonly faults: ScriptedFault[] = [];

  /** Starts a scripted job, whatever the account's quotas say, and returns its ARN. */
  public startJob(script: JobScript): string {
    return this.account.addJob(script);
  }

  /** When a job ends or ended, in milliseconds since the epoch. */
  public endOf(jobArn: string): number {
    return this.account.endOf(jobArn);
  }

  /** Forgets a job, as if it had never been. */
  public forgetJob(jobArn: string): void {
    this.account.forgetJob(jobArn);
  }

  /** Answers the next requests with faults, one each. */
  public failNext(...faults: ScriptedFault[]): void {
    this.faults.push(...faults);
  }

  /** The body of `GetModelImportJob` for a job, as Bedrock would send it now. */
  public describe(identifier: string): Body | undefined {
    return this.account.describeJob(identifier);
  }

  protected async serve(request: IncomingMessage, content: Buffer, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://bedrock');
    const path = decodeURIComponent(url.pathname);
    const method = request.method!;
    const body = content.length > 0 ? (JSON.parse(content.toString()) as Body) : {};
    const [, collection, identifier = ''] = /^\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const operation = this.operations[`${method} /${collection}${identifier && '/*'}`];
    const signature = readSignature(request.headers.authorization);
    this.requests.push({ method, path, operation: operation?.name ?? 'Unknown', ...signature, body });

    const fault = this.takeFault(operation);
    if (fault && !fault.carriedOut) {
      await sendFault(response, fault);
      return;
    }
    const { region = 'us-east-1' } = signature;
    const answer = carryOut(operation, { identifier, query: url.searchParams, region, body });
    if (fault) {
      await sendFault(response, fault);
    } else if ('status' in answer) {
      send(response, answer.status, JSON.stringify(answer.body));
    } else {
      const { name, message } = answer.exception;
      await sendFault(response, { status: answer.exception.status, name, message });
    }
  }

  private takeFault(operation: Operation | undefined): ScriptedFault | undefined {
    const index = this.faults.findIndex((fault) => (fault.operation ?? operation?.name) === operation?.name);
    return index < 0 ? undefined : this.faults.splice(index, 1)[0];
  }
}

/** The operations by method and path. */
function operationsOf(account: BedrockAccount): Record<string, Operation | undefined> {
  const operation = (name: string, status: number, run: Operation['run']): Operation => ({
    name,
    status,
    run,
  });
  return {
    'POST /model-import-jobs': operation('CreateModelImportJob', 201, ({ body, region }) => ({
      jobArn: account.createJob(body, region),
    })),
    'GET /model-import-jobs': operation('ListModelImportJobs', 200, ({ query, region }) =>
      account.listJobs(query, region),
    ),
    'GET /model-import-jobs/*': operation('GetModelImportJob', 200, ({ identifier }) => {
      const job = account.describeJob(identifier);
      if (!job) {
        throw notFound('Could not find a model import job with the given identifier');
      }
      return job;
    }),
    'GET /imported-models': operation('ListImportedModels', 200, ({ query, region }) =>
      account.listModels(query, region),
    ),
    'GET /imported-models/*': operation('GetImportedModel', 200, ({ identifier }) =>
      account.describeModel(identifier),
    ),
    'DELETE /imported-models/*': operation('DeleteImportedModel', 200, ({ identifier }) =>
      account.deleteModel(identifier),
    ),
    'POST /listTagsForResource': operation('ListTagsForResource', 200, ({ body }) => ({
      tags: account.tagsOf(body.resourceARN as string),
    })),
    'POST /tagResource': operation('TagResource', 200, ({ body }) =>
      account.tag(body.resourceARN as string, body.tags as Tag[]),
    ),
    'POST /untagResource': operation('UntagResource', 200, ({ body }) =>
      account.untag(body.resourceARN as string, body.tagKeys as string[]),
    ),
  };
}

function carryOut(
  operation: Operation | undefined,
  call: Call,
): { readonly status: number; readonly body: Body } | { readonly exception: BedrockException } {
  try {
    if (!operation) {
      throw new BedrockException(404, 'UnknownOperationException', 'Unknown operation');
    }
    return { status: operation.status, body: operation.run(call) ?? {} };
  } catch (error) {
    if (error instanceof BedrockException) {
      return { exception: error };
    }
    throw error;
  }
}

/** The credential scope of a Signature Version 4 header. */
function readSignature(authorization = ''): Pick<ReceivedRequest, 'region' | 'accessKeyId'> {
  const [, accessKeyId, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(authorization) ?? [];
  return { region, accessKeyId };
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
