import { check } from '../../../weights/check';
import { modelFolder, weightsOf } from '../../support/model-folders';
import { file, find, QWEN, verdicts, withConfig, withFiles, withText } from '../../support/weights';

describe('a model is doubted', () => {
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

  test.each([
    ['TokenizersBackend', ['warning: tokenizer']],
    ['BloomTokenizerFast', ['warning: tokenizer']],
    ['LlamaTokenizerFast', []],
    [7, []],
  ])('with the tokenizer %s: %j', (tokenizer_class, expected) => {
    expect(verdicts(withText(QWEN, 'tokenizer_config.json', JSON.stringify({ tokenizer_class })))).toEqual(
      expected,
    );
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
