import { execFile } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { jsonFiles, modelFolder, type ModelFolder } from '../../support/model-folders';
import { S3StandIn } from '../../support/s3-stand-in';

/** The command as it ships, run as a program of its own. */

const BUNDLE = join(__dirname, '..', '..', '..', 'cli', 'dist', 'index.js');
const MODEL = modelFolder('qwen2.5-7b-instruct');
const SHARD = 'model-00002-of-00004.safetensors';

let home: string;

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
      output: 'Nothing speaks against an import.\n',
      errors: '',
    });
  });

  test('that lacks a shard fails, in one line', async () => {
    const { status, output } = await run(['check', write('qwen', MODEL, SHARD)]);
    expect(status).toBe(1);
    expect(output).toBe(
      `certain: model.safetensors.index.json: It names 4 files, of which one is not there: ${SHARD}. Upload what is missing.\n` +
        'An import is certain to fail.\n',
    );
  });

  test('with doubts passes, and prints them', async () => {
    const { status, output } = await run(['check', write('phi', modelFolder('phi-4'))]);
    expect(status).toBe(0);
    expect(output).toMatch(
      /^doubt: config\.json: The architecture Phi3ForCausalLM .+\nNothing is certain to fail\.\n$/,
    );
  });

  test('is reported as JSON', async () => {
    const folder = write('lora', modelFolder('lora-deepseek-r1-distill-llama-8b'));
    const { status, output } = await run(['check', folder, '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      place: folder,
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

  test.each(['huge', 'broken'])('with a %s config.json ends in a doubt', async (kind) => {
    const folder = write('qwen', MODEL);
    writeFileSync(join(folder, 'config.json'), '{');
    if (kind === 'huge') {
      truncateSync(join(folder, 'config.json'), 50_000_000);
    }
    const { status, output } = await run(['check', folder]);
    expect(status).toBe(0);
    expect(output).toMatch(kind === 'huge' ? /it has 50 MB/ : /does not hold a JSON object/);
  });

  test('is held against the Region of the import', async () => {
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
      output: 'Nothing speaks against an import.\n',
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
        'not checked: not allowed: s3:ListBucket on the bucket weights with the prefix "llama/": AccessDenied, no\n' +
        'The check is not complete.\n',
    });
  });

  test('of which a file may not be read is certain to fail all the same, when something is missing', async () => {
    s3.faults.set('GET llama/config.json', { status: 403, code: 'AccessDenied' });
    expect((await run(['check', 's3://weights/llama/'], env)).status).toBe(2);
    s3.objects.delete(`llama/${SHARD}`);
    expect((await run(['check', 's3://weights/llama/'], env)).status).toBe(1);
  });

  test('needs a Region', async () => {
    const nowhere = { ...env, AWS_REGION: undefined };
    expect(await run(['check', 's3://weights/llama/'], nowhere)).toMatchObject({
      status: 2,
      errors: 'There is no Region: give --region, or set AWS_REGION\n',
    });
    expect((await run(['check', 's3://weights/llama/', '--region', 'us-east-1'], nowhere)).status).toBe(0);
  });
});

describe('the command', () => {
  test('explains itself', async () => {
    const { status, output } = await run(['--help']);
    expect(status).toBe(0);
    expect(output).toMatch(/^Usage: cdk-bedrock-model-import check <folder or S3 URI>/);
  });

  test.each([
    [[], 'Expected "check"'],
    [['check'], 'Expected "check"'],
    [['import', '.'], 'Expected "check"'],
    [['check', 'a', 'b'], 'Expected "check"'],
    [['check', '.', '--colour'], "Unknown option '--colour'"],
    [['check', '/nowhere/at/all'], '/nowhere/at/all is not a folder'],
    [['check', BUNDLE], 'is not a folder'],
    [['check', 's3:///llama'], 'is not a URI like s3://bucket/prefix/'],
  ])('with %j exits with 2', async (args, message) => {
    const { status, output, errors } = await run(args, { AWS_REGION: 'us-east-1' });
    expect(status).toBe(2);
    expect(output + errors).toContain(message);
  });
});
