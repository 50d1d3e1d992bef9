import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { cut } from '../lambda/shared/text';
import { check } from './check';
import { shortName, type Finding } from './finding';
import {
  DOCUMENT_NAMES,
  DOCUMENTS,
  tooLong,
  type Document,
  type DocumentName,
  type StoredFile,
  type Weights,
} from './weights';

/** The check of weights in Amazon S3. The client is loaded on first use, because it takes time to load. */

/** The result of a check. */
export type S3Check =
  | { readonly findings: Finding[] }
  /** A permission is missing: which, and what was found without it. */
  | { readonly denied: string; readonly findings: Finding[] }
  /** Why the check was not possible. */
  | { readonly skipped: string };

export interface S3CheckOptions {
  /** The Region of the import. */
  readonly region?: string;
  /** All of it ends within this many milliseconds. */
  readonly limitMs: number;
  /** Whether the model will be called in a way that needs a chat template: with Converse or `messages`. */
  readonly usesChatTemplate?: boolean;
  /** Pages of 1,000 objects that are listed at most. */
  readonly maxPages?: number;
}

const MAX_PAGES = 50;
/** The part of the time after which no other page is listed. */
const LISTING_SHARE = 0.6;
const TRY_LIMITS = { connectionTimeout: 3000, requestTimeout: 5000 };
const MAX_MESSAGE_BYTES = 300;

/** A client that also reads buckets in other Regions than its own, and whose calls end in time. */
export async function createS3Client(region?: string): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({
    region,
    maxAttempts: 2,
    followRegionRedirects: true,
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { ...TRY_LIMITS, throwOnRequestTimeout: true },
  });
}

/** Checks the files under a URI. Never throws: what goes wrong is part of the result. */
export async function checkS3(client: S3Client, uri: string, options: S3CheckOptions): Promise<S3Check> {
  const place = parseS3Uri(uri);
  if (!place) {
    return { skipped: `${shortName(uri)} is not a URI like s3://bucket/prefix/` };
  }
  const reader = new Reader(client, place, AbortSignal.timeout(options.limitMs));
  try {
    const listing = await reader.list(options);
    const { documents, denied } = await reader.readAll(listing.files);
    const { region, usesChatTemplate } = options;
    const location = locationOf(place);
    const findings = check({ ...listing, documents, location, region, usesChatTemplate });
    return denied === undefined ? { findings } : { denied, findings };
  } catch (error) {
    return failedListing(error as S3Error, place);
  }
}

interface Place {
  readonly bucket: string;
  /** Empty, or ends with a slash: `models/llama` is not in `models/llama2/`. */
  readonly prefix: string;
}

type Listing = Pick<Weights, 'files' | 'isCut' | 'bucketRegion'>;

type S3Error = Error & {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Record<string, string> };
};

