import { setTimeout } from 'timers/promises';
import type { Answer, ResourceEvent } from '../shared/engine';
import { log } from '../shared/log';
import { cut } from '../shared/text';

/**
 * The custom resource protocol's limit for a response body.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
const MAX_BODY_BYTES = 4096;
const ATTEMPTS = 4;
const ATTEMPT_TIMEOUT_MS = 5000;
const BACKOFF_MS = 500;

/** How responses leave. */
export interface Network {
  /** Sends a body once, and says `accepted` or why not. */
  put(url: string, body: string): Promise<string>;
  sleep(milliseconds: number): Promise<unknown>;
}

/** HTTP. */
export const NETWORK: Network = { put, sleep: (milliseconds) => setTimeout(milliseconds) };

/** What identifies the request that a response answers. */
type Request = Pick<ResourceEvent, 'StackId' | 'RequestId' | 'LogicalResourceId'>;

/** The body of a response. Reasons are cut until it fits; attributes that do not fit are a failure. */
export function responseBody(request: Request, answer: Answer): string {
  const render = (status: string, reason: string | undefined, data: Answer['data']): string =>
    JSON.stringify({
      Status: status,
      Reason: reason,
      PhysicalResourceId: answer.physicalResourceId,
      StackId: request.StackId,
      RequestId: request.RequestId,
      LogicalResourceId: request.LogicalResourceId,
      Data: data,
    });
  const fits = (body: string): boolean => Buffer.byteLength(body) <= MAX_BODY_BYTES;
  if (answer.status === 'SUCCESS') {
    const body = render('SUCCESS', undefined, answer.data);
    return fits(body) ? body : render('FAILED', tooLarge(Buffer.byteLength(body)), undefined);
  }
  // Escapes make a reason longer in JSON than it is, so it is halved until it fits.
  let reason = answer.reason ?? 'No reason was given';
  while (!fits(render('FAILED', reason, undefined))) {
    reason = cut(reason, Math.floor(Buffer.byteLength(reason) / 2));
  }
  return render('FAILED', reason, undefined);
}

function tooLarge(bytes: number): string {
  return `The attributes take ${bytes} bytes, and CloudFormation accepts ${MAX_BODY_BYTES}. Shorten the S3 URI, or the path of the import role.`;
}

/**
 * Sends a response to CloudFormation, with retries. The URL is presigned for an empty content type, and
 * it is a secret: errors that could quote it are not passed on.
 */
export async function sendResponse(
  responseUrl: string,
  body: string,
  network: Network,
  attempts = ATTEMPTS,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const outcome = await network.put(responseUrl, body);
    if (outcome === 'accepted') {
      return;
    }
    log('WARN', { message: 'CloudFormation did not accept the response', attempt, outcome });
    if (attempt < attempts) {
      await network.sleep(BACKOFF_MS * 2 ** (attempt - 1));
    }
  }
  throw new Error(`CloudFormation did not accept the response in ${attempts} attempts`);
}

async function put(url: string, body: string): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': '' },
      body,
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return response.ok ? 'accepted' : `HTTP ${response.status}`;
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? name;
  }
}
