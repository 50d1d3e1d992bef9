import { isArchive } from '../lib/private/contract/file-names';
import { humanSize } from './finding';

/** What a look at the place of the weights brings: a listing, and the few small files in it that are read. */
export interface Weights {
  /** Where they are, for sentences: `s3://bucket/models/llama/`. Ends with a slash. */
  readonly location: string;
  readonly files: readonly StoredFile[];
  /** Whether there are more files than the listing holds. */
  readonly isCut?: boolean;
  readonly documents: Readonly<Partial<Record<DocumentName, Document>>>;
  /** The Region of the bucket, when it is known. */
  readonly bucketRegion?: string;
  /** The Region of the import, when it is known. */
  readonly region?: string;
  /** Whether the model will be called in a way that needs a chat template: with Converse or `messages`. */
  readonly usesChatTemplate?: boolean;
}

/** A file in the folder, or in a folder of it. */
export interface StoredFile {
  /** Its path in the folder: `config.json`, `original/params.json`. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The storage class, when S3 names one. */
  readonly storageClass?: string;
  /** Whether a copy of an archived object can be read for now. */
  readonly isRestored?: boolean;
}

/** The text of a file, or why it was not read. */
export type Document = { readonly text: string } | { readonly unread: string };

const MIB = 1024 * 1024;

/** A smaller file is not worth a word: `training_args.bin`. */
const MIN_OTHER_BYTES = 1_000_000;

/** The files that are read, and how many bytes each may have. The index of a large model takes megabytes. */
export const DOCUMENTS = {
  'config.json': MIB,
  'model.safetensors.index.json': 16 * MIB,
  'adapter_config.json': MIB,
  'quantize_config.json': MIB,
  'hf_quant_config.json': MIB,
  'tokenizer_config.json': 4 * MIB,
};

export type DocumentName = keyof typeof DOCUMENTS;

export const DOCUMENT_NAMES = Object.keys(DOCUMENTS) as DocumentName[];

/** Why a file was not read that has more bytes than are read of it. */
export function tooLong(size: number, limit: number): string {
  return `it has ${humanSize(size)}, and at most ${humanSize(limit)} are read`;
}

/** The object that a document holds; undefined when it is not there, was not read or holds none. */
export function readObject(weights: Weights, name: DocumentName): Record<string, unknown> | undefined {
  const document = weights.documents[name];
  return document && 'text' in document ? parseObject(document.text) : undefined;
}

/** The object in a JSON text, read as Python reads it; undefined when there is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    try {
      return asObject(JSON.parse(withoutPythonNumbers(text)));
    } catch {
      return undefined;
    }
  }
}

/** Python writes `NaN`, `Infinity` and `-Infinity` into JSON. Strings stay as they are. */
function withoutPythonNumbers(text: string): string {
  const stringOrNumber = /"[^"\\]*(?:\\[^][^"\\]*)*"?|(?<![\w.+-])(?:NaN|-?Infinity)(?![\w.])/g;
  const numbers: Record<string, string> = { NaN: 'null', Infinity: '1e999', '-Infinity': '-1e999' };
  return text.replace(stringOrNumber, (match) => numbers[match] ?? match);
}

export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** What fetches the files that a clone without Git LFS has pointers for. */
export const FETCH_LFS = 'Run "git lfs install" and "git lfs pull" in the clone, and upload the files again';

/** Whether a text is what Git LFS puts in the place of a large file. */
export function isLfsPointer(text: string): boolean {
  return /^\s*version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\//.test(text);
}

/** Whether a file lies in the folder itself. */
export function isAtTop({ name }: StoredFile): boolean {
  return !name.includes('/');
}

/** Whether a file holds weights of a model in the format that Bedrock imports. */
export function isSafetensors({ name }: StoredFile): boolean {
  return /\.safetensors$/i.test(name) && !isAdapter({ name });
}

/**
 * Whether a file belongs to a LoRA adapter: `adapter_model.safetensors` (PEFT), `adapters.safetensors` and
 * `0000100_adapters.safetensors` (MLX), `adapter_0.pt` (torchtune), `pytorch_lora_weights.safetensors` (diffusers).
 */
export function isAdapter({ name }: Pick<StoredFile, 'name'>): boolean {
  return /(?:^|\/)(?:adapter_config\.json|adapter_model.*|(?:(?:\d+_)?adapters?|adapter_\d+|(?:pytorch_)?lora(?:_weights)?)\.(?:safetensors|npz|bin|pt))$/i.test(
    name,
  );
}

/** Whether a file is a copy of the weights in the format of Mistral or Meta, which no index names. */
export function isConsolidated({ name }: StoredFile): boolean {
  return name.startsWith('consolidated');
}

/** Whether a file holds weights in a format that Bedrock does not import, or a packed folder. */
export function isOtherWeights({ name, size }: StoredFile): boolean {
  if (size < MIN_OTHER_BYTES) {
    return false;
  }
  return /\.(?:bin|pt|pth|ckpt|gguf|ggml|h5|msgpack|onnx)$/i.test(name) || isArchive(name);
}
