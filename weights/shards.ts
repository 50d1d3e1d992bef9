import { humanSize, listNames, type Finding } from './finding';
import {
  asObject,
  FETCH_LFS,
  isAdapter,
  isAtTop,
  isConsolidated,
  isOtherWeights,
  isSafetensors,
  readObject,
  type StoredFile,
  type Weights,
} from './weights';

/** What the weights themselves are: which files they are, whether all are there, and how large they are. */

const INDEX = 'model.safetensors.index.json';

/** A smaller file hardly holds weights. A pointer of Git LFS has about 130 bytes, less than the shortest tensor. */
const MIN_WEIGHTS_BYTES = 1000;
const MIN_TENSOR_BYTES = 200;

/** A number of shards above this is part of a name, not a count. */
const MAX_COUNT = 10_000;
const GB = 1e9;

/** The limits that AWS documents. */
const MAX_TEXT_BYTES = 200 * GB;
const MAX_MULTIMODAL_BYTES = 100 * GB;

export function shardFindings(weights: Weights): Finding[] {
  const top = weights.files.filter(isAtTop).filter(isSafetensors);
  const named = namedShards(weights);
  if (top.length === 0) {
    return missingFromIndex(weights, named);
  }
  const known = named
    ? weights.files.filter(({ name }) => named.has(name))
    : top.filter((file) => !isConsolidated(file));
  const shards = known.length > 0 ? known : top;
  const missing = named ? missingFromIndex(weights, named) : missingFromNumbers(weights, shards);
  const tiny = pointers(weights, shards);
  return [
    ...missing,
    ...(missing.length > 0 ? [] : noIndex(weights, top)),
    ...tiny,
    ...(missing.length + tiny.length > 0 ? [] : tooShort(weights, named, shards)),
    ...tooLarge(weights, shards),
    ...ballast(weights.files, shards),
  ];
}

/** The files that the index names; undefined when it is not there or names none. */
function namedShards(weights: Weights): Set<string> | undefined {
  const map = asObject(readObject(weights, INDEX)?.weight_map);
  if (!map) {
    return undefined;
  }
  const names = Object.values(map).filter((name): name is string => typeof name === 'string');
  return names.length > 0 ? new Set(names) : undefined;
}

function missingFromIndex({ files, isCut }: Weights, named?: Set<string>): Finding[] {
  const present = new Set(files.map(({ name }) => name));
  const missing = [...(named ?? [])].filter((name) => !present.has(name)).sort();
  if (isCut || missing.length === 0) {
    return [];
  }
  // A whole model in one file is complete, however old the index beside it is.
  const isWhole = present.has('model.safetensors');
  return [
    {
      code: 'shards-missing',
      level: isWhole ? 'warning' : 'error',
      file: INDEX,
      problem: `It names ${named!.size} files, of which ${missing.length === 1 ? 'one is' : `${missing.length} are`} not there: ${listNames(missing)}`,
      remedy: isWhole ? 'Remove the index, when it is of another version' : 'Upload what is missing',
    },
  ];
}

interface NumberedShards {
  readonly count: number;
  readonly numbers: Set<number>;
  readonly nameOf: (number: number) => string;
}

/** Without an index, names like `model-00001-of-00004.safetensors` say how many shards there should be. */
function missingFromNumbers({ files, isCut }: Weights, shards: readonly StoredFile[]): Finding[] {
  const isWhole = files.some(({ name }) => name === 'model.safetensors');
  return isCut ? [] : numberedShards(shards).flatMap((group) => missingOf(group, isWhole));
}

