import { execFile, execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { jsonFiles, modelFolder, type ModelFolder } from '../../support/model-folders';
import { S3StandIn } from '../../support/s3-stand-in';

/** The command as it ships, run as a program of its own. */

const ROOT = join(__dirname, '..', '..', '..');
const BUNDLES = mkdtempSync(join(tmpdir(), 'cli-'));
const BUNDLE = join(BUNDLES, 'index.js');
const MODEL = modelFolder('qwen2.5-7b-instruct');
const SHARD = 'model-00002-of-00004.safetensors';

let home: string;

// Built here as the package builds it, so that no test runs an old bundle.
beforeAll(() => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [, ...args] = scripts['bundle:cli'].split(' ').filter((arg) => !/^--(?:outfile|metafile)=/.test(arg));
  execFileSync(join(ROOT, 'node_modules', '.bin', 'esbuild'), [...args, `--outfile=${BUNDLE}`], {
    cwd: ROOT,
  });
});

afterAll(() => rmSync(BUNDLES, { recursive: true, force: true }));

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weights-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Result {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

const run = async (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Result> =>
  await new Promise((resolve) => {
    const given = { PATH: process.env.PATH, HOME: home, ...env };
    const child = execFile(process.execPath, [BUNDLE, ...args], { env: given }, (_, output, errors) =>
      resolve({ status: child.exitCode ?? -1, output, errors }),
    );
  });

/** Writes the folder of a model: its JSON files, and files of the right size that hold nothing. */
const write = (path: string, folder: ModelFolder, ...without: string[]): string => {
  const texts: Partial<Record<string, string>> = jsonFiles(folder);
  for (const [name, size] of Object.entries(folder.files).filter(([name]) => !without.includes(name))) {
    const file = join(home, path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, texts[name] ?? '');
    if (texts[name] === undefined) {
      truncateSync(file, size ?? 1_000_000);
    }
  }
  return join(home, path);
};

describe('a local folder', () => {
  test('that is good passes', async () => {
    expect(await run(['check', write('qwen', MODEL)])).toEqual({
      status: 0,
      output: 'No errors, no warnings.\n',
      errors: '',
    });
  });

  test('that lacks a shard fails, in one line', async () => {
    const { status, output } = await run(['check', write('qwen', MODEL, SHARD)]);
    expect(status).toBe(1);
    expect(output).toBe(
      `error: model.safetensors.index.json: It names 4 files, of which one is not there: ${SHARD}. Upload what is missing.\n` +
        '1 error, 0 warnings: the import would fail.\n',
    );
  });

  test('with warnings passes, and prints them', async () => {
    const { status, output } = await run(['check', write('phi', modelFolder('phi-4'))]);
    expect(status).toBe(0);
    expect(output).toMatch(
      /^warning: config\.json: The architecture Phi3ForCausalLM .+\n0 errors, 1 warning\.\n$/,
    );
  });

  test('is reported as JSON', async () => {
    const folder = write('lora', modelFolder('lora-deepseek-r1-distill-llama-8b'));
    const { status, output } = await run(['check', folder, '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      location: folder,
      status: 1,
      findings: [{ code: 'adapter-only', level: 'error' }],
    });
  });

  test('of links into a cache is followed, and a link in a circle ends', async () => {
    const blobs = write('cache/blobs', MODEL);
    const snapshot = join(home, 'cache', 'snapshots', '0e9e39f2');
    mkdirSync(snapshot, { recursive: true });
    Object.keys(MODEL.files).forEach((name) => symlinkSync(join(blobs, name), join(snapshot, name)));
    symlinkSync(join(home, 'cache'), join(snapshot, 'up'));
    rmSync(join(blobs, SHARD));

    const { status, output } = await run(['check', snapshot, '--json']);
    expect(status).toBe(1);
    expect((JSON.parse(output) as { findings: { code: string }[] }).findings[0].code).toBe('shards-missing');
  });

  test('with the model one deeper names that folder', async () => {
    write('repository/snapshots/0e9e39f2', MODEL);
    const { status, output } = await run(['check', join(home, 'repository/')]);
    expect(status).toBe(1);
    expect(output).toContain(`there is one in ${join(home, 'repository/snapshots/0e9e39f2/')}.`);
  });

  test('with a huge config.json ends in a warning, and with a broken one in an error', async () => {
    const folder = write('qwen', MODEL);
    writeFileSync(join(folder, 'config.json'), '{');
    expect(await run(['check', folder])).toMatchObject({
      status: 1,
      output: expect.stringContaining('does not hold a JSON object') as string,
    });
    truncateSync(join(folder, 'config.json'), 50_000_000);
    expect(await run(['check', folder])).toMatchObject({
      status: 0,
      output: expect.stringContaining('it has 50 MB') as string,
    });
  });

  test('of an interrupted upload names the shards that are missing', async () => {
    const rest = ['model-00003-of-00004.safetensors', 'model-00004-of-00004.safetensors'];
    const folder = write('qwen', MODEL, ...rest, 'model.safetensors.index.json');
    const { status, output } = await run(['check', folder]);
    expect(output).toContain(`2 are not there: ${rest.join(', ')}`);
    expect(status).toBe(1);
  });

  test('of a clone without Git LFS says what to run', async () => {
    const folder = write('qwen', MODEL);
    for (const name of Object.keys(MODEL.files).filter((file) => file.endsWith('.safetensors'))) {
      writeFileSync(
        join(folder, name),
        `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\n`,
      );
    }
    const { status, output } = await run(['check', folder]);
    expect(output).toMatch(/^error: .+git lfs pull/);
    expect(status).toBe(1);
  });

  test('with warnings fails under --strict', async () => {
    const { status, output } = await run(['check', write('phi', modelFolder('phi-4')), '--strict']);
    expect(output).toMatch(/0 errors, 1 warning: --strict fails on warnings\.\n$/);
    expect(status).toBe(1);
    expect((await run(['check', write('qwen', MODEL), '--strict'])).status).toBe(0);
  });

  test('of a base model needs a chat template with --chat', async () => {
    const folder = write('llama', modelFolder('llama-2-7b'));
    expect((await run(['check', folder])).output).not.toContain('chat template');
    expect((await run(['check', folder, '--chat'])).output).toContain('There is no chat template');
  });

  test('is compared with the Region of the import', async () => {
    const folder = write('gpt-oss', modelFolder('gpt-oss-20b'));
    expect((await run(['check', folder, '--region', 'eu-central-1'])).output).toContain('us-east-1 only');
    expect((await run(['check', folder], { AWS_REGION: 'us-west-2' })).output).toContain('us-east-1 only');
    expect((await run(['check', folder])).output).not.toContain('us-east-1 only');
  });
});

describe('a prefix in S3', () => {
  const s3 = new S3StandIn();
  const env: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    Object.assign(env, {
      AWS_ENDPOINT_URL_S3: await s3.start(),
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_MAX_ATTEMPTS: '1',
    });
  });

  beforeEach(() => {
    s3.objects.clear();
    s3.faults.clear();
    s3.put('llama/', { ...MODEL.files, ...jsonFiles(MODEL) });
  });

  afterAll(async () => await s3.stop());

  test('that is good passes', async () => {
    expect(await run(['check', 's3://weights/llama/'], env)).toMatchObject({
      status: 0,
      output: 'No errors, no warnings.\n',
    });
  });

  test('that lacks a shard fails', async () => {
    s3.objects.delete(`llama/${SHARD}`);
    const { status, output } = await run(['check', 's3://weights/llama'], env);
    expect(status).toBe(1);
    expect(output).toContain(SHARD);
  });

  test('that may not be listed cannot be checked', async () => {
    s3.faults.set('LIST', { status: 403, code: 'AccessDenied', message: 'no' });
    expect(await run(['check', 's3://weights/llama/'], env)).toMatchObject({
      status: 2,
      output:
        'not checked: no permission s3:ListBucket on the bucket weights with the prefix "llama/": AccessDenied, no\n' +
        'The check is not complete. 0 errors, 0 warnings so far.\n',
    });
  });

  test('of which a file may not be read fails all the same, when something is missing', async () => {
    s3.faults.set('GET llama/config.json', { status: 403, code: 'AccessDenied' });
    expect((await run(['check', 's3://weights/llama/'], env)).status).toBe(2);
    s3.objects.delete(`llama/${SHARD}`);
    expect((await run(['check', 's3://weights/llama/'], env)).status).toBe(1);
  });

  test('needs a Region', async () => {
    const nowhere = { ...env, AWS_REGION: undefined };
    expect(await run(['check', 's3://weights/llama/'], nowhere)).toMatchObject({
      status: 2,
      errors: 'No Region given: use --region, or set AWS_REGION.\n',
    });
    expect((await run(['check', 's3://weights/llama/', '--region', 'us-east-1'], nowhere)).status).toBe(0);
  });
});

