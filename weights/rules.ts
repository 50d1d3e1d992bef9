/** What the pre-flight check knows: one rule for each code. The codes are stable, for programs that read them. */

const IMPORT_GUIDE =
  'https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html';
const TEMPLATE_GUIDE =
  'https://docs.aws.amazon.com/bedrock/latest/userguide/custom-chat-templates-tokenizers.html';
const S3_GUIDE = 'https://docs.aws.amazon.com/AmazonS3/latest/API';
const TRANSFORMERS = 'https://huggingface.co/docs/transformers/main';
const LFS = 'https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md';
const PYTHON_JSON = 'https://docs.python.org/3/library/json.html';

export type Level = 'error' | 'warning';

interface Rule {
  /** An error fails the deployment. Some rules are errors only where nothing else explains what was found. */
  readonly levels: readonly Level[];
  /** What is checked, and against what. */
  readonly checks: string;
  /** Where that is documented or reported: URLs, or `this check` for its own limits. */
  readonly source: string;
}

const error: readonly Level[] = ['error'];
const warning: readonly Level[] = ['warning'];
const either: readonly Level[] = ['error', 'warning'];

function rule(levels: readonly Level[], checks: string, source: string): Rule {
  return { levels, checks, source };
}

// prettier-ignore
export const RULES = {
  // The location.
  'no-bucket': rule(error, 'the bucket exists', `${S3_GUIDE}/API_ListObjectsV2.html`),
  'bucket-region': rule(warning, 'the bucket is in the Region of the import', 'reported by users'),
  'nothing': rule(error, 'there are files under the prefix', IMPORT_GUIDE),
  'listing-cut': rule(warning, 'all files could be listed', 'this check'),
  'archived': rule(either, 'S3 can read the objects: their storage class is not archived; an error when the import needs them', `${S3_GUIDE}/API_GetObject.html`),

  // The files.
  'no-config': rule(error, '`config.json` is at the top', IMPORT_GUIDE),
  'no-safetensors': rule(error, 'there are `.safetensors` files', IMPORT_GUIDE),
  'deeper-safetensors': rule(warning, 'the `.safetensors` files are next to `config.json`', IMPORT_GUIDE),
  'adapter-only': rule(error, 'there is more than a LoRA adapter, as PEFT, MLX or diffusers name it', 'https://huggingface.co/docs/peft/main/developer_guides/checkpoint'),
  'adapter-beside': rule(warning, 'no LoRA adapter is next to the weights', 'https://huggingface.co/docs/peft/main/developer_guides/checkpoint'),
  'archive-only': rule(error, 'there is more than an archive', IMPORT_GUIDE),
  'no-tokenizer': rule(warning, '`tokenizer_config.json`, and `tokenizer.json` or `tokenizer.model`, are there', IMPORT_GUIDE),
  'unread': rule(warning, 'the JSON files are short enough to be read, and readable', 'this check'),
  'not-json': rule(either, 'the JSON files hold an object, as Python reads JSON (`NaN` and `Infinity` are valid); an error for `config.json`', PYTHON_JSON),

  // The weights.
  'shards-missing': rule(either, 'every shard is there that the index names or, without an index, the names `-00001-of-00004` count; a warning when `model.safetensors` is complete', `${TRANSFORMERS}/models`),
  'shards-short': rule(warning, 'the shards together are at least `metadata.total_size` of the index', `${TRANSFORMERS}/models`),
  'no-index': rule(warning, '`model.safetensors` or `model.safetensors.index.json` is there', `${TRANSFORMERS}/models`),
  'pointers': rule(either, 'weights and tokenizer are larger than a pointer of Git LFS (some 130 bytes); an error for weights of less than 200 bytes', LFS),
  'weights-twice': rule(warning, 'the weights are there only once', IMPORT_GUIDE),
  'size': rule(warning, 'the weights have less than 200 GB, less than 100 GB for multimodal models', IMPORT_GUIDE),

  // The model.
  'architecture': rule(warning, '`architectures` is on the list of architectures', IMPORT_GUIDE),
  'model-region': rule(warning, 'GPT-OSS is imported in us-east-1', IMPORT_GUIDE),
  'embedding': rule(warning, 'there are no files of sentence-transformers', IMPORT_GUIDE),
  'custom-code': rule(warning, '`auto_map` does not need Python code of the model', `${TRANSFORMERS}/custom_models`),
  'context-length': rule(warning, 'the context length, extended by `rope_scaling`, is at most 131,072', IMPORT_GUIDE),
  'rope-scaling': rule(warning, '`rope_scaling` of the type `llama3` is what Bedrock overrides it with: factor 8, 8,192 original positions, frequency factors 1 and 4', IMPORT_GUIDE),
  'quantization': rule(warning, 'the weights are not quantized: `quantization_config`, `compression_config`, `quantization` (MLX), `quantize_config.json` (GPTQ), `quant_config.json` (AWQ), `hf_quant_config.json` (ModelOpt); GPT-OSS in mxfp4 is fine', IMPORT_GUIDE),
  'transformers-version': rule(warning, '`transformers_version` is at most 4.51.3', IMPORT_GUIDE),
  'tokenizer': rule(warning, '`tokenizer_class` is on the list of tokenizers', IMPORT_GUIDE),
  'no-chat-template': rule(warning, 'an instruct model, or a model that is called with Converse or `messages`, has a chat template in `tokenizer_config.json`, `chat_template.jinja` or `chat_template.json`', TEMPLATE_GUIDE),
  'chat-template-twice': rule(warning, 'there is one chat template', TEMPLATE_GUIDE),
} satisfies Record<string, Rule>;

export type FindingCode = keyof typeof RULES;
