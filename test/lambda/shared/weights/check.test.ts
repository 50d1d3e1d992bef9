import { check } from '../../../../lambda/shared/weights/check';
import { describe as inWords, type Finding } from '../../../../lambda/shared/weights/finding';
import type { DocumentName, StoredFile, Weights } from '../../../../lambda/shared/weights/weights';
import { modelFolder, weightsOf } from '../../../support/model-folders';

const MISTRAL = weightsOf(modelFolder('mistral-7b-instruct-v0.3'));
const WHOLE = weightsOf(modelFolder('llama-3.2-1b-instruct'));
/** Nothing is found in it. */
const QWEN = weightsOf(modelFolder('qwen2.5-7b-instruct'));
const GPT_OSS = weightsOf(modelFolder('gpt-oss-20b'));

const GB = 1e9;
const verdicts = (weights: Weights): string[] =>
  check(weights).map(({ severity, code }) => `${severity}: ${code}`);
const find = (weights: Weights, code: Finding['code']): Finding =>
  check(weights).find((finding) => finding.code === code)!;

const file = (name: string, size = GB): StoredFile => ({ name, size });
const files = (...names: string[]): StoredFile[] => names.map((name) => file(name));
const folder = (...names: string[]): Weights => ({ ...QWEN, files: files(...names), documents: {} });

const withFiles = (weights: Weights, ...added: StoredFile[]): Weights => ({
  ...weights,
  files: [...weights.files, ...added],
});
const without = (weights: Weights, ...names: string[]): Weights => ({
  ...weights,
  files: weights.files.filter(({ name }) => !names.includes(name)),
  documents: Object.fromEntries(Object.entries(weights.documents).filter(([name]) => !names.includes(name))),
});
const withText = (weights: Weights, name: DocumentName, text: string): Weights => ({
  ...weights,
  documents: { ...weights.documents, [name]: { text } },
});
const withConfig = (weights: Weights, config: object): Weights => {
  const document = weights.documents['config.json'] as { text: string };
  const whole = { ...(JSON.parse(document.text) as object), ...config };
  return withText(weights, 'config.json', JSON.stringify(whole));
};
const withIndex = (weights: Weights, ...shards: string[]): Weights =>
  withText(
    weights,
    'model.safetensors.index.json',
    JSON.stringify({ weight_map: Object.fromEntries(shards.map((shard, layer) => [`${layer}`, shard])) }),
  );
const inFolder = (weights: Weights, path: string): Weights => ({
  ...weights,
  files: weights.files.map((stored) => ({ ...stored, name: path + stored.name })),
  documents: {},
});

test('a good folder comes to nothing', () => {
  expect(check(QWEN)).toEqual([]);
});

describe('a shard', () => {
  const SHARD = 'model-00003-of-00004.safetensors';

  test('that is not there fails the import, and is named', () => {
    const broken = without(QWEN, SHARD);
    expect(verdicts(broken)).toEqual(['certain: shards-missing']);
    expect(find(broken, 'shards-missing').problem).toBe(
      `It names 4 files, of which one is not there: ${SHARD}`,
    );
  });

  test('that only the index names fails it', () => {
    const shards = QWEN.files.map(({ name }) => name).filter((name) => name.endsWith('.safetensors'));
    const broken = withIndex(QWEN, ...shards, 'model-00005-of-00004.safetensors');
    expect(verdicts(broken)).toEqual(['certain: shards-missing']);
  });

  test('that is not there does not hide the others', () => {
    const broken = without(QWEN, SHARD, 'model-00001-of-00004.safetensors', 'config.json');
    expect(verdicts(broken)).toEqual(['certain: no-config', 'certain: shards-missing']);
    expect(find(broken, 'shards-missing').problem).toContain('2 are not there');
  });

  test('of an old index is a doubt when the whole model lies beside it', () => {
    expect(verdicts(withFiles(without(QWEN, SHARD), file('model.safetensors')))).toEqual([
      'doubt: shards-missing',
      'doubt: weights-twice',
    ]);
  });

  test('can have any name, and any number', () => {
    const names = [
      'model.safetensors-00001-of-00002.safetensors',
      'model.safetensors-00002-of-00002.safetensors',
    ];
    const good = withIndex(withFiles(without(QWEN, ...shardNames(QWEN)), ...files(...names)), ...names);
    expect(check(good)).toEqual([]);
  });

  test('can lie deeper, where the index says so', () => {
    const good = withIndex(
      withFiles(WHOLE, file('parts/a.safetensors')),
      'model.safetensors',
      'parts/a.safetensors',
    );
    expect(check(good)).toEqual([]);
  });

  test('that is a pointer of Git LFS is doubted', () => {
    const broken = { ...QWEN, files: QWEN.files.map((stored) => ({ ...stored, size: 134 })) };
    expect(verdicts(broken)).toEqual(['doubt: pointers']);
    expect(find(broken, 'pointers').remedy).toContain('git lfs pull');
  });

  test('without an index is doubted', () => {
    expect(verdicts(without(QWEN, 'model.safetensors.index.json'))).toEqual(['doubt: no-index']);
    expect(
      verdicts(withFiles(without(WHOLE, 'model.safetensors'), file('consolidated.safetensors'))),
    ).toEqual(['doubt: no-index']);
  });

  test.each(['{}', '{"weight_map":[]}', '{"weight_map":{"a":1}}'])(
    'is not missed by the index %s',
    (text) => {
      expect(verdicts(withText(QWEN, 'model.safetensors.index.json', text))).not.toContain(
        'certain: shards-missing',
      );
    },
  );
});