function parseS3Uri(uri: string): Place | undefined {
  const [, bucket, path = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: path === '' ? '' : path.replace(/\/*$/, '/') };
}

function locationOf({ bucket, prefix }: Place): string {
  return `s3://${bucket}/${prefix}`;
}

class Reader {
  private readonly expired: Promise<never>;

  constructor(
    private readonly client: S3Client,
    private readonly place: Place,
    private readonly abortSignal: AbortSignal,
  ) {
    this.expired = new Promise((_, reject) => {
      abortSignal.addEventListener('abort', () => reject(abortSignal.reason as Error), { once: true });
    });
    this.expired.catch(() => undefined);
  }

  public async list({ limitMs, maxPages = MAX_PAGES }: S3CheckOptions): Promise<Listing> {
    const late = AbortSignal.timeout(limitMs * LISTING_SHARE);
    const files: StoredFile[] = [];
    let bucketRegion: string | undefined;
    let token: string | undefined;
    for (let page = 0; page < maxPages && !(page > 0 && late.aborted); page++) {
      const answer = await this.listPage(token, (region) => (bucketRegion = region));
      files.push(...filesOf(answer, this.place.prefix));
      token = answer.NextContinuationToken;
      if (token === undefined) {
        return { files, bucketRegion };
      }
    }
    return { files, bucketRegion, isCut: true };
  }

  private async listPage(
    ContinuationToken: string | undefined,
    onRegion: (region: string) => void,
  ): Promise<ListObjectsV2CommandOutput> {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const command = new ListObjectsV2Command({
      Bucket: this.place.bucket,
      Prefix: this.place.prefix,
      ContinuationToken,
      OptionalObjectAttributes: ['RestoreStatus'],
    });
    // S3 names the Region of the bucket in a header of each answer, refusals included.
    command.middlewareStack.add(
      (next) => async (args) => {
        const note = (answer: unknown): void => {
          const { headers } = (answer ?? {}) as { headers?: Record<string, string> };
          const region = headers?.['x-amz-bucket-region'];
          if (region) {
            onRegion(region);
          }
        };
        try {
          const result = await next(args);
          note(result.response);
          return result;
        } catch (error) {
          note((error as S3Error).$response);
          throw error;
        }
      },
      { step: 'deserialize', priority: 'high', name: 'noteBucketRegion' },
    );
    return await this.inTime(this.client.send(command, { abortSignal: this.abortSignal }));
  }

  /** One after another, because following a redirect changes the client for a moment. */
  public async readAll(
    files: readonly StoredFile[],
  ): Promise<{ documents: Weights['documents']; denied?: string }> {
    const documents: Partial<Record<DocumentName, Document>> = {};
    let denied: string | undefined;
    for (const name of DOCUMENT_NAMES) {
      const file = files.find((candidate) => candidate.name === name);
      if (file) {
        try {
          documents[name] = await this.read(name, file.size);
        } catch (error) {
          documents[name] = { unread: inWords(error as S3Error) };
          if (isDenied(error as S3Error)) {
            denied ??= deniedRead(error as S3Error, `${locationOf(this.place)}${name}`);
          }
        }
      }
    }
    return { documents, denied };
  }

  private async read(name: DocumentName, size: number): Promise<Document> {
    const limit = DOCUMENTS[name];
    if (size > limit) {
      return { unread: tooLong(size, limit) };
    }
    if (size === 0) {
      return { text: '' };
    }
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const command = new GetObjectCommand({
      Bucket: this.place.bucket,
      Key: this.place.prefix + name,
      // In case it has grown since it was listed.
      Range: `bytes=0-${limit - 1}`,
    });
    const answer = await this.inTime(this.client.send(command, { abortSignal: this.abortSignal }));
    return { text: await this.inTime(answer.Body!.transformToString()) };
  }

  /** The signal ends a request, but not an answer that stops half-way. */
  private async inTime<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([work, this.expired]);
  }
}

/** The markers that consoles make for folders are no files. */
function filesOf({ Contents = [] }: ListObjectsV2CommandOutput, prefix: string): StoredFile[] {
  return Contents.filter(({ Key = '' }) => !Key.endsWith('/')).map(
    ({ Key = '', Size = 0, StorageClass, RestoreStatus }) => ({
      name: Key.slice(prefix.length),
      size: Size,
      storageClass: StorageClass,
      isRestored: RestoreStatus?.RestoreExpiryDate !== undefined && !RestoreStatus.IsRestoreInProgress,
    }),
  );
}

function failedListing(error: S3Error, place: Place): S3Check {
  if (error.name === 'NoSuchBucket') {
    const problem = `There is no bucket ${shortName(place.bucket)}`;
    const remedy = 'Check its name, and that it exists before the model is imported';
    return { findings: [{ code: 'no-bucket', level: 'error', problem, remedy }] };
  }
  if (isDenied(error)) {
    const permission = `s3:ListBucket on the bucket ${shortName(place.bucket)} with the prefix "${shortName(place.prefix)}"`;
    return { denied: `${permission}: ${inWords(error)}`, findings: [] };
  }
  return { skipped: inWords(error) };
}

function deniedRead(error: S3Error, uri: string): string {
  const permission = error.message.includes('kms:')
    ? `kms:Decrypt on the key of ${shortName(uri)}`
    : `s3:GetObject on ${shortName(uri)}`;
  return `${permission}: ${inWords(error)}`;
}

/** Archived objects are refused with the same status. */
function isDenied({ name, $metadata }: S3Error): boolean {
  return $metadata?.httpStatusCode === 403 && name !== 'InvalidObjectState';
}

function inWords({ name, code, message }: S3Error): string {
  return `${name === 'Error' && code ? code : name}, ${cut(message, MAX_MESSAGE_BYTES)}`;
}
