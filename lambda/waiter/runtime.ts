import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import type { SmokeTestProperties } from '../../lib/private/contract/protocol';
import type { Credentials } from '../shared/bedrock';

/** How much a model answered, and how fast. What it answered is nobody's business. */
export interface Reply {
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Puts a question to a model. */
export type Ask = (
  modelArn: string,
  question: SmokeTestProperties,
  abortSignal: AbortSignal,
) => Promise<Reply>;

/** Milliseconds that a model has to answer. */
const ANSWER_LIMIT_MS = 20_000;

/** What a model that is asked to converse may answer at most. */
const MAX_TOKENS = 16;

/**
 * Asks the models of a Region. It tries once: an answer is billed, and the next poll asks again.
 *
 * The SDK speaks HTTP/2 with this service, whose client knows no time for the connection alone.
 */
export function createAsk(region: string, credentials?: Credentials): Ask {
  const client = new BedrockRuntimeClient({
    region,
    credentials,
    maxAttempts: 1,
    requestHandler: { requestTimeout: ANSWER_LIMIT_MS },
  });
  return async (modelArn, question, abortSignal) => {
    const startedAt = performance.now();
    const bytes = await put(client, modelArn, question, abortSignal).catch(throwAsModelSaid);
    if (bytes === 0) {
      throw Object.assign(new Error('The answer is empty'), { name: 'EmptyAnswer' });
    }
    return { bytes, milliseconds: Math.round(performance.now() - startedAt) };
  };
}

/** Returns the bytes of the answer. */
async function put(
  client: BedrockRuntimeClient,
  modelId: string,
  question: SmokeTestProperties,
  abortSignal: AbortSignal,
): Promise<number> {
  if (question.operation === 'InvokeModel') {
    const { body, contentType, accept } = question;
    const command = new InvokeModelCommand({ modelId, body, contentType, accept });
    const answer = await client.send(command, { abortSignal });
    return answer.body.length;
  }
  const command = new ConverseCommand({
    modelId,
    messages: [{ role: 'user', content: [{ text: question.prompt }] }],
    inferenceConfig: { maxTokens: MAX_TOKENS },
  });
  const { output } = await client.send(command, { abortSignal });
  const content = output?.message?.content ?? [];
  return content.length > 0 ? Buffer.byteLength(JSON.stringify(content)) : 0;
}

/** Bedrock wraps an error of the model itself, and tells its status: whether the question or the model is bad. */
function throwAsModelSaid(error: unknown): never {
  const { name, message, originalStatusCode } = error as Error & { originalStatusCode?: number };
  throw name === 'ModelErrorException'
    ? Object.assign(new Error(message), { name, $metadata: { httpStatusCode: originalStatusCode ?? 500 } })
    : error;
}
