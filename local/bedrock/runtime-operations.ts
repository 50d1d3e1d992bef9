import type { AccountState } from './account-state';
import { absence, isLate } from './answers';
import { describeModel } from './descriptions';
import { BedrockException } from './exceptions';
import { endOf, type Body, type Job } from './import-job';

/** The operations of `bedrock-runtime`: what a model answers. */

const ANSWER = 'The answer of a model that is not there.';
const NOT_READY = 'Model is not ready for inference. Wait and try your request again.';
const NO_CONVERSE =
  "This action doesn't support the model that you provided. Try again with a supported text or chat model.";

export function invokeModel(account: AccountState, input: Body, region: string): Body {
  const {
    modelId,
    body = '',
    contentType = 'application/json',
  } = input as Record<string, string | undefined>;
  const job = findModel(account, modelId!, region);
  const request = parse(body);
  refuseUntilReady(account, job);
  return { body: JSON.stringify(complete(request)), contentType };
}

export function converse(account: AccountState, input: Body, region: string): Body {
  const job = findModel(account, input.modelId as string, region);
  if (describeModel(job).instructSupported !== true) {
    throw new BedrockException('ValidationException', NO_CONVERSE);
  }
  refuseUntilReady(account, job);
  return {
    output: { message: { role: 'assistant', content: [{ text: ANSWER }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 8, outputTokens: 8, totalTokens: 16 },
    metrics: { latencyMs: 1 },
  };
}

/** Imported models are invoked by their ARNs, never by their names. */
function findModel(account: AccountState, modelId: string, region: string): Job {
  const job = modelId.startsWith('arn:') ? account.records.model(modelId, region) : undefined;
  if (!job || isLate(account, 'newModel', endOf(job))) {
    throw absence(account, 'an imported model', 'model identifier');
  }
  return job;
}

function refuseUntilReady(account: AccountState, job: Job): void {
  if (account.now() < endOf(job) + (job.notReadyMs ?? 0)) {
    throw new BedrockException('ModelNotReadyException', NOT_READY);
  }
  account.records.noteInvocation(job);
}

function parse(body: string): Body {
  try {
    return JSON.parse(body) as Body;
  } catch {
    throw new BedrockException('ValidationException', 'Malformed input request, please reformat your input.');
  }
}

/** Messages are answered as OpenAI's chat completions are, a prompt as Llama does. */
function complete(request: Body): Body {
  return request.messages
    ? { choices: [{ index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }] }
    : { generation: ANSWER, prompt_token_count: 8, generation_token_count: 8, stop_reason: 'stop' };
}
