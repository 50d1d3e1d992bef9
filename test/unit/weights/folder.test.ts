import { check } from '../../../weights/check';
import { describeFinding } from '../../../weights/finding';
import type { StoredFile, Weights } from '../../../weights/weights';
import { modelFolder, weightsOf } from '../../support/model-folders';
import {
  file,
  files,
  find,
  QWEN,
  shardNames,
  verdicts,
  WHOLE,
  withFiles,
  without,
  withText,
} from '../../support/weights';

const MISTRAL = weightsOf(modelFolder('mistral-7b-instruct-v0.3'));

const folder = (...names: string[]): Weights => ({ ...QWEN, files: files(...names), documents: {} });
const inFolder = (weights: Weights, path: string): Weights => ({
  ...weights,
  files: weights.files.map((stored) => ({ ...stored, name: path + stored.name })),
  documents: {},
});

describe('config.json', () => {
  test('that is not there fails the import', () => {
    expect(verdicts(without(QWEN, 'config.json'))).toEqual(['error: no-config']);
  });

  test('with another name is not there', () => {
    const renamed = withFiles(without(QWEN, 'config.json'), file('config.json.bak', 10));
    expect(verdicts(renamed)).toEqual(['error: no-config']);
  });

  test.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['{"architectures": [', 'is cut off'],
    ['\ufeff{}', 'not UTF-8'],
    ['{"a": 1Infinity}', 'does not hold a JSON object'],
    ['{"a": "Infinity}', 'does not hold a JSON object'],
    ['[]', 'does not hold a JSON object'],
    ['null', 'does not hold a JSON object'],
    ['\u0000', 'does not hold a JSON object'],
    ['<!DOCTYPE html><html>', 'is a web page'],
    ['\n<html>', 'is a web page'],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 660\n', 'is a pointer of Git LFS'],
  ])('that holds %j fails the import, and says what it is', (text, problem) => {
    const broken = withText(QWEN, 'config.json', text);
    expect(verdicts(broken)).toEqual(['error: not-json']);
    expect(find(broken, 'not-json').problem).toContain(problem);
  });

  test.each(['tokenizer_config.json', 'model.safetensors.index.json'] as const)(
    'is not %s, which is only a warning when it is broken',
    (name) => {
      expect(verdicts(withText(QWEN, name, '<html>'))).toEqual(['warning: not-json']);
    },
  );

  test.each(['Infinity', '-Infinity', 'NaN', '[0.0, Infinity]', '[NaN,-Infinity]'])(
    'that Python wrote with %s is read, and hides nothing',
    (number) => {
      const text = `{"time_step_limit": ${number}, "note": "NaN, \\"Infinity\\" \\\\", "architectures": ["NemotronHForCausalLM"]}`;
      expect(verdicts(withText(QWEN, 'config.json', text))).toEqual(['warning: architecture']);
    },
  );

  test('keeps the text of strings when Python wrote numbers that JSON lacks', () => {
    const text = '{"limit": NaN, "architectures": ["Infinity, NaN"]}';
    expect(find(withText(QWEN, 'config.json', text), 'architecture').problem).toContain('Infinity, NaN');
  });

  test('that was not read is a warning, and says why', () => {
    const unread = { ...QWEN, documents: { ...QWEN.documents, 'config.json': { unread: 'it has 9 MB' } } };
    expect(verdicts(unread)).toEqual(['warning: unread']);
    expect(find(unread, 'unread').problem).toContain('it has 9 MB');
  });

  test.each(['snapshots/0e9e39f249a16976918f6564b8830bc894c89659/', 'llama/'])(
    'in %s is named with its folder',
    (path) => {
      const broken = inFolder(QWEN, path);
      expect(verdicts(broken)).toEqual(['error: no-config']);
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
    expect(verdicts(blobs)).toEqual(['error: no-config', 'error: no-safetensors']);
    expect(find(blobs, 'no-config').remedy).toContain('--local-dir');
  });
});