function numberedShards(shards: readonly StoredFile[]): NumberedShards[] {
  const groups = new Map<string, NumberedShards>();
  for (const { name } of shards) {
    const [, start, number, middle, count, end] = /^(.*?)(\d+)([-_.]of[-_.])(\d+)(\D*)$/i.exec(name) ?? [];
    if (number !== undefined && Number(count) <= MAX_COUNT) {
      const key = [start, middle, count, end].join('/');
      const nameOf = (other: number): string =>
        `${start}${`${other}`.padStart(number.length, '0')}${middle}${count}${end}`;
      const group = groups.get(key) ?? { count: Number(count), numbers: new Set(), nameOf };
      group.numbers.add(Number(number));
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

function missingOf({ count, numbers, nameOf }: NumberedShards, isWhole: boolean): Finding[] {
  // GPT-OSS counts from 0 to its count, others from 0 to one less.
  const isFromZero = numbers.has(0);
  const expected = Array.from({ length: count }, (_, index) => (isFromZero ? index : index + 1));
  const missing = expected.filter((number) => !numbers.has(number)).map(nameOf);
  return missing.length === 0
    ? []
    : [
        {
          code: 'shards-missing',
          level: isWhole ? 'warning' : 'error',
          problem: `The shards are numbered up to ${count}, and there is no index; ${missing.length === 1 ? 'one is' : `${missing.length} are`} not there: ${listNames(missing)}`,
          remedy: isWhole
            ? 'Remove the other shards: model.safetensors is a whole model'
            : `Upload what is missing, and ${INDEX}`,
        },
      ];
}

function noIndex({ files, isCut }: Weights, top: readonly StoredFile[]): Finding[] {
  const isKnown = files.some(({ name }) => name === INDEX || name === 'model.safetensors');
  return isKnown || isCut
    ? []
    : [
        {
          code: 'no-index',
          level: 'warning',
          file: INDEX,
          problem: `It is not there, and neither is model.safetensors, so nothing says what these files hold: ${listNames(top.map(({ name }) => name))}`,
          remedy: 'Upload it, or save the model again with save_pretrained, which writes it',
        },
      ];
}

/** What a clone without Git LFS leaves, and what was never written to its end. */
function pointers({ files }: Weights, shards: readonly StoredFile[]): Finding[] {
  const tiny = shards.filter(({ size }) => size < MIN_WEIGHTS_BYTES);
  const tokenizer = files.filter(
    ({ name, size }) => /^tokenizer\.(?:json|model)$/.test(name) && size < MIN_TENSOR_BYTES,
  );
  const names = [...tiny, ...tokenizer].map(({ name }) => name);
  const isError = tiny.some(({ size }) => size < MIN_TENSOR_BYTES) || tiny.length === shards.length;
  return names.length === 0
    ? []
    : [
        {
          code: 'pointers',
          level: isError ? 'error' : 'warning',
          file: names[0],
          problem: `Too small to be what the names say, such as a pointer of Git LFS: ${listNames(names)}`,
          remedy: FETCH_LFS,
        },
      ];
}

/** Shards hold the tensors that the index counts, and headers. */
function tooShort(
  weights: Weights,
  named: Set<string> | undefined,
  shards: readonly StoredFile[],
): Finding[] {
  const expected = Number(asObject(readObject(weights, INDEX)?.metadata)?.total_size);
  const total = sum(shards);
  return weights.isCut || !named || !(total < expected)
    ? []
    : [
        {
          code: 'shards-short',
          level: 'warning',
          file: INDEX,
          problem: `It says that the weights have ${expected} bytes (${humanSize(expected)}), and the shards have ${total} (${humanSize(total)})`,
          remedy:
            'Upload the shards again, because one may be cut off; if their sizes are those of the source, the index is wrong',
        },
      ];
}

function tooLarge(weights: Weights, shards: readonly StoredFile[]): Finding[] {
  const total = sum(shards);
  const isMultimodal = asObject(readObject(weights, 'config.json')?.vision_config) !== undefined;
  const limit = isMultimodal ? MAX_MULTIMODAL_BYTES : MAX_TEXT_BYTES;
  return total < limit
    ? []
    : [
        {
          code: 'size',
          level: 'warning',
          problem: `The weights have ${humanSize(total)}, and Bedrock takes less than ${humanSize(limit)} of a ${isMultimodal ? 'multimodal' : 'text'} model`,
          remedy: 'Import a smaller model',
        },
      ];
}

/** What holds weights once more, or those of a training's steps. */
function ballast(files: readonly StoredFile[], shards: readonly StoredFile[]): Finding[] {
  const others = files.filter(
    (file) => (isSafetensors(file) || isOtherWeights(file)) && !isAdapter(file) && !shards.includes(file),
  );
  return others.length === 0
    ? []
    : [
        {
          code: 'weights-twice',
          level: 'warning',
          file: others[0].name,
          problem: `Beside the weights there are others, ${humanSize(sum(others))} in all: ${listNames(others.map(({ name }) => name))}`,
          remedy: 'Leave out what the import does not need',
        },
      ];
}

function sum(files: readonly StoredFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}