describe('config.json', () => {
  test('that is not there fails the import', () => {
    expect(verdicts(without(QWEN, 'config.json'))).toEqual(['certain: no-config']);
  });

  test('with another name is not there', () => {
    const renamed = withFiles(without(QWEN, 'config.json'), file('config.json.bak', 10));
    expect(verdicts(renamed)).toEqual(['certain: no-config']);
  });

  test.each(['', '{"architectures": [', '[]', 'null', '\u0000'])('that holds %j is doubted', (text) => {
    expect(verdicts(withText(QWEN, 'config.json', text))).toEqual(['doubt: not-json']);
  });

  test('that was not read is doubted, and says why', () => {
    const unread = { ...QWEN, documents: { ...QWEN.documents, 'config.json': { unread: 'it has 9 MB' } } };
    expect(verdicts(unread)).toEqual(['doubt: unread']);
    expect(find(unread, 'unread').problem).toContain('it has 9 MB');
  });

  test.each(['snapshots/0e9e39f249a16976918f6564b8830bc894c89659/', 'llama/'])(
    'in %s is named with its folder',
    (path) => {
      const broken = inFolder(QWEN, path);
      expect(verdicts(broken)).toEqual(['certain: no-config']);
      expect(find(broken, 'no-config').remedy).toContain(`s3://weights/model/${path}`);
    },
  );

  test('is looked for in the nearest folder with a model first', () => {
    const deep = inFolder(QWEN, 'a/b/c/').files;
    const near = inFolder(QWEN, 'z/').files;
    const broken = {
      ...folder('original/config.json'),
      files: [...deep, ...near, file('original/config.json')],
    };
    expect(find(broken, 'no-config').remedy).toMatch(
      /in s3:\/\/weights\/model\/z\/, s3:\/\/weights\/model\/a\/b\/c\/$/,
    );
  });

  test('of a cache without its links is explained', () => {
    const blobs = folder('blobs/0a1b', 'blobs/2c3d', 'refs/main');
    expect(verdicts(blobs)).toEqual(['certain: no-config', 'certain: no-safetensors']);
    expect(find(blobs, 'no-config').remedy).toContain('--local-dir');
  });
});

