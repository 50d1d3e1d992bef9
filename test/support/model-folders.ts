import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { DocumentName, StoredFile, Weights } from '../../weights/weights';

/** The folder of a public model, as `test/weights` has it. */
export interface ModelFolder {
  readonly model: string;
  readonly config?: Record<string, unknown>;
  readonly adapterConfig?: object;
  readonly tokenizerConfig?: object;
  readonly filesKnown: boolean;
  readonly files: Readonly<Record<string, number | null>>;
  readonly index?: { readonly shards: readonly string[]; readonly total_size?: number };
  readonly expected: { readonly verdict: string; readonly missing?: readonly string[] };
}

const HOME = join(__dirname, 'weights');
const UNKNOWN_SIZE = 1_000_000;

export const MODEL_NAMES = readdirSync(HOME)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

export function modelFolder(name: string): ModelFolder {
  return JSON.parse(readFileSync(join(HOME, `${name}.json`), 'utf8')) as ModelFolder;
}

/** A model in one file, in which nothing is found: without the `rope_scaling` that Bedrock overrides. */
export function wholeFolder(): ModelFolder {
  const folder = modelFolder('llama-3.2-1b-instruct');
  return { ...folder, config: { ...folder.config, rope_scaling: null } };
}

/** The files of a folder that are read, by their names. */
export function jsonFiles(folder: ModelFolder): Partial<Record<DocumentName, string>> {
  const shards = folder.index?.shards.map((shard, layer) => [`model.layers.${layer}.weight`, shard]);
  const objects: Partial<Record<DocumentName, object>> = {
    'config.json': folder.config,
    'adapter_config.json': folder.adapterConfig,
    'tokenizer_config.json': folder.tokenizerConfig,
    'model.safetensors.index.json': shards && {
      metadata: { total_size: folder.index?.total_size },
      weight_map: Object.fromEntries(shards) as object,
    },
  };
  return Object.fromEntries(
    Object.entries(objects)
      .filter(([, object]) => object !== undefined)
      .map(([name, object]) => [name, JSON.stringify(object)]),
  );
}

function storedFiles(folder: ModelFolder): StoredFile[] {
  return Object.entries(folder.files).map(([name, size]) => ({ name, size: size ?? UNKNOWN_SIZE }));
}

/** A folder as it is checked. */
export function weightsOf(folder: ModelFolder): Weights {
  const documents = Object.entries(jsonFiles(folder)).map(([name, text]) => [name, { text }]);
  return {
    location: 's3://weights/model/',
    files: storedFiles(folder),
    documents: Object.fromEntries(documents) as Weights['documents'],
  };
}
