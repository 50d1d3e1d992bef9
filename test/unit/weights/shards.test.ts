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

  test('that only the index names fails it', () => {
    const shards = QWEN.files.map(({ name }) => name).filter((name) => name.endsWith('.safetensors'));
    const broken = withIndex(QWEN, ...shards, 'model-00005-of-00004.safetensors');
    expect(verdicts(broken)).toEqual(['error: shards-missing']);
  });

  test('that is not there does not hide the others', () => {
    const broken = without(QWEN, SHARD, 'model-00001-of-00004.safetensors', 'config.json');
    expect(verdicts(broken)).toEqual(['error: no-config', 'error: shards-missing']);
    expect(find(broken, 'shards-missing').problem).toContain('2 are not there');
  });

  test('of an old index is a doubt when the whole model lies beside it', () => {
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

  test('that is a pointer of Git LFS is doubted', () => {
    const broken = { ...QWEN, files: QWEN.files.map((stored) => ({ ...stored, size: 134 })) };
    expect(verdicts(broken)).toEqual(['warning: pointers']);
    expect(find(broken, 'pointers').remedy).toContain('git lfs pull');
  });

  test('without an index is doubted', () => {
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

  test('of 200 GB in the named shards is doubted', () => {
    expect(check(sized(QWEN, 199 * GB))).toEqual([]);
    expect(verdicts(sized(QWEN, 200 * GB))).toEqual(['warning: size']);
    expect(find(sized(QWEN, 240 * GB), 'size').problem).toContain('240 GB');
  });

  test('of a multimodal model is doubted from 100 GB', () => {
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
