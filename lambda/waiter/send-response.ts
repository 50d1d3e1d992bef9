import { setTimeout } from 'timers/promises';
import { log } from '../shared/log';

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
export const HTTP: Network = { put, sleep: (milliseconds) => setTimeout(milliseconds) };

/**
 * Sends a response to CloudFormation, with retries. The URL is presigned for an empty content type, and
 * it is a secret: errors that could quote it are not passed on.
 */
export async function sendResponse(responseUrl: string, body: string, network: Network): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const result = await network.put(responseUrl, body);
    if (result === 'accepted') {
      return;
    }
    log('WARN', { message: 'CloudFormation did not accept the response', attempt, result });
    if (attempt < ATTEMPTS) {
      await network.sleep(BACKOFF_MS * 2 ** (attempt - 1));
    }
  }
  throw new Error(`CloudFormation did not accept the response in ${ATTEMPTS} attempts`);
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
