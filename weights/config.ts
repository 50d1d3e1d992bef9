import { shortName, type Finding } from './finding';
import { asObject, readObject, type Weights } from './weights';

/**
 * What the model says of itself, held against what AWS documents. All of it is a doubt: the lists grow
 * before their documentation does.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html
 */

const ARCHITECTURES = [
  'MistralForCausalLM',
  'MixtralForCausalLM',
  'T5ForConditionalGeneration',
  'LlamaForCausalLM',
  'MllamaForConditionalGeneration',
  'GPTBigCodeForCausalLM',
  'Qwen2ForCausalLM',
  'Qwen2VLForConditionalGeneration',
  'Qwen2_5_VLForConditionalGeneration',
  'Qwen3ForCausalLM',
  'Qwen3MoeForCausalLM',
  'GptOssForCausalLM',
];
const GPT_OSS = 'GptOssForCausalLM';
const GPT_OSS_REGION = 'us-east-1';

const TOKENIZERS = ['T5', 'Llama', 'CodeLlama', 'GPT2', 'GPTNeoX', 'PreTrained', 'Qwen2'].flatMap((name) => [
  `${name}Tokenizer`,
  `${name}TokenizerFast`,
]);

/** AWS says "less than 128K", and supports the models of Llama 3.1 and GPT-OSS with exactly that. */
const MAX_CONTEXT = 131_072;
const TRANSFORMERS = [4, 51, 3];

export function configFindings(weights: Weights): Finding[] {
  const config = readObject(weights, 'config.json');
  return [
    ...(config ? [...architecture(config), ...ofModel(config), ...place(config, weights)] : []),
    ...quantization(weights, config),
    ...tokenizer(weights),
    ...embedding(weights),
  ];
}

function architecture(config: Record<string, unknown>): Finding[] {
  const names = architectures(config);
  const unknown = names.filter((name) => !ARCHITECTURES.includes(name));
  if (names.length > 0 && unknown.length === 0) {
    return [];
  }
  return [
    warning(
      'architecture',
      'config.json',
      names.length > 0
        ? `The architecture ${unknown.map(shortName).join(', ')} is not on the list of those that Bedrock imports`
        : 'It names no architecture',
      'Compare with the list in the Bedrock user guide, which may have grown',
    ),
  ];
}

function ofModel(config: Record<string, unknown>): Finding[] {
  const findings: Finding[] = [];
  if (Object.keys(asObject(config.auto_map) ?? {}).length > 0) {
    findings.push(
      warning(
        'custom-code',
        'config.json',
        'Its auto_map points to Python code, which Bedrock is not known to run',
        "Save the model with the classes of transformers, when its architecture is one of transformers' own",
      ),
    );
  }
  const length = contextLength(config);
  if (length > MAX_CONTEXT) {
    findings.push(
      warning(
        'context-length',
        'config.json',
        `The context length is ${length}, and AWS documents less than 128K`,
        'Lower max_position_embeddings, when a shorter context will do',
      ),
    );
  }
  const version = config.transformers_version;
  if (typeof version === 'string' && !isGptOss(config) && isNewer(version)) {
    findings.push(
      warning(
        'transformers-version',
        'config.json',
        `It was saved with transformers ${shortName(version)}, and AWS documents ${TRANSFORMERS.join('.')}`,
        'Save the model with that version',
      ),
    );
  }
  return findings;
}

function place(config: Record<string, unknown>, { region = GPT_OSS_REGION }: Weights): Finding[] {
  return isGptOss(config) && region !== GPT_OSS_REGION
    ? [
        warning(
          'model-region',
          'config.json',
          `AWS documents the import of GPT-OSS in ${GPT_OSS_REGION} only, and this one is in ${region}`,
          `Deploy to ${GPT_OSS_REGION}`,
        ),
      ]
    : [];
}

