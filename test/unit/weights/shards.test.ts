import { check } from '../../../weights/check';
import type { Weights } from '../../../weights/weights';
import {
  file,
  files,
  find,
  GB,
  QWEN,
  shardNames,
  verdicts,
  WHOLE,
  withConfig,
  withFiles,
  withIndex,
  without,
  withText,
} from '../../support/weights';

describe('a shard', () => {
  const SHARD = 'model-00003-of-00004.safetensors';

  test('that is not there fails the import, and is named', () => {
    const broken = without(QWEN, SHARD);
    expect(verdicts(broken)).toEqual(['error: shards-missing']);
    expect(find(broken, 'shards-missing').problem).toBe(
      `It names 4 files, of which one is not there: ${SHARD}`,
    );
  });

  test('that only the index names fails the import', () => {
    const shards = QWEN.files.map(({ name }) => name).filter((name) => name.endsWith('.safetensors'));
    const broken = withIndex(QWEN, ...shards, 'model-00005-of-00004.safetensors');
    expect(verdicts(broken)).toEqual(['error: shards-missing']);
  });

  test('that is not there does not hide the others', () => {
    const broken = without(QWEN, SHARD, 'model-00001-of-00004.safetensors', 'config.json');
    expect(verdicts(broken)).toEqual(['error: no-config', 'error: shards-missing']);
    expect(find(broken, 'shards-missing').problem).toContain('2 are not there');
  });

  test('of an old index is a warning when the whole model lies beside it', () => {
    expect(verdicts(withFiles(without(QWEN, SHARD), file('model.safetensors')))).toEqual([
      'warning: shards-missing',
      'warning: weights-twice',
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

  test('that is a pointer of Git LFS fails the import', () => {
    const broken = { ...QWEN, files: QWEN.files.map((stored) => ({ ...stored, size: 134 })) };
    expect(verdicts(broken)).toEqual(['error: pointers']);
    expect(find(broken, 'pointers').remedy).toContain('git lfs pull');
  });

  const sized = (weights: Weights, name: string, size: number): Weights => ({
    ...weights,
    files: weights.files.map((stored) => (stored.name === name ? { ...stored, size } : stored)),
  });

  test.each([
    [QWEN, SHARD, 134, 'error'],
    [QWEN, SHARD, 0, 'error'],
    [QWEN, SHARD, 900, 'warning'],
    [QWEN, 'tokenizer.json', 134, 'warning'],
    [WHOLE, 'model.safetensors', 134, 'error'],
    [WHOLE, 'model.safetensors', 900, 'error'],
  ])('or a tokenizer can be a pointer alone: %#', (weights, name, size, level) => {
    expect(verdicts(sized(weights, name, size))).toEqual([`${level}: pointers`]);
    expect(find(sized(weights, name, size), 'pointers')).toMatchObject({ file: name });
  });

  const NO_INDEX = without(QWEN, 'model.safetensors.index.json', ...shardNames(QWEN));

  test.each([
    ['model-00001-of-00004.safetensors', 'model-00002-of-00004.safetensors'],
    ['model.safetensors-00001-of-00004.safetensors', 'model.safetensors-00002-of-00004.safetensors'],
    ['pytorch_model-00001-of-00004.safetensors', 'pytorch_model-00002-of-00004.safetensors'],
    ['model-1-of-4.safetensors', 'model-2-of-4.safetensors'],
    ['model_00001_of_00004.safetensors', 'model_00002_of_00004.safetensors'],
    ['consolidated-00001-of-00004.safetensors', 'consolidated-00002-of-00004.safetensors'],
  ])('of an interrupted upload fails the import, as in %s', (first, second) => {
    const broken = withFiles(NO_INDEX, ...files(first, second));
    const others = [first.replace('1', '3'), first.replace('1', '4')];
    expect(verdicts(broken)).toEqual(['error: shards-missing']);
    expect(find(broken, 'shards-missing').problem).toContain(`2 are not there: ${others.join(', ')}`);
  });

  test('that the numbers leave out is missed when the index is broken, too', () => {
    const broken = withText(without(QWEN, SHARD), 'model.safetensors.index.json', '{"weight_map":');
    expect(verdicts(broken)).toEqual(['error: shards-missing', 'warning: not-json']);
  });

  test.each([
    [['model-00000-of-00002.safetensors', 'model-00001-of-00002.safetensors']],
    [
      [
        'model-00000-of-00002.safetensors',
        'model-00001-of-00002.safetensors',
        'model-00002-of-00002.safetensors',
      ],
    ],
    [['weights-1-of-99999999.safetensors']],
  ])('is not missed in %j', (names) => {
    expect(verdicts(withFiles(NO_INDEX, ...files(...names)))).toEqual(['warning: no-index']);
  });

  test('is only a warning beside a whole model, and unknown in a listing that was cut', () => {
    const stray = file('model-00001-of-00004.safetensors');
    expect(verdicts(withFiles(NO_INDEX, file('model.safetensors'), stray))[0]).toBe(
      'warning: shards-missing',
    );
    expect(verdicts({ ...withFiles(NO_INDEX, stray), isCut: true })).not.toContain('error: shards-missing');
  });

  test.each([8e9, '8000000000'])('that is shorter than total_size %j is a warning', (total_size) => {
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const of = (second: number): Weights => {
      const weight_map = { a: names[0], b: names[1] };
      return withText(
        withFiles(without(QWEN, ...shardNames(QWEN)), file(names[0], 4e9), file(names[1], second)),
        'model.safetensors.index.json',
        JSON.stringify({ metadata: { total_size }, weight_map }),
      );
    };
    expect(verdicts(of(1e6))).toEqual(['warning: shards-short']);
    expect(find(of(1e6), 'shards-short').remedy).toContain('Upload the shards again');
    expect(verdicts(of(4e9 - 1))).toEqual(['warning: shards-short']);
    expect(check(of(4e9))).toEqual([]);
  });

  test('without an index is a warning', () => {
    expect(verdicts(without(QWEN, 'model.safetensors.index.json'))).toEqual(['warning: no-index']);
    expect(
      verdicts(withFiles(without(WHOLE, 'model.safetensors'), file('consolidated.safetensors'))),
    ).toEqual(['warning: no-index']);
  });

  test.each(['{}', '{"weight_map":[]}', '{"weight_map":{"a":1}}'])(
    'is not missed by the index %s',
    (text) => {
      expect(verdicts(withText(QWEN, 'model.safetensors.index.json', text))).not.toContain(
        'error: shards-missing',
      );
    },
  );
});

describe('a size', () => {
  const sized = (weights: Weights, size: number): Weights => ({
    ...weights,
    files: weights.files.map((stored) =>
      stored.name.endsWith('.safetensors') ? { ...stored, size: size / shardNames(weights).length } : stored,
    ),
  });

  test('of 200 GB in the named shards is a warning', () => {
    expect(check(sized(QWEN, 199 * GB))).toEqual([]);
    expect(verdicts(sized(QWEN, 200 * GB))).toEqual(['warning: size']);
    expect(find(sized(QWEN, 240 * GB), 'size').problem).toContain('240 GB');
  });

  test('of a multimodal model is a warning from 100 GB', () => {
    const multimodal = withConfig(QWEN, {
      architectures: ['Qwen2_5_VLForConditionalGeneration'],
      vision_config: { depth: 32 },
    });
    expect(check(sized(multimodal, 99 * GB))).toEqual([]);
    expect(verdicts(sized(multimodal, 100 * GB))).toEqual(['warning: size']);
  });

  test('counts no copy', () => {
    expect(verdicts(withFiles(QWEN, file('consolidated.safetensors', 199 * GB)))).toEqual([
      'warning: weights-twice',
    ]);
  });
});
