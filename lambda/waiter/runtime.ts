import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { SmokeTestProperties } from '../../lib/private/contract/protocol';
import type { Credentials } from '../shared/bedrock';

/** How long a model's response was, and how fast. What it said is not kept. */
export interface TestResponse {
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Milliseconds that a connection has. */
const CONNECTION_LIMIT_MS = 3000;

/** Milliseconds that a model has to respond. */
const RESPONSE_LIMIT_MS = 20_000;

/** The most tokens of a response to Converse. */
const MAX_TOKENS = 16;

/**
 * Sends a test request to a model, once: a response is billed, and the next poll tries again. Each request has a
 * client, and so a connection, of its own: one that has died silently would fail every later request.
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
    // HTTP/1.1, whose client tells a network that is down from a model that is slow.
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_LIMIT_MS,
      requestTimeout: RESPONSE_LIMIT_MS,
      throwOnRequestTimeout: true,
    }),
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

/** Returns the bytes of the response, 0 where it says nothing. */
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
    const content = (response.body as Uint8Array | undefined) ?? new Uint8Array();
    return hasContent(content) ? content.length : 0;
  }
  const command = new ConverseCommand({
    modelId,
    messages: [{ role: 'user', content: [{ text: request.prompt }] }],
    inferenceConfig: { maxTokens: MAX_TOKENS },
  });
  const { output } = await client.send(command, { abortSignal });
  const content = output?.message?.content ?? [];
  const says = content.some((block) => block.text?.trim() || block.toolUse || block.reasoningContent);
  return says ? Buffer.byteLength(JSON.stringify(content)) : 0;
}

/** Where the formats of imported models have what the model says. */
const SAYINGS = [
  'generation',
  'text',
  'content',
  'completion',
  'generated_text',
  'outputText',
  'reasoning_content',
];

/**
 * Whether a response says anything: `{"generation": ""}` and `{"choices": [{"message": {"content": ""}}]}` do not.
 * What is not in a format that is known here counts by its length.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/invoke-imported-model.html
 */
function hasContent(body: Uint8Array): boolean {
  let response: unknown;
  try {
    response = JSON.parse(Buffer.from(body).toString());
  } catch {
    return body.length > 0;
  }
  const said = sayingsIn(response);
  return said.length === 0 ? body.length > 0 : said.some((text) => text);
}

function sayingsIn(value: unknown): boolean[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
    if (name === 'tool_calls' && Array.isArray(field)) {
      return field.length > 0 ? [true] : [];
    }
    return SAYINGS.includes(name) && (typeof field === 'string' || field === null)
      ? [typeof field === 'string' && field.trim() !== '']
      : sayingsIn(field);
  });
}

/** Bedrock wraps an error of the model itself, and tells its status: whether the request or the model is bad. */
function asModelSaid(error: unknown): unknown {
  const { name, message, originalStatusCode } = error as Error & { originalStatusCode?: number };
  return name === 'ModelErrorException'
    ? Object.assign(new Error(message), { name, $metadata: { httpStatusCode: originalStatusCode ?? 500 } })
    : error;
}
