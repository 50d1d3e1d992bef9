import { isArchive } from '../lib/private/contract/file-names';
import { listNames, shortName, type Finding } from './finding';
import {
  isAdapter,
  isAtTop,
  isConsolidated,
  isOtherWeights,
  isSafetensors,
  readObject,
  type StoredFile,
  type Weights,
} from './weights';

/** What the listing alone says: whether it is a model at all. */

const ARCHIVED_CLASSES = ['GLACIER', 'DEEP_ARCHIVE'];
const NEEDED = /^(?:config|model\.safetensors\.index|tokenizer|tokenizer_config)\.json$|^tokenizer\.model$/;

export function folderFindings(weights: Weights): Finding[] {
  const { files, isCut } = weights;
  if (isCut) {
    return [listingCut(weights), ...archivedFiles(files)];
  }
  return [...shape(weights), ...archivedFiles(files)];
}

/** What is not there. Each cause gives one finding: a folder with an adapter lacks `config.json`, too. */
function shape(weights: Weights): Finding[] {
  const { files } = weights;
  const top = files.filter(isAtTop);
  const hasConfig = top.some(({ name }) => name === 'config.json');
  const archive = files.find(({ name }) => isArchive(name));
  if (files.length === 0) {
    return [nothing(weights)];
  }
  if (top.some(isSafetensors)) {
    return [...(hasConfig ? [] : [noConfig(weights)]), ...beside(top)];
  }
  const liesDeeper = files.some(isSafetensors);
  if (top.some(isAdapter) && !(hasConfig && liesDeeper)) {
    return [adapterOnly(weights)];
  }
  if (archive && !hasConfig && !liesDeeper) {
    return [archiveOnly(archive)];
  }
  return [...(hasConfig ? [] : [noConfig(weights)]), ...noSafetensors(files, hasConfig)];
}

function nothing({ location }: Weights): Finding {
  const name = location.replace(/\/$/, '');
  return {
    code: 'nothing',
    level: 'error',
    problem: `There is nothing in ${shortName(location)}`,
    remedy: isArchive(name)
      ? 'Bedrock does not unpack archives: unpack it and upload the folder'
      : 'Check the prefix or path, and put the files of the model there',
  };
}

function adapterOnly(weights: Weights): Finding {
  const base = adapterBase(weights);
  return {
    code: 'adapter-only',
    level: 'error',
    problem: 'There is only a LoRA adapter, and no .safetensors file of a whole model',
    remedy: `Merge it into its base model${typeof base === 'string' ? ` (${shortName(base)})` : ''} and upload the merged model${elsewhere(weights)}`,
  };
}

/** PEFT and MLX name it differently. */
function adapterBase(weights: Weights): unknown {
  const adapter = readObject(weights, 'adapter_config.json');
  return adapter?.base_model_name_or_path ?? adapter?.model;
}

function archiveOnly(archive: StoredFile): Finding {
  return {
    code: 'archive-only',
    level: 'error',
    file: archive.name,
    problem: 'There is an archive, but no config.json and no .safetensors file',
    remedy: 'Bedrock does not unpack archives: unpack it and upload the files',
  };
}

function noConfig(weights: Weights): Finding {
  const isCache = weights.files.some(({ name }) => /(?:^|\/)blobs\//.test(name));
  const hint =
    elsewhere(weights) ||
    (isCache ? '; this looks like a cache of Hugging Face: download with --local-dir' : '');
  return {
    code: 'no-config',
    level: 'error',
    file: 'config.json',
    problem: `It is not at the top of ${shortName(weights.location)}`,
    remedy: `Name the folder that holds config.json and the weights, or upload it${hint}`,
  };
}

function noSafetensors(files: readonly StoredFile[], hasConfig: boolean): Finding[] {
  const found = files.filter(isSafetensors);
  if (found.length > 0) {
    return hasConfig ? [deeperSafetensors(found)] : [];
  }
  const others = files.filter(isOtherWeights).map(({ name }) => name);
  return [
    {
      code: 'no-safetensors',
      level: 'error',
      problem: `There is no .safetensors file${others.length > 0 ? `, only ${listNames(others)}` : ''}`,
      remedy:
        others.length > 0
          ? 'Convert the weights: load the model with transformers and save it with save_pretrained'
          : 'Upload the weights in the Hugging Face format',
    },
  ];
}

function deeperSafetensors(found: readonly StoredFile[]): Finding {
  return {
    code: 'deeper-safetensors',
    level: 'warning',
    file: found[0].name,
    problem: 'The .safetensors files do not lie beside config.json',
    remedy: 'Put them into one folder',
  };
}

/** What an import needs beside the weights, and what it does not. */
function beside(top: readonly StoredFile[]): Finding[] {
  const has = (name: string): boolean => top.some((file) => file.name === name);
  const missing = [
    ...(has('tokenizer_config.json') ? [] : ['tokenizer_config.json']),
    ...(has('tokenizer.json') || has('tokenizer.model') ? [] : ['tokenizer.json or tokenizer.model']),
  ];
  const findings: Finding[] = [];
  if (missing.length > 0) {
    findings.push({
      code: 'no-tokenizer',
      level: 'warning',
      problem: `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not there, and AWS lists the files of the tokenizer as needed`,
      remedy: 'Save the tokenizer into the folder with its save_pretrained',
    });
  }
  const adapter = top.find(isAdapter);
  if (adapter) {
    findings.push({
      code: 'adapter-beside',
      level: 'warning',
      file: adapter.name,
      problem: 'There is a LoRA adapter beside the weights, and adapters are not imported',
      remedy: 'Merge it into the model, or leave it out',
    });
  }
  return findings;
}

/** S3 does not give out what is archived before it has been restored. */
function archivedFiles(files: readonly StoredFile[]): Finding[] {
  const archived = files.filter(
    ({ storageClass = '', isRestored }) => ARCHIVED_CLASSES.includes(storageClass) && !isRestored,
  );
  if (archived.length === 0) {
    return [];
  }
  const needed = archived.filter((file) => isAtTop(file) && isNeeded(file));
  const named = needed.length > 0 ? needed : archived;
  return [
    {
      code: 'archived',
      level: needed.length > 0 ? 'error' : 'warning',
      file: named[0].name,
      problem: `S3 has archived ${listNames(named.map(({ name }) => name))} (storage class ${named[0].storageClass})`,
      remedy: 'Restore the objects, or copy them to another storage class',
    },
  ];
}

function isNeeded(file: StoredFile): boolean {
  return NEEDED.test(file.name) || (isSafetensors(file) && !isConsolidated(file));
}

function listingCut({ files }: Weights): Finding {
  return {
    code: 'listing-cut',
    level: 'warning',
    problem: `There are more than ${files.length} files, and only these were checked`,
    remedy: 'Upload the model under a prefix of its own',
  };
}

/** Where else a whole model lies: a folder with `config.json` and weights. */
function elsewhere({ files, location }: Weights): string {
  const folders = new Set(files.filter(isSafetensors).map(({ name }) => folderOf(name)));
  const models = files
    .filter(({ name }) => /\/config\.json$/.test(name) && folders.has(folderOf(name)))
    .map(({ name }) => `${location}${folderOf(name)}`)
    .sort((a, b) => depth(a) - depth(b));
  return models.length > 0 ? `; there is one in ${listNames(models.slice(0, 3))}` : '';
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

function depth(folder: string): number {
  return folder.split('/').length;
}
