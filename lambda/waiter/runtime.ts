import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import type { SmokeTestProperties } from '../../lib/private/contract/protocol';
import type { Credentials } from '../shared/bedrock';

/** How long a model's response was, and how fast. What it said is not kept. */
export interface TestResponse {
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Milliseconds that a model has to respond. */
const RESPONSE_LIMIT_MS = 20_000;

/** The most tokens of a response to Converse. */
const MAX_TOKENS = 16;

/**
 * Sends a test request to a model, once: a response is billed, and the next poll tries again. Each request has a
 * client, and so a connection, of its own: the SDK speaks HTTP/2 with this service, and a connection that has died
 * silently would fail every later request.
 */
export async function testModel(
  region: string,
  credentials: Credentials | undefined,
  modelArn: string,
  request: SmokeTestProperties,
  abortSignal: AbortSignal,
): Promise<TestResponse> {
  const client = new BedrockRuntimeClient({
    region,
    credentials,
    maxAttempts: 1,
    requestHandler: { requestTimeout: RESPONSE_LIMIT_MS },
  });
  const startedAt = performance.now();
  try {
    const bytes = await send(client, modelArn, request, abortSignal);
    return { bytes, milliseconds: Math.round(performance.now() - startedAt) };
  } catch (error) {
    throw asModelSaid(error);
  } finally {
    client.destroy();
  }
}

/** Returns the bytes of the response, 0 where it is empty. */
async function send(
  client: BedrockRuntimeClient,
  modelId: string,
  request: SmokeTestProperties,
  abortSignal: AbortSignal,
): Promise<number> {
  if (request.operation === 'InvokeModel') {
    const { body, contentType, accept } = request;
    const command = new InvokeModelCommand({ modelId, body, contentType, accept });
    const response = await client.send(command, { abortSignal });
    // The SDK leaves the body of an empty response out, whatever its type says.
    return (response.body as Uint8Array | undefined)?.length ?? 0;
  }
  const command = new ConverseCommand({
    modelId,
    messages: [{ role: 'user', content: [{ text: request.prompt }] }],
    inferenceConfig: { maxTokens: MAX_TOKENS },
  });
  const { output } = await client.send(command, { abortSignal });
  const content = output?.message?.content ?? [];
  return content.length > 0 ? Buffer.byteLength(JSON.stringify(content)) : 0;
}

/** Bedrock wraps an error of the model itself, and tells its status: whether the request or the model is bad. */
function asModelSaid(error: unknown): unknown {
  const { name, message, originalStatusCode } = error as Error & { originalStatusCode?: number };
  return name === 'ModelErrorException'
    ? Object.assign(new Error(message), { name, $metadata: { httpStatusCode: originalStatusCode ?? 500 } })
    : error;
}
