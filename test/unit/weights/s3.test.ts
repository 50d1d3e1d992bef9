import { S3Client } from '@aws-sdk/client-s3';
import { createS3Client, checkS3, type S3Check } from '../../../weights/s3';
import { jsonFiles, modelFolder, wholeFolder } from '../../support/model-folders';
import { DENIAL, S3StandIn } from '../../support/s3-stand-in';

const URI = 's3://weights/models/llama/';
const MODEL = wholeFolder();
const SHARDED = modelFolder('qwen2.5-7b-instruct');
const SHARD = 'model-00002-of-00004.safetensors';

let s3: S3StandIn;
let client: S3Client;

beforeEach(async () => {
  s3 = new S3StandIn();
  client = new S3Client({
    endpoint: await s3.start(),
    forcePathStyle: true,
    followRegionRedirects: true,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await s3.stop();
});

const checkAt = (uri = URI, region = 'us-east-1', limitMs = 15_000): Promise<S3Check> =>
  checkS3(client, uri, { region, limitMs });
const verdicts = (result: S3Check): string[] =>
  'findings' in result ? result.findings.map(({ level, code }) => `${level}: ${code}`) : [];

describe('weights in S3', () => {
  test.each(['s3://weights/models/llama/', 's3://weights/models/llama', 's3://weights/models/llama//'])(
    'are found under %s',
    async (uri) => {
      s3.upload('models/llama/');
      expect(await checkAt(uri)).toEqual({ findings: [] });
    },
  );

  test.each(['s3://weights', 's3://weights/'])('are found in the whole bucket, %s', async (uri) => {
    s3.upload('');
    expect(await checkAt(uri)).toEqual({ findings: [] });
  });

  test('are not those of a folder whose name begins alike', async () => {
    s3.upload('models/llama2/');
    s3.put('models/', { llama: 'no folder' });
    expect(verdicts(await checkAt('s3://weights/models/llama'))).toEqual(['error: nothing']);
  });

  test('are not the markers of folders', async () => {
    s3.put('models/llama/', { '': '', 'original/': '' });
    expect(verdicts(await checkAt())).toEqual(['error: nothing']);
    s3.upload('models/llama/');
    expect(await checkAt()).toEqual({ findings: [] });
  });

  test('lack a shard, on whichever page of the listing it would be', async () => {
    s3.upload('models/llama/', SHARDED);
    s3.objects.delete(`models/llama/${SHARD}`);
    const result = await checkAt();
    expect(verdicts(result)).toEqual(['error: shards-missing']);
    expect(JSON.stringify(result)).toContain(SHARD);
  });

  test('are read by name only, each up to its limit', async () => {
    s3.upload('models/llama/', SHARDED);
    await checkAt();
    expect(s3.calls.filter((call) => call.startsWith('GET'))).toEqual([
      'GET models/llama/config.json',
      'GET models/llama/model.safetensors.index.json',
      'GET models/llama/tokenizer_config.json',
    ]);
    expect(s3.ranges).toEqual(['bytes=0-1048575', 'bytes=0-16777215', 'bytes=0-4194303']);
  });

  test('are not read when a file has many megabytes', async () => {
    s3.upload('models/llama/');
    s3.put('models/llama/', { 'config.json': 3_000_000_000 });
    expect(verdicts(await checkAt())).toEqual(['warning: unread']);
    expect(s3.calls).not.toContain('GET models/llama/config.json');
  });

  test('are read as far as an empty file goes', async () => {
    s3.upload('models/llama/');
    s3.put('models/llama/', { 'config.json': '' });
    expect(verdicts(await checkAt())).toEqual(['error: not-json']);
  });

  test('can be tens of thousands of files, of which the first are listed', async () => {
    const prefix = 'models/llama/';
    s3.put(
      prefix,
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`checkpoint-${index}/a.pt`, 1])),
    );
    s3.upload(prefix);
    const result = await checkS3(client, URI, { limitMs: 15_000, maxPages: 4 });
    expect(verdicts(result)).toEqual(['warning: listing-cut']);
    expect(s3.calls).toHaveLength(4);
  });

  test('are archived, unless a copy has been restored', async () => {
    s3.upload('models/llama/');
    const config = jsonFiles(MODEL)['config.json'];
    const archive = (restore?: 'done' | 'in progress'): void =>
      s3.put('models/llama/', { 'config.json': { text: config, storageClass: 'GLACIER', restore } });

    archive();
    expect(verdicts(await checkAt())).toEqual(['error: archived', 'warning: unread']);
    archive('in progress');
    expect(verdicts(await checkAt())).toEqual(['error: archived', 'warning: unread']);
    archive('done');
    expect(await checkAt()).toEqual({ findings: [] });
  });
});

