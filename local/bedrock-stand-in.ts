import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';

/**
 * A stand-in for the import operations of Amazon Bedrock: REST-JSON over HTTP, with scripted jobs.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html
 */

const ACCOUNT = '000000000000';

/** How a scripted job goes. */
export interface JobScript {
  readonly jobName: string;
  /** Milliseconds until it ends. @default 0 */
  readonly durationMs?: number;
  /** How it ends. @default Completed */
  readonly outcome?: 'Completed' | 'Failed';
  readonly failureMessage?: string;
  readonly importedModelName?: string;
  readonly region?: string;
  readonly roleArn?: string;
  readonly s3Uri?: string;
  readonly importedModelKmsKeyArn?: string;
  readonly vpcConfig?: { readonly subnetIds: string[]; readonly securityGroupIds: string[] };
  /** Overrides fields of the answer; `undefined` leaves a field out. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

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
}

/** A request that arrived, for tests to look at. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** The Region and the access key ID of the request's signature. */
  readonly region?: string;
  readonly accessKeyId?: string;
}

interface Job extends JobScript {
  readonly jobArn: string;
  readonly modelArn: string;
  readonly startedAt: number;
}

/** The HTTP server that answers as Bedrock would. */
export class BedrockStandIn {
  public readonly requests: ReceivedRequest[] = [];
  private readonly jobs: Job[] = [];
  private readonly faults: ScriptedFault[] = [];
  private readonly server: Server;
  private created = 0;

  constructor() {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** Listens on a free port of the loopback interface, and returns the URL. */
  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Starts a scripted job and returns its ARN. */
  public startJob(script: JobScript): string {
    const id = (++this.created).toString(36).padStart(12, 'job000000000');
    const prefix = `arn:aws:bedrock:${script.region ?? 'us-east-1'}:${ACCOUNT}`;
    const jobArn = `${prefix}:model-import-job/${id}`;
    const modelArn = `${prefix}:imported-model/${id.replace('job', 'mdl')}`;
    this.jobs.push({ ...script, jobArn, modelArn, startedAt: Date.now() });
    return jobArn;
  }

  /** When a job ends or ended, in milliseconds since the epoch. */
  public endOf(jobArn: string): number {
    const job = this.find(jobArn)!;
    return job.startedAt + (job.durationMs ?? 0);
  }

  /** Forgets a job, as if it had never been. */
  public forgetJob(jobArn: string): void {
    this.jobs.splice(this.jobs.indexOf(this.find(jobArn)!), 1);
  }

  /** Answers the next requests with faults, one each. */
  public failNext(...faults: ScriptedFault[]): void {
    this.faults.push(...faults);
  }

  /** The body of `GetModelImportJob` for a job, as Bedrock would send it now. */
  public describe(identifier: string): Record<string, unknown> | undefined {
    const job = this.find(identifier);
    if (!job) {
      return undefined;
    }
    const endsAt = this.endOf(job.jobArn);
    const ended = Date.now() >= endsAt;
    const status = ended ? (job.outcome ?? 'Completed') : 'InProgress';
    return {
      jobArn: job.jobArn,
      jobName: job.jobName,
      importedModelName: job.importedModelName ?? `${job.jobName}-model`,
      importedModelArn: status === 'Completed' ? job.modelArn : undefined,
      roleArn: job.roleArn ?? `arn:aws:iam::${ACCOUNT}:role/import`,
      modelDataSource: { s3DataSource: { s3Uri: job.s3Uri ?? 's3://weights/model/' } },
      status,
      failureMessage: status === 'Failed' ? job.failureMessage : undefined,
      creationTime: new Date(job.startedAt).toISOString(),
      lastModifiedTime: new Date(ended ? endsAt : job.startedAt).toISOString(),
      endTime: ended ? new Date(endsAt).toISOString() : undefined,
      vpcConfig: job.vpcConfig,
      importedModelKmsKeyArn: job.importedModelKmsKeyArn,
      ...job.overrides,
    };
  }

  private find(identifier: string): Job | undefined {
    return this.jobs.find(({ jobArn, jobName }) => identifier === jobArn || identifier === jobName);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url!, 'http://bedrock').pathname);
    this.requests.push({ method: request.method!, path, ...readSignature(request.headers.authorization) });
    const fault = this.faults.shift();
    if (fault) {
      await sendFault(response, fault);
      return;
    }
    const [, collection, identifier] = /^\/(model-import-jobs)\/(.+)$/.exec(path) ?? [];
    if (request.method !== 'GET' || !collection) {
      await sendFault(response, { status: 404, name: 'UnknownOperationException' });
      return;
    }
    const job = this.describe(identifier);
    if (job) {
      send(response, 200, JSON.stringify(job));
    } else {
      const message = 'Could not find a model import job with the given identifier';
      await sendFault(response, { status: 404, name: 'ResourceNotFoundException', message });
    }
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
