import { check } from '../../../weights/check';
import { modelFolder, weightsOf } from '../../support/model-folders';
import { file, find, QWEN, verdicts, withConfig, withFiles, withText } from '../../support/weights';

const LLAMA3 = {
  rope_type: 'llama3',
  factor: 8,
  original_max_position_embeddings: 8192,
  low_freq_factor: 1,
  high_freq_factor: 4,
};

describe('a model has a warning', () => {
  test.each([
    ['architecture', { architectures: ['GemmaForCausalLM'] }],
    ['architecture', { architectures: [] }],
    ['architecture', { architectures: null }],
    ['architecture', { architectures: 'LlamaForCausalLM' }],
    ['architecture', { architectures: ['LlamaForCausalLM', 'LlamaForSequenceClassification'] }],
    ['context-length', { max_position_embeddings: 131_073 }],
    ['context-length', { text_config: { max_position_embeddings: 262_144 } }],
    ['context-length', { n_positions: 1_000_000 }],
    ['custom-code', { auto_map: { AutoModel: 'modeling.Model' } }],
    ['transformers-version', { transformers_version: '4.52.0' }],
    ['transformers-version', { transformers_version: '5.0.0' }],
    ['transformers-version', { transformers_version: '4.51.4' }],
    ['quantization', { quantization_config: { quant_method: 'gptq', bits: 4 } }],
    ['quantization', { quantization_config: { load_in_4bit: true } }],
    ['quantization', { quantization_config: { quant_method: 'mxfp4' } }],
    ['quantization', { compression_config: { format: 'pack-quantized' } }],
    ['quantization', { quantization: { group_size: 64, bits: 4 } }],
    ['quantization', { text_config: { quantization: { bits: 8 } } }],
    ['context-length', { rope_scaling: { rope_type: 'yarn', factor: 8 } }],
    ['context-length', { rope_scaling: { type: 'linear', factor: 4.5 } }],
    ['context-length', { rope_parameters: { rope_type: 'yarn', factor: 8 } }],
    ['context-length', { rope_parameters: { full_attention: { rope_type: 'yarn', factor: 8 } } }],
    [
      'context-length',
      { text_config: { max_position_embeddings: 32_768, rope_scaling: { type: 'yarn', factor: 8 } } },
    ],
    ['context-length', { max_seq_len: 262_144 }],
    ['context-length', { n_ctx: 262_144 }],
    ['rope-scaling', { rope_scaling: { ...LLAMA3, factor: 32 } }],
    ['rope-scaling', { rope_scaling: { ...LLAMA3, low_freq_factor: 2 } }],
    ['rope-scaling', { rope_scaling: { ...LLAMA3, high_freq_factor: 1 } }],
    ['rope-scaling', { rope_scaling: { ...LLAMA3, original_max_position_embeddings: 4096 } }],
    ['rope-scaling', { rope_scaling: { type: 'llama3', factor: 32 } }],
    ['rope-scaling', { rope_parameters: { ...LLAMA3, factor: 32 } }],
    ['rope-scaling', { text_config: { rope_scaling: { ...LLAMA3, factor: 16 } } }],
    ['quantization', { text_config: { quantization_config: { quant_method: 'awq' } } }],
  ])('for its %s: %j', (code, config) => {
    expect(verdicts(withConfig(QWEN, config))).toEqual([`warning: ${code}`]);
  });

  test.each([
    { max_position_embeddings: 131_072 },
    { max_position_embeddings: '262144' },
    { sliding_window: 1_000_000 },
    { transformers_version: '4.51.3' },
    { transformers_version: '4.31.0.dev0' },
    { transformers_version: '4.9' },
    { transformers_version: 4.6 },
    { auto_map: {} },
    { quantization_config: null },
    { quantization: {} },
    { rope_scaling: LLAMA3 },
    { rope_scaling: null },
    { rope_scaling: { rope_type: 'yarn', factor: 4 } },
    {
      max_position_embeddings: 131_072,
      rope_scaling: { rope_type: 'yarn', factor: 32, original_max_position_embeddings: 4096 },
    },
    {
      max_position_embeddings: 131_072,
      original_max_position_embeddings: 4096,
      rope_scaling: { type: 'longrope', factor: 32 },
    },
    { rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] } },
    { text_config: 'text' },
    { architectures: ['Qwen3MoeForCausalLM'] },
  ])('not for %j', (config) => {
    expect(check(withConfig(QWEN, config))).toEqual([]);
  });

  test('that is quantized by files of its own only', () => {
    const gptq = withText(
      withFiles(QWEN, file('quantize_config.json', 100)),
      'quantize_config.json',
      JSON.stringify({ bits: 4, group_size: 128, desc_act: true }),
    );
    expect(verdicts(gptq)).toEqual(['warning: quantization']);
    expect(find(gptq, 'quantization')).toMatchObject({
      file: 'quantize_config.json',
      problem: expect.stringContaining('gptq, 4 bits') as string,
    });
    expect(find(withFiles(QWEN, file('quant_config.json', 100)), 'quantization').problem).toContain('awq');
  });

  test('with the effective context length, and the rope that Bedrock overrides, in the words', () => {
    const yarn = withConfig(QWEN, { rope_scaling: { rope_type: 'yarn', factor: 8 } });
    expect(find(yarn, 'context-length').problem).toContain('262144');
    const llama = withConfig(QWEN, { rope_scaling: { ...LLAMA3, factor: 32 } });
    expect(find(llama, 'rope-scaling').problem).toContain(
      'factor 32, and Bedrock overrides that with factor 8',
    );
  });

  test('that MLX or NVIDIA ModelOpt quantized, with the method', () => {
    const mlx = withConfig(QWEN, { quantization: { group_size: 64, bits: 4 } });
    expect(find(mlx, 'quantization').problem).toContain('MLX, 4 bits');
    const modelOpt = withFiles(QWEN, file('hf_quant_config.json', 200));
    expect(find(modelOpt, 'quantization').problem).toContain('(ModelOpt)');
    const fp8 = withText(modelOpt, 'hf_quant_config.json', '{"quantization":{"quant_algo":"FP8"}}');
    expect(verdicts(fp8)).toEqual(['warning: quantization']);
    expect(find(fp8, 'quantization').problem).toContain('(FP8)');
  });

  test.each([
    ['TokenizersBackend', ['warning: tokenizer']],
    ['BloomTokenizerFast', ['warning: tokenizer']],
    ['LlamaTokenizerFast', []],
    [7, []],
  ])('with the tokenizer %s: %j', (tokenizer_class, expected) => {
    expect(
      verdicts(
        withText(
          QWEN,
          'tokenizer_config.json',
          JSON.stringify({ tokenizer_class, chat_template: '{{ messages }}' }),
        ),
      ),
    ).toEqual(expected);
  });

  test.each(['modules.json', '1_Pooling/config.json'])('that gives embeddings, by %s', (name) => {
    expect(verdicts(withFiles(QWEN, file(name, 300)))).toEqual(['warning: embedding']);
  });
});

test('the Region of GPT-OSS is one', () => {
  const gptOss = weightsOf(modelFolder('gpt-oss-20b'));
  expect(verdicts({ ...gptOss, region: 'us-east-1' })).not.toContain('warning: model-region');
  expect(verdicts({ ...gptOss, region: 'us-west-2' })).toContain('warning: model-region');
  expect(check({ ...QWEN, region: 'us-west-2' })).toEqual([]);
});
