import { check } from '../../weights/check';
import type { Finding } from '../../weights/finding';
import { RULES, type FindingCode } from '../../weights/rules';
import type { Weights } from '../../weights/weights';
import { modelFolder, weightsOf } from './model-folders';
import { file, files, GB, QWEN, withConfig, withFiles, without, withText } from './weights';

const folder = (...names: string[]): Weights => ({ ...QWEN, files: files(...names), documents: {} });
const inFolder = (weights: Weights, path: string): Weights => ({
  ...folder(),
  files: weights.files.map((stored) => ({ ...stored, name: path + stored.name })),
});
const changed = (name: string, change: object): Weights => ({
  ...QWEN,
  files: QWEN.files.map((stored) => (stored.name === name ? { ...stored, ...change } : stored)),
});
const allSized = (size: number, weights = QWEN): Weights => ({
  ...weights,
  files: weights.files.map((stored) => ({ ...stored, size })),
});

const INDEX = 'model.safetensors.index.json';
const MB = 1e6;
const NO_TEMPLATE = withText(QWEN, 'tokenizer_config.json', '{"eos_token":"<|im_end|>"}');
const TOKENIZER = ['tokenizer.json', 'tokenizer_config.json'];
const VISION = { architectures: ['Qwen2_5_VLForConditionalGeneration'], vision_config: { depth: 32 } };
const LORA = weightsOf(modelFolder('lora-deepseek-r1-distill-llama-8b'));