describe('a folder', () => {
  test('with nothing in it fails the import', () => {
    expect(verdicts(folder())).toEqual(['certain: nothing']);
  });

  test('that is an archive in truth is explained', () => {
    const archive = { ...folder(), location: 's3://weights/llama.tar.gz/' };
    expect(find(archive, 'nothing').remedy).toContain('unpack');
  });

  test.each(['model.tar.gz', 'llama.zip', 'deep/model.tgz'])('with only %s fails it', (name) => {
    expect(verdicts(folder(name, 'README.md'))).toEqual(['certain: archive-only']);
  });

  test('with an archive beside a model is doubted', () => {
    expect(verdicts(withFiles(QWEN, file('code.tar.gz')))).toEqual(['doubt: weights-twice']);
  });

  test.each([
    [['adapter_config.json', 'adapter_model.safetensors']],
    [['adapter_config.json', 'adapter_model.bin']],
  ])('with only %j fails it', (names) => {
    expect(verdicts(folder(...names))).toEqual(['certain: adapter-only']);
    expect(verdicts(folder(...names, 'config.json', 'tokenizer.json'))).toEqual(['certain: adapter-only']);
  });

  test('with the merged model one deeper says so', () => {
    const merged = inFolder(QWEN, 'merged/').files;
    const broken = {
      ...folder(),
      files: [...files('adapter_config.json', 'adapter_model.safetensors'), ...merged],
    };
    expect(verdicts(broken)).toEqual(['certain: adapter-only']);
    expect(find(broken, 'adapter-only').remedy).toContain('s3://weights/model/merged/');
  });

  test('with an adapter, its config.json and the weights one deeper is doubted', () => {
    const names = ['config.json', 'adapter_config.json', 'base/model.safetensors'];
    expect(verdicts(folder(...names))).toEqual(['doubt: deeper-safetensors']);
  });

  test('with an adapter beside the model is doubted', () => {
    const both = withFiles(WHOLE, file('adapter_model.safetensors'), file('adapter_config.json', 10));
    expect(verdicts(both)).toEqual(['doubt: adapter-beside']);
  });

  test.each(['pytorch_model.bin', 'model.gguf', 'consolidated.00.pth'])(
    'with %s and no .safetensors fails it, with the way out',
    (name) => {
      const broken = folder('config.json', 'tokenizer_config.json', 'tokenizer.json', name);
      expect(verdicts(broken)).toEqual(['certain: no-safetensors']);
      expect(inWords(find(broken, 'no-safetensors'))).toMatch(`only ${name}. Convert the weights`);
    },
  );

  test('without any weights fails it', () => {
    const empty = {
      ...folder('config.json'),
      files: [file('config.json', 600), file('training_args.bin', 5000)],
    };
    expect(verdicts(empty)).toEqual(['certain: no-safetensors']);
    expect(find(empty, 'no-safetensors').problem).toBe('There is no .safetensors file');
  });

  test('with config.json above the weights is doubted', () => {
    expect(verdicts(folder('config.json', 'original/model.safetensors'))).toEqual([
      'doubt: deeper-safetensors',
    ]);
  });

  test('with more files than are listed is never certain to lack one', () => {
    const part = { ...without(QWEN, 'config.json', ...shardNames(QWEN).slice(0, 1)), isCut: true };
    expect(verdicts(part)).toEqual(['doubt: listing-cut']);
    expect(verdicts({ ...folder('checkpoint-1/a.pt'), isCut: true })).toEqual(['doubt: listing-cut']);
  });

  test('without a tokenizer is doubted', () => {
    expect(verdicts(without(QWEN, 'tokenizer.json', 'tokenizer_config.json'))).toEqual([
      'doubt: no-tokenizer',
    ]);
    expect(verdicts(without(MISTRAL, 'tokenizer.json'))).toEqual(['doubt: weights-twice']);
  });

  test('with small files beside the weights is good', () => {
    expect(check(withFiles(QWEN, file('training_args.bin', 5_000), file('rng_state.pth', 15_000)))).toEqual(
      [],
    );
  });
});

describe('an archived storage class', () => {
  const archive = (weights: Weights, name: string, more: Partial<StoredFile>): Weights => ({
    ...weights,
    files: weights.files.map((stored) => (stored.name === name ? { ...stored, ...more } : stored)),
  });

  test.each([
    ['config.json', 'GLACIER'],
    ['model-00002-of-00004.safetensors', 'DEEP_ARCHIVE'],
    ['tokenizer.json', 'GLACIER'],
  ])('of %s fails the import', (name, storageClass) => {
    const archived = archive(QWEN, name, { storageClass });
    expect(verdicts(archived)).toEqual(['certain: archived']);
    expect(find(archived, 'archived').problem).toContain(`${name} (storage class ${storageClass})`);
  });

  test('of what an import does not need is doubted', () => {
    expect(verdicts(archive(QWEN, 'README.md', { storageClass: 'GLACIER' }))).toEqual(['doubt: archived']);
  });

  test.each([
    { storageClass: 'GLACIER', isRestored: true },
    { storageClass: 'GLACIER_IR' },
    { storageClass: 'INTELLIGENT_TIERING' },
    { storageClass: 'STANDARD_IA' },
  ])('is not %j, which can be read', (more) => {
    expect(check(archive(QWEN, 'config.json', more))).toEqual([]);
  });
});

