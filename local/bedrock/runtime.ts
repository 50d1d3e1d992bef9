import type { BedrockAccount } from './account';
import { BedrockException } from './exceptions';
import { endOf, type Body, type Job } from './import-job';
import { describeModel } from './imported-models';

/** The operations of `bedrock-runtime`: what a model answers. */

const NOT_READY = 'Model is not ready for inference. Wait and try your request again.';
const NO_CONVERSE =
  "This action doesn't support the model that you provided. Try again with a supported text or chat model.";

export function invokeModel(account: BedrockAccount, { modelId, body, contentType }: Body): Body {
  find(account, modelId as string);
  return { body: answer(JSON.parse((body as string) || '{}') as Body), contentType };
}

export function converse(account: BedrockAccount, { modelId, messages }: Body): Body {
  const job = find(account, modelId as string);
  if (describeModel(job).instructSupported !== true) {
    throw new BedrockException('ValidationException', NO_CONVERSE);
  }
  const text = `You said: ${JSON.stringify(messages ?? [])}`;
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 8, outputTokens: 8, totalTokens: 16 },
    metrics: { latencyMs: 1 },
  };
}

function find(account: BedrockAccount, modelId: string): Job {
  const job = account.records.model(modelId);
  if (!job) {
    throw account.absence('Could not find an imported model with the given identifier');
  }
  if (account.now() < endOf(job) + (job.notReadyMs ?? 0)) {
    throw new BedrockException('ModelNotReadyException', NOT_READY);
  }
  return job;
}

function answer(request: Body): string {
  return JSON.stringify({ generation: `You said: ${String(request.prompt)}`, stop_reason: 'stop' });
}