describe('the command', () => {
  test('explains itself', async () => {
    const { status, output } = await run(['--help']);
    expect(status).toBe(0);
    expect(output).toMatch(/^Usage: cdk-bedrock-model-import check <folder \| s3:\/\/bucket\/prefix\/>/);
  });

  test('names its version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ status: 0, output: `${version}\n`, errors: '' });
  });

  test.each([
    [[], 'No command given. Run "cdk-bedrock-model-import --help" for the usage.'],
    [['check'], 'No location given: name a folder or an S3 URI to check.'],
    [['import', '.'], 'There is no command "import", only "check".'],
    [['check', 'a', 'b'], 'More than one location given'],
    [['check', '.', '--colour'], 'There is no option "--colour".'],
    [['check', '.', '-x'], 'There is no option "-x".'],
    [['check', '.', '--region'], '--region needs the name of a Region'],
    [['check', '.', '--strict=yes'], 'the other options take no value'],
    [
      ['check', '.', '--region', 'eu-west-1'],
      'Bedrock does not import models in the Region "eu-west-1", only in us-east-1, us-east-2, us-west-2, eu-central-1.',
    ],
    [['check', '/nowhere/at/all'], '/nowhere/at/all does not exist: name a folder'],
    [['check', BUNDLE], 'is a file: name the folder that holds config.json and the weights.'],
    [['check', 's3:///llama'], 's3:///llama is not an S3 URI'],
    [
      ['check', 'S3://weights/llama/'],
      'S3://weights/llama/ is not an S3 URI: write s3://bucket/prefix/, with',
    ],
    [['check', 'arn:aws:s3:::weights/llama/'], 'is an ARN: write s3://weights/llama/.'],
    [['check', 'arn:aws:s3:::weights'], 'is an ARN: write s3://weights/.'],
    [['check', 'arn:aws:bedrock:us-east-1:1:imported-model/a'], 'is an ARN: name a folder'],
    [
      ['check', 'https://huggingface.co/Qwen/Qwen3-8B/tree/main'],
      '"hf download Qwen/Qwen3-8B --local-dir model"',
    ],
    [['check', 'https://weights.s3.amazonaws.com/llama/'], 'is a URL: name a folder, or an S3 URI'],
  ])('with %j exits with 2, in words of its own', async (args, message) => {
    const { status, output, errors } = await run(args, { AWS_REGION: 'us-east-1' });
    expect(errors).toContain(message);
    expect({ status, output }).toEqual({ status: 2, output: '' });
    const asJson = await run([...args, '--json']);
    expect(asJson).toMatchObject({ status: 2, errors: '' });
    if (args.at(-1) !== '--region') {
      const { error, findings } = JSON.parse(asJson.output) as { error: string; findings: unknown[] };
      expect(error).toContain(message);
      expect(findings).toEqual([]);
    }
  });

  test('reports a missing Region as JSON, too', async () => {
    const { status, output, errors } = await run(['check', 's3://weights/llama/', '--json']);
    expect(JSON.parse(output)).toEqual({
      location: 's3://weights/llama/',
      status: 2,
      findings: [],
      error: 'No Region given: use --region, or set AWS_REGION.',
    });
    expect({ status, errors }).toEqual({ status: 2, errors: '' });
  });
});
