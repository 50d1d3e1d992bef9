import { execFile, execFileSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { modelFolder } from '../../support/model-folders';
import { S3StandIn } from '../../support/s3-stand-in';

/** The limits that the pre-flight check has in the function: its time, and the memory of the function. */
const LIMIT_MS = 15_000;
const MEMORY_MIB = 256;

const ROOT = join(__dirname, '..', '..', '..');
const SHARD = 'model-00002-of-00004.safetensors';

const home = mkdtempSync(join(tmpdir(), 'large-'));
const s3 = new S3StandIn();

afterAll(async () => {
  await s3.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Run in a process of its own, so that its memory is that of the check. */
const SCRIPT = `
  const { checkS3, createS3Client } = require('./s3.js');
  (async () => {
    const client = await createS3Client('us-east-1');
    const started = performance.now();
    const result = await checkS3(client, 's3://weights/llama/', { region: 'us-east-1', limitMs: ${LIMIT_MS} });
    const ms = performance.now() - started;
    console.log(JSON.stringify({ result, ms, mib: process.resourceUsage().maxRSS / 1024 }));
    client.destroy();
  })();
`;

test('41,000 objects are checked within the time and the memory of the function', async () => {
  s3.pageSize = 1000;
  for (let step = 0; step < 41_000; step++) {
    s3.objects.set(`llama/checkpoint-${step}/state-of-the-optimizer.pt`, { size: 1 });
  }
  s3.upload('llama/', modelFolder('qwen2.5-7b-instruct'));
  s3.objects.delete(`llama/${SHARD}`);
  const options = ['--bundle', '--platform=node', '--main-fields=module,main', '--log-level=error'];
  const bundle = ['weights/s3.ts', ...options, `--outfile=${join(home, 's3.js')}`];
  execFileSync(require.resolve('esbuild/bin/esbuild'), bundle, { cwd: ROOT });
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', SCRIPT], {
    cwd: home,
    env: {
      AWS_ENDPOINT_URL_S3: await s3.start(),
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  const { result, ms, mib } = JSON.parse(stdout) as { result: unknown; ms: number; mib: number };
  expect(result).toMatchObject({ findings: [{ code: 'shards-missing' }] });
  expect(ms).toBeLessThan(LIMIT_MS);
  expect(mib).toBeLessThan(MEMORY_MIB);
}, 60_000);
