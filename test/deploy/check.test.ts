import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { spawn } from 'child_process';
import { join } from 'path';
import { LocalCloud } from '../../local/cloud/cloud';
import { jsonFiles, modelFolder } from '../support/model-folders';

/** The command against the S3 of the local cloud, which other people wrote. */

const BUNDLE = join(__dirname, '..', '..', 'cli', 'dist', 'index.js');
const BUCKET = 'weights';
const SHARD = 'model-00002-of-00004.safetensors';
/** Large enough to be no pointer of Git LFS. */
const SHARD_BYTES = 2000;
const MODEL = modelFolder('qwen2.5-7b-instruct');

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await LocalCloud.start();
  const s3 = new S3Client({ ...cloud.clientConfig, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const shards = Object.keys(MODEL.files).filter((name) => name.endsWith('.safetensors'));
  const index = { ...MODEL.index!, total_size: shards.length * SHARD_BYTES };
  const texts: Partial<Record<string, string>> = jsonFiles({ ...MODEL, index });
  for (const name of Object.keys(MODEL.files)) {
    const Body = texts[name] ?? '0'.repeat(SHARD_BYTES);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `models/qwen/${name}`, Body }));
    if (name !== SHARD) {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `models/qwen-in-part/${name}`, Body }));
    }
  }
  // More than a page of the listing.
  for (let step = 0; step < 1100; step++) {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `steps/a/${step}.log`, Body: 'x' }));
  }
  s3.destroy();
});

afterAll(async () => await cloud.stop());

const check = async (...args: string[]): Promise<{ status: number | null; output: string }> => {
  const child = spawn(process.execPath, [BUNDLE, 'check', ...args], {
    env: {
      AWS_ENDPOINT_URL_S3: cloud.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
};

test('a good folder passes, with a slash at its end and without', async () => {
  const good = { status: 0, output: 'No errors, no warnings.\n' };
  expect(await check(`s3://${BUCKET}/models/qwen/`)).toEqual(good);
  expect(await check(`s3://${BUCKET}/models/qwen`)).toEqual(good);
});

test('a folder that lacks a shard fails, and the shard is named', async () => {
  const { status, output } = await check(`s3://${BUCKET}/models/qwen-in-part/`);
  expect(output).toContain(SHARD);
  expect(status).toBe(1);
});

test('the folder above the model fails, and the model is named', async () => {
  const { status, output } = await check(`s3://${BUCKET}/models/`);
  expect(output).toContain(`s3://${BUCKET}/models/qwen/`);
  expect(status).toBe(1);
});

test('a folder of many files is listed to its end', async () => {
  const { status, output } = await check(`s3://${BUCKET}/steps/`, '--json');
  const { findings } = JSON.parse(output) as { findings: { code: string }[] };
  expect(findings.map(({ code }) => code)).toEqual(['no-config', 'no-safetensors']);
  expect(status).toBe(1);
});

test('a bucket that does not exist, and a prefix with nothing in it, fail', async () => {
  expect((await check('s3://no-such-bucket-here/models/')).output).toContain('There is no bucket');
  expect(await check(`s3://${BUCKET}/nothing/`)).toMatchObject({ status: 1 });
});