function quantization(weights: Weights, config: Record<string, unknown> = {}): Finding[] {
  const found = inConfig(config) ?? inFiles(weights);
  if (!found || (isGptOss(config) && found.method === 'mxfp4')) {
    return [];
  }
  const bits = found.bits === undefined ? '' : `, ${found.bits} bits`;
  return [
    warning(
      'quantization',
      found.file,
      `The weights are quantized (${shortName(found.method)}${bits}), and AWS does not say whether such can be imported`,
      'Import the weights in 16 bits when the job fails',
    ),
  ];
}

interface Quantization {
  readonly file: string;
  readonly method: string;
  readonly bits?: number;
}

function inConfig(config: Record<string, unknown>): Quantization | undefined {
  const quantized = [config, asObject(config.text_config)]
    .flatMap((section) => [section?.quantization_config, section?.compression_config])
    .map(asObject)
    .find((section) => section && Object.keys(section).length > 0);
  return quantized && { file: 'config.json', ...methodAndBits(quantized, 'an unnamed method') };
}

/** GPTQ and AWQ once kept their settings in files of their own. */
function inFiles(weights: Weights): Quantization | undefined {
  const file = ['quantize_config.json', 'quant_config.json'].find((name) =>
    weights.files.some((stored) => stored.name === name),
  );
  if (!file) {
    return undefined;
  }
  const settings = file === 'quantize_config.json' ? readObject(weights, file) : undefined;
  return { file, ...methodAndBits(settings ?? {}, file === 'quantize_config.json' ? 'gptq' : 'awq') };
}

function methodAndBits(
  settings: Record<string, unknown>,
  otherwise: string,
): { method: string; bits?: number } {
  const { quant_method, bits, load_in_8bit, load_in_4bit } = settings;
  const isBitsAndBytes = load_in_8bit !== undefined || load_in_4bit !== undefined;
  const method =
    typeof quant_method === 'string' ? quant_method : isBitsAndBytes ? 'bitsandbytes' : otherwise;
  const counted = typeof bits === 'number' ? bits : load_in_8bit ? 8 : load_in_4bit ? 4 : undefined;
  return { method, bits: counted };
}

function tokenizer(weights: Weights): Finding[] {
  const name = readObject(weights, 'tokenizer_config.json')?.tokenizer_class;
  return typeof name !== 'string' || TOKENIZERS.includes(name)
    ? []
    : [
        warning(
          'tokenizer',
          'tokenizer_config.json',
          `The tokenizer ${shortName(name)} is not on the list of those that Bedrock imports`,
          'Save the tokenizer as a PreTrainedTokenizerFast, or compare with the list in the Bedrock user guide',
        ),
      ];
}

/** Models that give embeddings have the architecture of those that give text, and files of sentence-transformers. */
function embedding({ files }: Weights): Finding[] {
  const sign = files.find(({ name }) => name === 'modules.json' || /^\d+_Pooling\//.test(name));
  return sign
    ? [
        warning(
          'embedding',
          sign.name,
          'This looks like an embedding model, and AWS says that those are not supported',
          'Import a model that generates text',
        ),
      ]
    : [];
}

function architectures(config: Record<string, unknown>): string[] {
  const names: unknown = config.architectures;
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
}

function isGptOss(config: Record<string, unknown>): boolean {
  return architectures(config).includes(GPT_OSS);
}

function contextLength(config: Record<string, unknown>): number {
  const lengths = [config, asObject(config.text_config)].flatMap((section) => [
    section?.max_position_embeddings,
    section?.n_positions,
  ]);
  return Math.max(0, ...lengths.filter((length): length is number => typeof length === 'number'));
}

function isNewer(version: string): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const at = TRANSFORMERS.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return at >= 0 && (parts[at] ?? 0) > TRANSFORMERS[at];
}

function warning(code: Finding['code'], file: string, problem: string, remedy: string): Finding {
  return { code, level: 'warning', file, problem, remedy };
}
