import { shortName, type Finding } from './finding';
import { asObject, readObject, type Weights } from './weights';

/**
 * What the model says of itself, compared with what AWS documents. All of it is a warning: the lists grow
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

/** What Bedrock overrides `rope_scaling` of the type `llama3` with, whatever the folder says. */
const LLAMA3_ROPE = {
  factor: 8,
  original_max_position_embeddings: 8192,
  low_freq_factor: 1,
  high_freq_factor: 4,
};
/** Types of `rope_scaling` that do not extend `max_position_embeddings`, because it has the extended length. */
const EXTENDED_ALREADY = ['default', 'llama3', 'longrope', 'su', 'mrope'];

const LENGTHS = [
  'max_position_embeddings',
  'n_positions',
  'n_ctx',
  'max_seq_len',
  'max_sequence_length',
  'seq_length',
];

export function configFindings(weights: Weights): Finding[] {
  const config = readObject(weights, 'config.json');
  return [
    ...(config
      ? [...architecture(config), ...ofModel(config), ...ropeScaling(config), ...place(config, weights)]
      : []),
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
        ropes(config).some((rope) => typeof rope.factor === 'number')
          ? 'Remove rope_scaling, or lower max_position_embeddings, when a shorter context is enough'
          : 'Lower max_position_embeddings, when a shorter context is enough',
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
      `The weights are quantized (${shortName(found.method)}${bits}), and AWS does not say whether quantized weights can be imported`,
      'Import the weights in 16 bits if the job fails',
    ),
  ];
}

interface Quantization {
  readonly file: string;
  readonly method: string;
  readonly bits?: number;
}

function inConfig(config: Record<string, unknown>): Quantization | undefined {
  const found = sections(config)
    .flatMap((section) => [
      { settings: section.quantization_config, otherwise: 'an unnamed method' },
      { settings: section.compression_config, otherwise: 'compressed-tensors' },
      { settings: section.quantization, otherwise: 'MLX' },
    ])
    .find(({ settings }) => Object.keys(asObject(settings) ?? {}).length > 0);
  return found && { file: 'config.json', ...methodAndBits(asObject(found.settings)!, found.otherwise) };
}

/** GPTQ and AWQ once kept their settings in files of their own, and NVIDIA ModelOpt still does. */
const QUANTIZATION_FILES = {
  'quantize_config.json': 'gptq',
  'quant_config.json': 'awq',
  'hf_quant_config.json': 'ModelOpt',
};

function inFiles(weights: Weights): Quantization | undefined {
  const names = Object.keys(QUANTIZATION_FILES) as (keyof typeof QUANTIZATION_FILES)[];
  const file = names.find((name) => weights.files.some((stored) => stored.name === name));
  if (!file) {
    return undefined;
  }
  const settings = file === 'quant_config.json' ? undefined : readObject(weights, file);
  const own = asObject(settings?.quantization) ?? settings ?? {};
  return { file, ...methodAndBits(own, QUANTIZATION_FILES[file]) };
}

function methodAndBits(
  settings: Record<string, unknown>,
  otherwise: string,
): { method: string; bits?: number } {
  const { quant_method, quant_algo, bits, load_in_8bit, load_in_4bit } = settings;
  const isBitsAndBytes = load_in_8bit !== undefined || load_in_4bit !== undefined;
  const named = [quant_method, quant_algo].find((name) => typeof name === 'string');
  const method = named ?? (isBitsAndBytes ? 'bitsandbytes' : otherwise);
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

/** The length that the weights are used with: YaRN and its kin multiply the one they were trained for. */
function contextLength(config: Record<string, unknown>): number {
  return Math.max(
    0,
    ...sections(config).map((section) => {
      const given = Math.max(0, ...LENGTHS.map((name) => numberOf(section[name]) ?? 0));
      const extended = ropesOf(section)
        .filter((rope) => !EXTENDED_ALREADY.includes(ropeType(rope)))
        .map((rope) => (numberOf(rope.factor) ?? 1) * (originalLength(rope, section) ?? given));
      return Math.max(given, ...extended);
    }),
  );
}

function originalLength(rope: Record<string, unknown>, section: Record<string, unknown>): number | undefined {
  return (
    numberOf(rope.original_max_position_embeddings) ?? numberOf(section.original_max_position_embeddings)
  );
}

function ropeScaling(config: Record<string, unknown>): Finding[] {
  const rope = ropes(config).find((candidate) => ropeType(candidate) === 'llama3');
  const others = Object.entries(LLAMA3_ROPE).filter(
    ([name, value]) => rope?.[name] !== undefined && rope[name] !== value,
  );
  const list = (of: (name: string, value: number) => string): string =>
    others.map(([name, value]) => of(name, value)).join(', ');
  return others.length === 0
    ? []
    : [
        warning(
          'rope-scaling',
          'config.json',
          `Its rope_scaling has ${list((name) => `${name} ${shortName(JSON.stringify(rope?.[name]))}`)}, and Bedrock overrides that with ${list((name, value) => `${name} ${value}`)}: the model runs at other positions than it was trained for`,
          'Compare the answers of the imported model with those of the original, above all to long prompts',
        ),
      ];
}

function ropes(config: Record<string, unknown>): Record<string, unknown>[] {
  return sections(config).flatMap(ropesOf);
}

/** `rope_scaling`; transformers 5 writes `rope_parameters`, in some models one for each type of layer. */
function ropesOf(section: Record<string, unknown>): Record<string, unknown>[] {
  return [section.rope_scaling, section.rope_parameters]
    .map(asObject)
    .flatMap((rope) => (rope ? [rope, ...Object.values(rope).map(asObject)] : []))
    .filter((rope) => rope !== undefined);
}

function ropeType({ rope_type, type }: Record<string, unknown>): string {
  return [rope_type, type].find((name) => typeof name === 'string') ?? 'default';
}

/** The configuration, and that of the language model in a multimodal one. */
function sections(config: Record<string, unknown>): Record<string, unknown>[] {
  const inner = [config.text_config, config.language_config, config.llm_config].map(asObject);
  return [config, ...inner.filter((section) => section !== undefined)];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function isNewer(version: string): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const at = TRANSFORMERS.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return at >= 0 && (parts[at] ?? 0) > TRANSFORMERS[at];
}

function warning(code: Finding['code'], file: string, problem: string, remedy: string): Finding {
  return { code, level: 'warning', file, problem, remedy };
}
