import * as fc from 'fast-check';
import {
  jobNamePrefixRule,
  modelNameRule,
  s3PrefixRule,
  s3UriRule,
  tagCountRule,
  tagRule,
} from '../../../../../lib/private/model/model-rules';

/** The pattern for model names as the API reference documents it. */
const SERVICE_MODEL_NAME = /^([0-9a-zA-Z][_-]?)+$/;

describe("a job name's prefix", () => {
  test.each(['j', 'job-1', 'a.b+c-', 'j'.repeat(37)])('can be %p', (prefix) => {
    expect(jobNamePrefixRule(prefix)).toBeUndefined();
  });

  test.each(['', '-job', 'job_1', 'j'.repeat(38)])('cannot be %p', (prefix) => {
    expect(jobNamePrefixRule(prefix)).toBe(
      'must be 1 to 37 letters, digits, "+", "-" and ".", and start with a letter or digit',
    );
  });
});

describe('a model name', () => {
  test.each(['m', 'llama_3', 'm-1_b-', 'm'.repeat(63)])('can be %p', (name) => {
    expect(modelNameRule(name)).toBeUndefined();
  });

  test.each(['', '_m', 'a--b', 'a-_b', 'model.1', 'm '])('cannot be %p', (name) => {
    expect(modelNameRule(name)).toBe(
      'must be 1 to 63 letters, digits, "-" and "_", start with a letter or digit, and have no two of "-" and "_" in a row',
    );
  });

  test('has at most 63 characters', () => {
    expect(modelNameRule('m'.repeat(64))).toMatch(/^must be 1 to 63/);
  });

  test('is what the service documents', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '_', '-', '.'), maxLength: 8 });
    fc.assert(
      fc.property(text, (name) => {
        expect(modelNameRule(name) === undefined).toBe(SERVICE_MODEL_NAME.test(name));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a URI', () => {
  test.each([
    's3://abc',
    's3://weights',
    's3://weights/',
    's3://my.weights-1/models/llama/',
    "s3://weights/-!_*'().aZ0/b",
    `s3://${'b'.repeat(63)}/x`,
    `s3://weights/${'a'.repeat(1011)}`,
  ])('can be %p', (uri) => {
    expect(s3UriRule(uri)).toBeUndefined();
  });

  test.each([
    '',
    'weights/x',
    'http://weights/x',
    ' s3://weights/x',
    's3://',
    's3://ab',
    's3://We/x',
    's3://weights-/x',
    's3://-weights/x',
    's3://wei_ghts/x',
    `s3://${'b'.repeat(64)}/x`,
    's3://weights//x',
    's3://weights/a//b',
    's3://weights/a b',
    's3://weights/a b/c',
    's3://weights/a/b c',
    's3://weights/a/b//',
    's3://weights/a\nb',
    `s3://weights/${'a'.repeat(1012)}`,
  ])('cannot be %p', (uri) => {
    expect(s3UriRule(uri)).toBe('must be a URI of at most 1024 characters like s3://bucket/prefix/');
  });
});

describe('a prefix', () => {
  test.each(['', 'models', 'models/', 'models/llama-3/v1.0'])('can be %p', (prefix) => {
    expect(s3PrefixRule(prefix)).toBeUndefined();
  });

  test.each(['/', '/models', 'models//llama', 'a b', 'a/b//'])('cannot be %p', (prefix) => {
    expect(s3PrefixRule(prefix)).toBe(
      "must be a path like models/llama/, without a slash in front, of letters, digits and any of -!_*'().",
    );
  });
});

describe('the place of the weights is a folder', () => {
  const rules = (path: string): (string | undefined)[] => [
    s3UriRule(`s3://weights/${path}`),
    s3PrefixRule(path),
  ];

  test.each([
    'llama-3.1-8b',
    'qwen2.5-7b/',
    'models/v1.0',
    'models/llama.2026-11-25',
    'tar',
    'models/json',
    'models.zip/llama',
    'a.safetensors/',
    'llama.tar.d',
    'llama.json5x/',
    'model.v3',
  ])('which can be %p', (path) => {
    expect(rules(path)).toEqual([undefined, undefined]);
  });

  test.each([
    'llama.tar.gz',
    'models/llama.tgz',
    'a/b.ZIP',
    'llama.tar',
    'llama.tar.zst',
    'weights.7z',
    'a.gz',
  ])('and not the archive %p', (path) => {
    const rule =
      'must be the folder that holds config.json and the weights, not an archive, which Bedrock does not unpack';
    expect(rules(path)).toEqual([rule, rule]);
  });

  test.each([
    'llama/model.safetensors',
    'llama/model-00001-of-00002.safetensors',
    'llama/config.json',
    'pytorch_model.bin',
    'llama-3.1-8b.Q4_K_M.gguf',
    'consolidated.00.pth',
    'a/B.SAFETENSORS',
  ])('and not the file %p', (path) => {
    const rule = 'must be the folder that holds config.json and the weights, not one of its files';
    expect(rules(path)).toEqual([rule, rule]);
  });

  test('and a bucket with the name of an archive is none', () => {
    expect(s3UriRule('s3://weights.zip')).toBeUndefined();
    expect(s3UriRule('s3://weights.zip/llama')).toBeUndefined();
  });
});

describe('tags', () => {
  test('can be 48, because a resource can have 50 and the library adds 2', () => {
    expect(tagCountRule(48)).toBeUndefined();
    expect(tagCountRule(49)).toBe(
      "must be at most 48, because 2 of the 50 that a resource can have are the library's own",
    );
  });

  test.each([
    ['a Z0._:/=+@-', ''],
    ['k'.repeat(128), 'v'.repeat(256)],
    ['my-aws:key', 'aws:value'],
  ])('can be %p: %p', (key, value) => {
    expect(tagRule({ key, value })).toBeUndefined();
  });

  test.each([
    ['a&b', 'x', 'of letters'],
    ['team', 'a&b', 'of letters'],
    ['team', '#a', 'of letters'],
    ['team', 'a#', 'of letters'],
    ['owner', 'José', 'of letters'],
    ['', 'x', 'a key of 1 to 128 characters'],
    ['k'.repeat(129), 'x', 'a key of 1 to 128 characters'],
    ['team', 'v'.repeat(257), 'a value of at most 256 characters'],
    ['aws:team', 'x', 'begins with aws:'],
    ['AWS:team', 'x', 'begins with aws:'],
    ['cdk-bedrock-model-import:owner', 'x', 'begins with cdk-bedrock-model-import:'],
  ])('cannot be %p: %p', (key, value, rule) => {
    expect(tagRule({ key, value })).toContain(rule);
  });
});