describe('a folder', () => {
  test('with nothing in it fails the import', () => {
    expect(verdicts(folder())).toEqual(['error: nothing']);
  });

  test('that is an archive in truth is explained', () => {
    const archive = { ...folder(), location: 's3://weights/llama.tar.gz/' };
    expect(find(archive, 'nothing').remedy).toContain('unpack');
  });

  test.each(['model.tar.gz', 'llama.zip', 'deep/model.tgz'])('with only %s fails the import', (name) => {
    expect(verdicts(folder(name, 'README.md'))).toEqual(['error: archive-only']);
  });

  test('with an archive beside a model has a warning', () => {
    expect(verdicts(withFiles(QWEN, file('code.tar.gz')))).toEqual(['warning: weights-twice']);
  });

  test.each([
    [['adapter_config.json', 'adapter_model.safetensors']],
    [['adapter_config.json', 'adapter_model.bin']],
    [['adapters.safetensors', 'adapter_config.json']],
    [['adapters.safetensors']],
    [['0000100_adapters.safetensors', 'adapters.safetensors']],
    [['adapters.npz']],
    [['adapter_0.safetensors']],
    [['adapter_model-00001-of-00002.safetensors', 'adapter_model-00002-of-00002.safetensors']],
    [['pytorch_lora_weights.safetensors']],
  ])('with only %j fails the import', (names) => {
    expect(verdicts(folder(...names))).toEqual(['error: adapter-only']);
    expect(verdicts(folder(...names, 'config.json', 'tokenizer.json'))).toEqual(['error: adapter-only']);
  });

  test('with an adapter of MLX names its base model', () => {
    const adapter = withText(
      folder('adapters.safetensors', 'adapter_config.json'),
      'adapter_config.json',
      '{"model":"mlx/llama"}',
    );
    expect(find(adapter, 'adapter-only').remedy).toContain('(mlx/llama)');
  });

  test('with the merged model one deeper says so', () => {
    const merged = inFolder(QWEN, 'merged/').files;
    const broken = {
      ...folder(),
      files: [...files('adapter_config.json', 'adapter_model.safetensors'), ...merged],
    };
    expect(verdicts(broken)).toEqual(['error: adapter-only']);
    expect(find(broken, 'adapter-only').remedy).toContain('s3://weights/model/merged/');
  });

  test('with an adapter, its config.json and the weights one deeper is a warning', () => {
    const names = ['config.json', 'adapter_config.json', 'base/model.safetensors'];
    expect(verdicts(folder(...names))).toEqual(['warning: deeper-safetensors']);
  });

  test('with an adapter beside the model is a warning', () => {
    const both = withFiles(WHOLE, file('adapter_model.safetensors'), file('adapter_config.json', 10));
    expect(verdicts(both)).toEqual(['warning: adapter-beside']);
  });

  test.each(['pytorch_model.bin', 'model.gguf', 'consolidated.00.pth'])(
    'with %s and no .safetensors fails the import, with the way out',
    (name) => {
      const broken = folder('config.json', 'tokenizer_config.json', 'tokenizer.json', name);
      expect(verdicts(broken)).toEqual(['error: no-safetensors']);
      expect(describeFinding(find(broken, 'no-safetensors'))).toMatch(`only ${name}. Convert the weights`);
    },
  );

  test('without any weights fails the import', () => {
    const empty = {
      ...folder('config.json'),
      files: [file('config.json', 600), file('training_args.bin', 5000)],
    };
    expect(verdicts(empty)).toEqual(['error: no-safetensors']);
    expect(find(empty, 'no-safetensors').problem).toBe('There is no .safetensors file');
  });

  test('with config.json above the weights is a warning', () => {
    expect(verdicts(folder('config.json', 'original/model.safetensors'))).toEqual([
      'warning: deeper-safetensors',
    ]);
  });

  test('with more files than are listed is never said to lack one', () => {
    const part = { ...without(QWEN, 'config.json', ...shardNames(QWEN).slice(0, 1)), isCut: true };
    expect(verdicts(part)).toEqual(['warning: listing-cut']);
    expect(verdicts({ ...folder('checkpoint-1/a.pt'), isCut: true })).toEqual(['warning: listing-cut']);
  });

  test('without a tokenizer is a warning', () => {
    expect(verdicts(without(QWEN, 'tokenizer.json', 'tokenizer_config.json'))).toEqual([
      'warning: no-tokenizer',
    ]);
    expect(verdicts(without(MISTRAL, 'tokenizer.json'))).toEqual(['warning: weights-twice']);
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
    expect(verdicts(archived)).toEqual(['error: archived']);
    expect(find(archived, 'archived').problem).toContain(`${name} (storage class ${storageClass})`);
  });

  test('of what an import does not need is a warning', () => {
    expect(verdicts(archive(QWEN, 'README.md', { storageClass: 'GLACIER' }))).toEqual(['warning: archived']);
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
