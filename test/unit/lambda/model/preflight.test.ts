import { preflight } from '../../../../lambda/model/preflight';
import { MINUTE, useModelStack, type Execution, type Given } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';
import { modelFolder, wholeFolder } from '../../../support/model-folders';
import { DENIAL, S3StandIn } from '../../../support/s3-stand-in';

const LLAMA = modelFolder('llama-3.2-1b-instruct');
const QWEN = modelFolder('qwen2.5-7b-instruct');
const SHARD = 'model-00002-of-00004.safetensors';

const log = silenceLog();
const stack = useModelStack();
const request = (type: 'Create' | 'Update' | 'Delete', given: Given = {}): Execution =>
  stack.request(type, { preflight: true, ...given });

let s3: S3StandIn;
beforeEach(async () => {
  s3 = new S3StandIn();
  process.env.AWS_ENDPOINT_URL_S3 = await s3.start();
  stack.preflight = preflight;
});
afterEach(async () => {
  delete process.env.AWS_ENDPOINT_URL_S3;
  await s3.stop();
});

const warnings = (): string[] =>
  log.lines().flatMap(({ message }) => (/^Pre-flight check: (.*)/.exec(String(message)) ?? []).slice(1));

describe('good weights', () => {
  test('are checked in a step of its own, and imported in the next', async () => {
    s3.upload('llama/');
    const create = request('Create');
    const checked = await create.poll();
    expect(checked).toMatchObject({ waitSeconds: 1, lastSeen: 'the start of the import' });
    expect(stack.jobs()).toEqual([]);

    expect(await create.poll()).toMatchObject({ answer: { status: 'SUCCESS' } });
    expect(stack.jobs()).toHaveLength(1);
    expect(warnings()).toEqual([]);
  });

  test('are checked once for a request, however long it waits for its turn', async () => {
    s3.upload('llama/');
    stack.standIn.startJob({ jobName: 'other', durationMs: 5 * MINUTE });
    const answer = await request('Create').answered();
    expect(answer.status).toBe('SUCCESS');
    expect(answer.seconds).toBeGreaterThan(240);
    expect(s3.calls.filter((call) => call === 'GET llama/config.json')).toHaveLength(1);
  });

  test('that lack a chat template are warned of when the smoke test needs one', async () => {
    const folder = wholeFolder();
    s3.upload('llama/', { ...folder, tokenizerConfig: { ...folder.tokenizerConfig, chat_template: '' } });
    await request('Create').answered();
    expect(warnings()).toEqual([]);

    await request('Create', { usesChatTemplate: true }).answered();
    expect(warnings()[0]).toContain('the calls with Converse or "messages" that this model is for will fail');
  });

  test('are not checked with `preflight: false`', async () => {
    expect(await request('Create', { preflight: false }).answered()).toMatchObject({ status: 'SUCCESS' });
    expect(s3.calls).toEqual([]);
  });
});

describe('bad weights', () => {
  test('fail at once with all that was found, and start nothing', async () => {
    s3.upload('llama/', QWEN);
    s3.objects.delete(`llama/${SHARD}`);
    s3.objects.delete('llama/config.json');
    const answer = await request('Create').answered();
    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: 'request/request-1', seconds: 0 });
    expect(answer.reason).toContain('WeightsNotImportable: No import job was started');
    expect(answer.reason).toContain('config.json');
    expect(answer.reason).toContain(SHARD);
    expect(stack.count('CreateModelImportJob')).toBe(0);
  });

  test('leave nothing that a Delete would have to wait for', async () => {
    const { physicalResourceId: id } = await request('Create').answered();
    expect(await request('Delete', { id }).answered()).toMatchObject({ status: 'SUCCESS', seconds: 0 });
  });

  test('fail an update that imports again, which keeps the old model', async () => {
    const id = await stack.create();
    const answer = await request('Update', { id, definition: { s3Uri: 's3://weights/empty/' } }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id, seconds: 0 });
    expect(answer.reason).toContain('There is nothing in s3://weights/empty/');
    expect(stack.count('CreateModelImportJob')).toBe(1);
    expect(stack.models()).toHaveLength(1);
  });

  test('do not matter to an update that imports nothing, such as one of the check itself', async () => {
    const id = await stack.create();
    const answer = await request('Update', { id, old: { preflight: false } }).answered();
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(s3.calls).toEqual([]);
  });

  test('do not fail a request whose job has started, although its answer was lost', async () => {
    s3.upload('llama/');
    const { request: served } = request('Create');
    await stack.execution(served.event, served.requestedAt).answered();
    s3.objects.clear();
    const again = await stack.execution(served.event, served.requestedAt).answered();
    expect(again).toMatchObject({ status: 'SUCCESS', physicalResourceId: stack.jobs()[0].jobArn });
    expect(stack.jobs()).toHaveLength(1);
  });
});

test('each warning is a line in the log, and the import goes on', async () => {
  s3.upload('llama/', { ...LLAMA, config: { ...LLAMA.config, architectures: ['FancyForCausalLM'] } });
  expect(await request('Create').answered()).toMatchObject({ status: 'SUCCESS' });
  expect(warnings()).toEqual([
    expect.stringContaining('FancyForCausalLM'),
    expect.stringContaining('rope_scaling'),
  ]);
});

describe('a denial', () => {
  test('of a permission that arrives is tried again until it has', async () => {
    s3.faults.set('LIST', DENIAL);
    const create = request('Create');
    await create.pollFor(15);
    s3.faults.clear();
    const answer = await create.answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 20 });
    expect(answer.reason).toContain('There is nothing in s3://weights/llama/');
    expect(warnings()).toEqual([]);
  });

  test('that lasts a minute is named in the log, and the import goes on', async () => {
    s3.faults.set('LIST', DENIAL);
    const answer = await request('Create').answered();
    expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 61 });
    expect(warnings()).toEqual([
      expect.stringMatching(/for want of s3:ListBucket on the bucket weights with the prefix "llama\/"/),
    ]);
  });
});

test('an error of Amazon S3 is a line in the log, and the import goes on', async () => {
  s3.faults.set('LIST', { status: 503, code: 'SlowDown' });
  expect(await request('Create').answered()).toMatchObject({ status: 'SUCCESS', seconds: 1 });
  expect(warnings()).toEqual([expect.stringMatching(/^skipped, because .*SlowDown/)]);
});
