import { humanSize, listNames, type Finding } from './finding';
import {
  asObject,
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

/** A smaller file holds no weights. A pointer of Git LFS has about 130 bytes. */
const MIN_WEIGHTS_BYTES = 1000;
const GB = 1e9;

/** The limits that AWS documents. */
const MAX_TEXT_BYTES = 200 * GB;
const MAX_MULTIMODAL_BYTES = 100 * GB;

export function shardFindings(weights: Weights): Finding[] {
  const top = weights.files.filter(isAtTop).filter(isSafetensors);
  const named = namedShards(weights);
  const missing = missingShards(weights, named);
  if (top.length === 0) {
    return missing;
  }
  const known = named
    ? weights.files.filter(({ name }) => named.has(name))
    : top.filter((file) => !isConsolidated(file));
  const shards = known.length > 0 ? known : top;
  return [
    ...missing,
    ...noIndex(weights, top),
    ...pointers(shards),
    ...tooLarge(weights, shards),
    ...ballast(weights.files, shards),
  ];
}

/** The files that the index names; undefined when it is not there or says nothing. */
function namedShards(weights: Weights): Set<string> | undefined {
  const map = asObject(readObject(weights, INDEX)?.weight_map);
  if (!map) {
    return undefined;
  }
  return new Set(Object.values(map).filter((name): name is string => typeof name === 'string'));
}

function missingShards({ files, isCut }: Weights, named?: Set<string>): Finding[] {
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

function noIndex({ files, isCut }: Weights, top: readonly StoredFile[]): Finding[] {
  const isKnown = files.some(({ name }) => name === INDEX || name === 'model.safetensors');
  return isKnown || isCut
    ? []
    : [
        {
          code: 'no-index',
          level: 'warning',
          file: INDEX,
          problem: `It is not there, and neither is model.safetensors, so that nothing says what ${listNames(top.map(({ name }) => name))} hold`,
          remedy: 'Save the model anew with save_pretrained, which writes the index',
        },
      ];
}

function pointers(shards: readonly StoredFile[]): Finding[] {
  const tiny = shards.filter(({ size }) => size < MIN_WEIGHTS_BYTES).map(({ name }) => name);
  return tiny.length === 0
    ? []
    : [
        {
          code: 'pointers',
          level: 'warning',
          file: tiny[0],
          problem: `Too small to hold weights: ${listNames(tiny)}`,
          remedy: 'Fetch the files with "git lfs pull", or download the model again',
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