/** Weights for each finding of a folder, in each of its wordings. What the bucket itself says is not among them. */
const EXAMPLES: Record<Exclude<Finding['code'], 'no-bucket'>, Weights[]> = {
  nothing: [folder(), { ...folder(), location: 's3://weights/llama.tar.gz/' }],
  'no-config': [
    without(QWEN, 'config.json'),
    inFolder(QWEN, 'llama/'),
    folder('blobs/0a1b', 'blobs/2c3d', 'refs/main'),
  ],
  'no-safetensors': [
    { ...folder(), files: [file('config.json', 600)] },
    folder('config.json', ...TOKENIZER, 'pytorch_model.bin'),
  ],
  'shards-missing': [
    without(QWEN, 'model-00003-of-00004.safetensors'),
    without(QWEN, 'model-00003-of-00004.safetensors', 'model-00001-of-00004.safetensors'),
    withFiles(without(QWEN, 'model-00003-of-00004.safetensors'), file('model.safetensors')),
    without(QWEN, INDEX, 'model-00003-of-00004.safetensors', 'model-00004-of-00004.safetensors'),
  ],
  'adapter-only': [
    LORA,
    {
      ...folder('adapter_config.json'),
      files: [...files('adapter_model.safetensors'), ...inFolder(QWEN, 'merged/').files],
    },
  ],
  'archive-only': [folder('model.tar.gz', 'README.md')],
  archived: [
    changed('config.json', { storageClass: 'GLACIER' }),
    changed('README.md', { storageClass: 'DEEP_ARCHIVE' }),
  ],
  'listing-cut': [{ ...QWEN, isCut: true }],
  'shards-short': [allSized(4 * MB)],
  'rope-scaling': [withConfig(QWEN, { rope_scaling: { rope_type: 'llama3', factor: 32 } })],
  'no-chat-template': [NO_TEMPLATE, { ...NO_TEMPLATE, usesChatTemplate: true }],
  'chat-template-twice': [
    withFiles(QWEN, file('chat_template.jinja', 500)),
    withFiles(NO_TEMPLATE, file('chat_template.jinja', 500), file('chat_template.json', 500)),
  ],
  unread: [{ ...QWEN, documents: { ...QWEN.documents, 'config.json': { unread: 'it has 9 MB' } } }],
  'not-json': [
    withText(QWEN, 'config.json', '[]'),
    withText(QWEN, 'config.json', ''),
    withText(QWEN, 'config.json', '<html>'),
    withText(QWEN, 'config.json', 'version https://git-lfs.github.com/spec/v1'),
    withText(QWEN, 'tokenizer_config.json', '{'),
  ],
  'no-index': [without(QWEN, INDEX)],
  'deeper-safetensors': [folder('config.json', 'original/model.safetensors')],
  pointers: [allSized(134), changed('tokenizer.json', { size: 134 })],
  'no-tokenizer': [without(QWEN, 'tokenizer.json'), without(QWEN, ...TOKENIZER)],
  'adapter-beside': [withFiles(QWEN, file('adapter_model.safetensors'))],
  'weights-twice': [withFiles(QWEN, file('pytorch_model.bin', 15 * GB), file('model.gguf', 4 * GB))],
  size: [allSized(60 * GB), allSized(30 * GB, withConfig(QWEN, VISION))],
  'bucket-region': [{ ...QWEN, region: 'us-east-1', bucketRegion: 'eu-central-1' }],
  'model-region': [{ ...weightsOf(modelFolder('gpt-oss-20b')), region: 'us-west-2' }],
  architecture: [
    withConfig(QWEN, { architectures: ['GemmaForCausalLM'] }),
    withConfig(QWEN, { architectures: [] }),
  ],
  embedding: [withFiles(QWEN, file('1_Pooling/config.json', 300))],
  'custom-code': [withConfig(QWEN, { auto_map: { AutoModel: 'modeling.Model' } })],
  'context-length': [
    withConfig(QWEN, { max_position_embeddings: 262_144 }),
    withConfig(QWEN, { rope_scaling: { rope_type: 'yarn', factor: 8 } }),
  ],
  quantization: [
    withConfig(QWEN, { quantization_config: { quant_method: 'gptq', bits: 4 } }),
    withConfig(QWEN, { quantization_config: { load_in_8bit: true } }),
    withConfig(QWEN, { compression_config: { format: 'pack-quantized' } }),
    withFiles(QWEN, file('quantize_config.json', 100)),
    withFiles(QWEN, file('quant_config.json', 100)),
    withFiles(QWEN, file('hf_quant_config.json', 100)),
    withConfig(QWEN, { quantization: { group_size: 64, bits: 4 } }),
  ],
  'transformers-version': [withConfig(QWEN, { transformers_version: '4.52.0' })],
  tokenizer: [withText(QWEN, 'tokenizer_config.json', '{"tokenizer_class":"BloomTokenizerFast"}')],
};

const NO_BUCKET: Finding = {
  code: 'no-bucket',
  level: 'error',
  problem: 'There is no bucket weights',
  remedy: 'Check its name, and that it exists before the model is imported',
};

/** What the check finds in the examples of a rule. */
export function findingsOf(code: FindingCode): Finding[] {
  return code === 'no-bucket'
    ? [NO_BUCKET]
    : EXAMPLES[code].map((weights) => check(weights).find((finding) => finding.code === code)!);
}

const CODES = Object.keys(RULES) as FindingCode[];

/** The table of the rules, in their order. */
export function renderRulesTable(): string {
  const rows = CODES.map((code) => {
    const { levels, checks, source } = RULES[code];
    const shown = /^https:/.test(source) ? `[${new URL(source).hostname}](${source})` : source;
    return `| \`${code}\` | ${levels.join(' or ')} | ${checks} | ${shown} |`;
  });
  return ['| code | level | what is checked | source |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The table of the messages, the errors first. */
export function renderFindingsTable(): string {
  const found = CODES.flatMap(findingsOf);
  const rows = ['error', 'warning'].flatMap((level) =>
    found
      .filter((finding) => finding.level === level)
      .map(
        ({ code, file: about = '', problem, remedy }) =>
          `| ${level} | \`${code}\` | ${about && `\`${about}\``} | ${problem} | ${remedy} |`,
      ),
  );
  return ['| level | code | file | problem | remedy |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
