import type { IncomingMessage, ServerResponse } from 'http';
import { HttpServer } from '../../local/bedrock/http-server';
import { jsonFiles, wholeFolder } from './model-folders';

/** An object that the stand-in holds: its text, or only its size. */
interface StoredObject {
  readonly text?: string;
  readonly size?: number;
  readonly storageClass?: string;
  /** Whether an archived object has been restored, is being restored, or neither. */
  readonly restore?: 'done' | 'in progress';
}

/** What a request comes to instead of an answer: an error of S3, or a connection that breaks or stops. */
type S3Fault =
  { readonly status: number; readonly code: string; readonly message?: string } | 'reset' | 'stall';

export const DENIAL = { status: 403, code: 'AccessDenied', message: 'User is not authorized' };

const SHORT_PAGE = 3;

/**
 * A stand-in for one bucket of Amazon S3: ListObjectsV2 and GetObject. Its pages are short, so that
 * whoever lists has to turn them, and it refuses who asks in another Region, as S3 does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export class S3StandIn extends HttpServer {
  public readonly bucket = 'weights';
  public readonly objects = new Map<string, StoredObject>();
  /** Requests that came: `LIST models/llama/`, `GET models/llama/config.json`. */
  public readonly calls: string[] = [];
  /** The ranges that were asked for. */
  public readonly ranges: (string | undefined)[] = [];
  public region = 'us-east-1';
  /** Objects on a page of a listing; Amazon S3 has 1,000. */
  public pageSize = SHORT_PAGE;
  /** The keys of the listing that is under way, sorted once for all its pages. */
  private listed: string[] = [];
  /** Faults by request, `LIST` for every listing. */
  public readonly faults = new Map<string, S3Fault>();

  /** Adds the objects under a prefix; numbers are sizes. */
  public put(prefix: string, objects: Readonly<Record<string, string | number | StoredObject>>): void {
    for (const [name, object] of Object.entries(objects)) {
      const stored =
        typeof object === 'string'
          ? { text: object }
          : typeof object === 'number'
            ? { size: object }
            : object;
      this.objects.set(prefix + name, stored);
    }
  }

  /** Adds the folder of a model under a prefix. */
  public upload(prefix: string, folder = wholeFolder()): void {
    const sizes = Object.entries(folder.files).map(([name, size]) => [name, size ?? 0]);
    this.put(prefix, { ...(Object.fromEntries(sizes) as Record<string, number>), ...jsonFiles(folder) });
  }

  protected serve(request: IncomingMessage, _body: Buffer, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://localhost');
    const [, bucket, ...path] = url.pathname.split('/').map(decodeURIComponent);
    const key = path.join('/');
    const isList = url.searchParams.get('list-type') === '2';
    const call = isList ? `LIST ${url.searchParams.get('prefix')}` : `GET ${key}`;
    this.calls.push(call);
    const fault = this.faults.get(call) ?? (isList ? this.faults.get('LIST') : undefined);
    if (fault === 'reset') {
      request.socket.destroy();
    } else if (fault === 'stall') {
      response.writeHead(200, { 'content-length': '1000' }).write('{');
    } else if (fault) {
      this.refuse(response, fault.status, fault.code, fault.message);
    } else if (bucket !== this.bucket) {
      this.refuse(response, 404, 'NoSuchBucket', 'The specified bucket does not exist');
    } else if (regionOf(request) !== this.region) {
      this.refuse(response, 301, 'PermanentRedirect', 'The bucket must be addressed in its Region');
    } else if (isList) {
      this.list(url.searchParams, request, response);
    } else {
      this.get(key, request, response);
    }
  }

  private list(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    const prefix = query.get('prefix') ?? '';
    const start = Number(query.get('continuation-token') ?? 0);
    if (start === 0) {
      this.listed = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    }
    const keys = this.listed;
    const next = start + this.pageSize;
    const hasRestoreStatus = request.headers['x-amz-optional-object-attributes'] === 'RestoreStatus';
    const contents = keys.slice(start, next).map((key) => this.describe(key, hasRestoreStatus));
    const token = next < keys.length ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
    this.answer(
      response,
      200,
      `<ListBucketResult><IsTruncated>${token !== ''}</IsTruncated>${token}${contents.join('')}</ListBucketResult>`,
    );
  }

  private describe(key: string, hasRestoreStatus: boolean): string {
    const { storageClass = 'STANDARD', restore } = this.objects.get(key)!;
    const isDone = restore === 'done';
    const expiry = isDone ? '<RestoreExpiryDate>2030-01-01T00:00:00.000Z</RestoreExpiryDate>' : '';
    const status =
      restore && hasRestoreStatus
        ? `<RestoreStatus><IsRestoreInProgress>${!isDone}</IsRestoreInProgress>${expiry}</RestoreStatus>`
        : '';
    return `<Contents><Key>${escape(key)}</Key><Size>${this.sizeOf(key)}</Size><StorageClass>${storageClass}</StorageClass>${status}</Contents>`;
  }

  private sizeOf(key: string): number {
    const { text, size } = this.objects.get(key)!;
    return size ?? Buffer.byteLength(text ?? '');
  }

  private get(key: string, request: IncomingMessage, response: ServerResponse): void {
    this.ranges.push(request.headers.range);
    const object = this.objects.get(key);
    const [, end] = /^bytes=0-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (!object) {
      this.refuse(response, 404, 'NoSuchKey', 'The specified key does not exist.');
    } else if (object.storageClass === 'GLACIER' && object.restore !== 'done') {
      this.refuse(
        response,
        403,
        'InvalidObjectState',
        "The operation is not valid for the object's storage class",
      );
    } else {
      const body = Buffer.from(object.text ?? '').subarray(
        0,
        end === undefined ? undefined : Number(end) + 1,
      );
      response.writeHead(end === undefined ? 200 : 206).end(body);
    }
  }

  private refuse(response: ServerResponse, status: number, code: string, message = code): void {
    this.answer(response, status, `<Error><Code>${code}</Code><Message>${escape(message)}</Message></Error>`);
  }

  private answer(response: ServerResponse, status: number, body: string): void {
    response
      .writeHead(status, { 'content-type': 'application/xml', 'x-amz-bucket-region': this.region })
      .end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
  }
}

/** The Region that a request is signed for. */
function regionOf(request: IncomingMessage): string | undefined {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