describe('a size', () => {
  const sized = (weights: Weights, size: number): Weights => ({
    ...weights,
    files: weights.files.map((stored) =>
      stored.name.endsWith('.safetensors') ? { ...stored, size: size / shardNames(weights).length } : stored,
    ),
  });

  test('of 200 GB in the named shards is doubted', () => {
    expect(check(sized(QWEN, 199 * GB))).toEqual([]);
    expect(verdicts(sized(QWEN, 200 * GB))).toEqual(['doubt: size']);
    expect(find(sized(QWEN, 240 * GB), 'size').problem).toContain('240 GB');
  });

  test('of a multimodal model is doubted from 100 GB', () => {
    const multimodal = withConfig(QWEN, {
      architectures: ['Qwen2_5_VLForConditionalGeneration'],
      vision_config: { depth: 32 },
    });
    expect(check(sized(multimodal, 99 * GB))).toEqual([]);
    expect(verdicts(sized(multimodal, 100 * GB))).toEqual(['doubt: size']);
  });

  test('counts no copy', () => {
    expect(verdicts(withFiles(QWEN, file('consolidated.safetensors', 199 * GB)))).toEqual([
      'doubt: weights-twice',
    ]);
  });
});

describe('the Region', () => {
  test('of the bucket has to be that of the import', () => {
    expect(check({ ...QWEN, region: 'us-east-1', bucketRegion: 'us-east-1' })).toEqual([]);
    expect(check({ ...QWEN, region: 'us-east-1' })).toEqual([]);
    expect(verdicts({ ...QWEN, region: 'us-east-1', bucketRegion: 'eu-central-1' })).toEqual([
      'doubt: bucket-region',
    ]);
  });

  test('of GPT-OSS is one', () => {
    expect(verdicts({ ...GPT_OSS, region: 'us-east-1' })).not.toContain('doubt: model-region');
    expect(verdicts({ ...GPT_OSS, region: 'us-west-2' })).toContain('doubt: model-region');
    expect(check({ ...QWEN, region: 'us-west-2' })).toEqual([]);
  });
});

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
    expect(verdicts(withConfig(QWEN, config))).toEqual([`doubt: ${code}`]);
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
    expect(verdicts(gptq)).toEqual(['doubt: quantization']);
    expect(find(gptq, 'quantization')).toMatchObject({
      file: 'quantize_config.json',
      problem: expect.stringContaining('gptq, 4 bits') as string,
    });
    expect(find(withFiles(QWEN, file('quant_config.json', 100)), 'quantization').problem).toContain('awq');
  });

  test.each([
    ['TokenizersBackend', ['doubt: tokenizer']],
    ['BloomTokenizerFast', ['doubt: tokenizer']],
    ['LlamaTokenizerFast', []],
    [7, []],
  ])('with the tokenizer %s: %j', (tokenizer_class, expected) => {
    expect(verdicts(withText(QWEN, 'tokenizer_config.json', JSON.stringify({ tokenizer_class })))).toEqual(
      expected,
    );
  });

  test.each(['modules.json', '1_Pooling/config.json'])('that gives embeddings, by %s', (name) => {
    expect(verdicts(withFiles(QWEN, file(name, 300)))).toEqual(['doubt: embedding']);
  });
});

test('the words hold no control characters', () => {
  const broken = withConfig(QWEN, { architectures: ['Evil\n\u001b[31mForCausalLM'] });
  expect(inWords(check(broken)[0])).toContain('Evil??[31mForCausalLM');
});

test('the words stay short, whatever the names', () => {
  const long = 'x'.repeat(1000);
  const broken = withIndex(
    withConfig(QWEN, { architectures: [long], transformers_version: `9.${long}` }),
    ...Array.from({ length: 200 }, (_, index) => `${index}-${long}.safetensors`),
  );
  const findings = check({ ...broken, location: `s3://weights/${long}/` });
  expect(findings.length).toBeGreaterThan(2);
  for (const finding of findings) {
    expect(Buffer.byteLength(inWords(finding))).toBeLessThan(1200);
  }
});

function shardNames(weights: Weights): string[] {
  return weights.files.map(({ name }) => name).filter((name) => name.endsWith('.safetensors'));
}
