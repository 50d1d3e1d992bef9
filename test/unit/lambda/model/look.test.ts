import { MINUTE, useLifecycle, type Given } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';
import { modelFolder, wholeFolder } from '../../../support/model-folders';
import { DENIAL, S3StandIn } from '../../../support/s3-stand-in';

const LLAMA = wholeFolder();
const QWEN = modelFolder('qwen2.5-7b-instruct');
const SHARD = 'model-00002-of-00004.safetensors';

const log = silenceLog();
const lifecycle = useLifecycle();
const { poll, pollFor, settle, jobs, count } = lifecycle;
const request = (type: 'Create' | 'Update' | 'Delete', given: Given = {}) =>
  lifecycle.request(type, { preflight: true, ...given });

let s3: S3StandIn;
beforeEach(async () => {
  s3 = new S3StandIn();
  process.env.AWS_ENDPOINT_URL_S3 = await s3.start();
});
afterEach(async () => {
  delete process.env.AWS_ENDPOINT_URL_S3;
  await s3.stop();
});

const remarks = (): string[] =>
  log.lines().flatMap(({ message, remark }) => (message === 'Weights' ? [String(remark)] : []));

describe('good weights', () => {
  test('are looked at in a step of its own, and imported in the next', async () => {
    s3.upload('llama/');
    const event = request('Create');
    const looked = await poll(event, { attempt: 0 }, lifecycle.now);
    expect(looked).toMatchObject({ waitSeconds: 1, lastSeen: 'the start of the import', hasLooked: true });
    expect(jobs()).toEqual([]);

    expect(await poll(event, looked, lifecycle.now)).toMatchObject({ answer: { status: 'SUCCESS' } });
    expect(jobs()).toHaveLength(1);
    expect(remarks()).toEqual([]);
  });

  test('are looked at once for a request, however long it waits for its turn', async () => {
    s3.upload('llama/');
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 5 * MINUTE });
    const answer = await settle(request('Create'));
    expect(answer.status).toBe('SUCCESS');
    expect(answer.seconds).toBeGreaterThan(240);
    expect(s3.calls.filter((call) => call === 'GET llama/config.json')).toHaveLength(1);
  });

  test('are not looked at when nobody wants it', async () => {
    expect(await settle(request('Create', { preflight: false }))).toMatchObject({ status: 'SUCCESS' });
    expect(s3.calls).toEqual([]);
  });
});

describe('bad weights', () => {
  test('fail at once with all that was found, and start nothing', async () => {
    s3.upload('llama/', QWEN);
    s3.objects.delete(`llama/${SHARD}`);
    s3.objects.delete('llama/config.json');
    const event = request('Create');
    const answer = await settle(event);
    expect(answer).toMatchObject({
      status: 'FAILED',
      physicalResourceId: `request/${event.RequestId}/nothing-started`,
      seconds: 0,
    });
    expect(answer.reason).toContain('config.json');
    expect(answer.reason).toContain(SHARD);
    expect(count('CreateModelImportJob')).toBe(0);
  });

  test('leave nothing that a Delete would have to wait for', async () => {
    const { physicalResourceId: id } = await settle(request('Create'));
    expect(await settle(request('Delete', { id }))).toMatchObject({ status: 'SUCCESS', seconds: 0 });
  });

  test('fail an update that imports again, which keeps the old model', async () => {
    s3.upload('llama/');
    const id = await lifecycle.create();
    const update = { id, definition: { s3Uri: 's3://weights/empty/' } };
    const answer = await settle(request('Update', update));
    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id });
    expect(answer.reason).toContain('There is nothing in s3://weights/empty/');
    expect(count('CreateModelImportJob')).toBe(1);
    expect(lifecycle.models()).toHaveLength(1);
  });

  test('do not matter to an update that imports nothing, such as one of the look itself', async () => {
    const id = await lifecycle.create();
    const answer = await settle(request('Update', { id, old: { preflight: false } }));
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(s3.calls).toEqual([]);
    expect(count('CreateModelImportJob')).toBe(1);
  });

  test('do not fail a request whose job has started, although its answer was lost', async () => {
    s3.upload('llama/');
    const event = request('Create');
    const looked = await poll(event, { attempt: 0 }, lifecycle.now);
    await poll(event, looked, lifecycle.now);
    s3.objects.clear();

    expect(await settle(event)).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobs()[0].jobArn });
    expect(jobs()).toHaveLength(1);
  });
});

test('each doubt is a line in the log, and the import goes on', async () => {
  s3.upload('llama/', { ...LLAMA, config: { ...LLAMA.config, architectures: ['FancyForCausalLM'] } });
  expect(await settle(request('Create'))).toMatchObject({ status: 'SUCCESS' });
  expect(remarks()).toEqual([expect.stringContaining('FancyForCausalLM')]);
});

describe('a denial', () => {
  test('of a permission that arrives is asked again until it has', async () => {
    s3.faults.set('LIST', DENIAL);
    const event = request('Create');
    const startedAt = lifecycle.now;
    const result = await pollFor(event, 15);
    s3.faults.clear();
    const answer = await settle(event, result, startedAt);
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 20 });
    expect(answer.reason).toContain('There is nothing in s3://weights/llama/');
    expect(remarks()).toEqual([]);
  });

  test('that lasts a minute is named in the log, and the import goes on', async () => {
    s3.faults.set('LIST', DENIAL);
    const answer = await settle(request('Create'));
    expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 61 });
    expect(remarks()).toEqual([
      expect.stringMatching(/for want of s3:ListBucket on the bucket weights with the prefix "llama\/"/),
    ]);
  });

  test('of one file, when it lasts a minute, does not hide what the listing says', async () => {
    s3.upload('llama/', QWEN);
    s3.objects.delete('llama/model.safetensors.index.json');
    s3.objects.delete('llama/tokenizer.json');
    Object.keys(QWEN.files)
      .filter((name) => name.endsWith('.safetensors'))
      .forEach((name) => s3.objects.delete(`llama/${name}`));
    s3.faults.set('GET llama/config.json', DENIAL);
    const answer = await settle(request('Create'));
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 60 });
    expect(answer.reason).toContain('safetensors');
    expect(jobs()).toEqual([]);
  });
});

test('an error of Amazon S3 is a line in the log, and the import goes on', async () => {
  s3.faults.set('LIST', { status: 503, code: 'SlowDown' });
  expect(await settle(request('Create'))).toMatchObject({ status: 'SUCCESS', seconds: 1 });
  expect(remarks()).toEqual([expect.stringMatching(/^They were not looked at: .*SlowDown/)]);
});