describe('a bucket', () => {
  test('that does not exist fails the import', async () => {
    expect(verdicts(await checkAt('s3://other/models/llama/'))).toEqual(['error: no-bucket']);
  });

  test('in another Region is read there, and a warning', async () => {
    s3.region = 'eu-central-1';
    s3.upload('models/llama/', SHARDED);
    expect(verdicts(await checkAt())).toEqual(['warning: bucket-region']);
    s3.objects.delete(`models/llama/${SHARD}`);
    expect(verdicts(await checkAt())).toEqual(['error: shards-missing', 'warning: bucket-region']);
  });

  test('in the Region of the import, which is not that of the client, is none', async () => {
    s3.region = 'eu-central-1';
    s3.upload('models/llama/');
    expect(await checkAt(URI, 'eu-central-1')).toEqual({ findings: [] });
  });

  test('that redirects nowhere is skipped', async () => {
    s3.faults.set('LIST', { status: 307, code: 'TemporaryRedirect' });
    expect(await checkAt()).toEqual({ skipped: expect.stringContaining('TemporaryRedirect') as string });
  });
});

describe('a denial', () => {
  test('of the listing names the permission', async () => {
    s3.faults.set('LIST', DENIAL);
    expect(await checkAt()).toEqual({
      denied:
        's3:ListBucket on the bucket weights with the prefix "models/llama/": AccessDenied, User is not authorized',
      findings: [],
    });
  });

  test('of a file names the permission, and keeps what the listing says', async () => {
    s3.upload('models/llama/');
    s3.objects.delete('models/llama/model.safetensors');
    s3.faults.set('GET models/llama/config.json', DENIAL);
    const result = await checkAt();
    expect(result).toMatchObject({
      denied: 's3:GetObject on s3://weights/models/llama/config.json: AccessDenied, User is not authorized',
    });
    expect(verdicts(result)).toEqual(['error: no-safetensors', 'warning: unread']);
  });

  test('by the key of the objects names that permission', async () => {
    s3.upload('models/llama/');
    s3.faults.set('GET models/llama/config.json', {
      ...DENIAL,
      message: 'User is not authorized to perform: kms:Decrypt on the resource',
    });
    expect(await checkAt()).toMatchObject({
      denied: expect.stringContaining(
        'kms:Decrypt on the key of s3://weights/models/llama/config.json',
      ) as string,
    });
  });
});

describe('a fault', () => {
  test.each([
    ['a broken connection', 'reset', /ECONNRESET|socket hang up/],
    ['an error of the service', { status: 500, code: 'InternalError' }, /InternalError/],
    ['a throttle', { status: 503, code: 'SlowDown' }, /SlowDown/],
  ] as const)('that is %s skips the check, and is named', async (_, fault, words) => {
    s3.faults.set('LIST', fault);
    expect(await checkAt()).toEqual({ skipped: expect.stringMatching(words) as string });
  });

  test.each([
    ['a file that was removed meanwhile', { status: 404, code: 'NoSuchKey' }],
    ['a broken connection', 'reset'],
    ['a disabled key', { status: 400, code: 'KMS.DisabledException' }],
  ] as const)('that is %s leaves the file unread, and finds the rest', async (_, fault) => {
    s3.upload('models/llama/', SHARDED);
    s3.objects.delete(`models/llama/${SHARD}`);
    s3.faults.set('GET models/llama/config.json', fault);
    expect(verdicts(await checkAt())).toEqual(['error: shards-missing', 'warning: unread']);
  });

  test('that is an answer without an end does not hold the function up', async () => {
    s3.upload('models/llama/');
    s3.faults.set('LIST', 'stall');
    expect(await checkAt(URI, 'us-east-1', 100)).toEqual({
      skipped: expect.stringMatching(/timeout/i) as string,
    });
    s3.faults.clear();
    s3.faults.set('GET models/llama/config.json', 'stall');
    // The listing has to come in time.
    expect(verdicts(await checkAt(URI, 'us-east-1', 2000))).toContain('warning: unread');
  });

  test('that is a text without a bucket skips the check', async () => {
    expect(await checkAt('models/llama')).toEqual({
      skipped: 'models/llama is not a URI like s3://bucket/prefix/',
    });
  });
});

test('a client follows redirects', async () => {
  const own = await createS3Client('eu-central-1');
  expect(own.config.followRegionRedirects).toBe(true);
  expect(await own.config.region()).toBe('eu-central-1');
  own.destroy();
});
