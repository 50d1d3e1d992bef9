import { check } from '../../weights/check';
import type { Finding } from '../../weights/finding';
import type { DocumentName, StoredFile, Weights } from '../../weights/weights';
import { modelFolder, weightsOf, wholeFolder } from './model-folders';

/** Weights as they are checked, and what the check finds. */

/** A model in one file, in which nothing is found. */
export const WHOLE = weightsOf(wholeFolder());
/** A model in shards, in which nothing is found. */
export const QWEN = weightsOf(modelFolder('qwen2.5-7b-instruct'));

export const GB = 1e9;

export function verdicts(weights: Weights): string[] {
  return check(weights).map(({ level, code }) => `${level}: ${code}`);
}

export function find(weights: Weights, code: Finding['code']): Finding {
  return check(weights).find((finding) => finding.code === code)!;
}

export function file(name: string, size = GB): StoredFile {
  return { name, size };
}

export function files(...names: string[]): StoredFile[] {
  return names.map((name) => file(name));
}

export function shardNames(weights: Weights): string[] {
  return weights.files.map(({ name }) => name).filter((name) => name.endsWith('.safetensors'));
}

export function withFiles(weights: Weights, ...added: StoredFile[]): Weights {
  return { ...weights, files: [...weights.files, ...added] };
}

export function without(weights: Weights, ...names: string[]): Weights {
  const documents = Object.entries(weights.documents).filter(([name]) => !names.includes(name));
  return {
    ...weights,
    files: weights.files.filter(({ name }) => !names.includes(name)),
    documents: Object.fromEntries(documents),
  };
}

export function withText(weights: Weights, name: DocumentName, text: string): Weights {
  return { ...weights, documents: { ...weights.documents, [name]: { text } } };
}

export function withConfig(weights: Weights, config: object): Weights {
  const document = weights.documents['config.json'] as { text: string };
  const whole = { ...(JSON.parse(document.text) as object), ...config };
  return withText(weights, 'config.json', JSON.stringify(whole));
}

export function withIndex(weights: Weights, ...shards: string[]): Weights {
  const weight_map = Object.fromEntries(shards.map((shard, layer) => [`${layer}`, shard]));
  return withText(weights, 'model.safetensors.index.json', JSON.stringify({ weight_map }));
}
