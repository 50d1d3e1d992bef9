import { forOnePoll } from '../../../../lambda/waiter/bedrock';
import { handler, poll } from '../../../../lambda/waiter/index';
import type { Doubt, Memory } from '../../../../lambda/waiter/memory';
import { createClient } from '../../../../lambda/shared/bedrock';
import type { PollInput } from '../../../../lambda/shared/engine';
import type { OnTheWire, WaiterProperties } from '../../../../lib/private/contract/protocol';
import { BedrockStandIn, type JobScript, type ScriptedFault } from '../../../../local/bedrock/stand-in';
import { createEvent, updateEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';

const HOUR_MS = 3_600_000;
/** Of a client that gives up before the slow answers of these tests come. */
const IMPATIENT = { connectionTimeout: 500, requestTimeout: 250 };

const log = silenceLog();
const bedrock = new BedrockStandIn();
let url: string;

beforeAll(async () => {
  url = await bedrock.start();
  process.env.AWS_ENDPOINT_URL_BEDROCK = url;
});
afterAll(() => bedrock.stop());
beforeEach(() => {
  bedrock.requests.length = 0;
});

interface Setting {
  readonly properties?: Partial<OnTheWire<WaiterProperties>>;
  readonly elapsedSeconds?: number;
  readonly event?: PollInput['event'];
  readonly previous?: Memory;
  readonly limits?: typeof IMPATIENT;
}

/** Polls once, with the real client over HTTP, some time after the execution started. */
function pollOnce(jobIdentifier: string, setting: Setting = {}): Promise<Memory> {
  const { properties, elapsedSeconds = 0, previous = { attempt: 0 }, limits } = setting;
  const event = setting.event ?? createEvent({ jobIdentifier, ...properties });
  const startedAt = new Date().toISOString();
  const now = Date.parse(startedAt) + elapsedSeconds * 1000;
  return poll(
    { event, startedAt, previous },
    (region) => {
      const ask = (): Promise<never> => Promise.reject(new Error('Nobody asks the model'));
      return forOnePoll({ client: createClient(region, limits), ask });
    },
    () => now,
  );
}

function startJob(script: Partial<JobScript> = {}): string {
  return bedrock.startJob({ jobName: 'llama', ...script });
}

describe('a job', () => {
  test('in progress is waited for with the poll interval', async () => {
    expect(await pollOnce(startJob({ durationMs: HOUR_MS }))).toEqual({
      attempt: 1,
      lastSeen: 'status InProgress',
      isKnown: true,
      doubt: undefined,
      waitSeconds: 10,
    });
  });

  test('that has completed answers with every attribute and the job ARN as physical ID', async () => {
    const arn = startJob({
      importedModelKmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1',
      vpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
    });
    const { answer } = await pollOnce(arn);
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: arn });
    expect(answer!.data).toEqual({
      jobArn: arn,
      jobName: 'llama',
      importedModelName: 'llama-model',
      importedModelArn: expect.stringContaining(':imported-model/') as string,
      roleArn: 'arn:aws:iam::000000000000:role/import',
      'modelDataSource.s3DataSource.s3Uri': 's3://weights/model/',
      status: 'Completed',
      failureMessage: '',
      creationTime: expect.stringMatching(/^\d{4}-.*T.*\.\d{3}Z$/) as string,
      lastModifiedTime: expect.stringMatching(/^\d{4}-.*T.*\.\d{3}Z$/) as string,
      endTime: expect.stringMatching(/^\d{4}-.*T.*\.\d{3}Z$/) as string,
      'vpcConfig.subnetIds': 'subnet-1,subnet-2',
      'vpcConfig.securityGroupIds': 'sg-1',
      importedModelKmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1',
      encryptionResourceArn: 'arn:aws:kms:us-east-1:000000000000:key/1',
      modelArchitecture: 'llama',
      instructSupported: 'true',
      'customModelUnits.customModelUnitsPerModelCopy': '2',
      'customModelUnits.customModelUnitsVersion': 'v1.0',
    });
  });

  test.each(['', 'arn:aws:iam::123456789012:role/import', 'arn:aws:s3:::weights', 'a b'])(
    'cannot be %p, which only the deployment knows: Bedrock is not asked',
    async (jobIdentifier) => {
      const { answer } = await pollOnce(jobIdentifier);
      expect(answer).toMatchObject({ status: 'FAILED' });
      expect(answer!.reason).toContain(
        `Bedrock does not accept the job identifier "${jobIdentifier}": "must be `,
      );
      expect(bedrock.requests).toEqual([]);
    },
  );

  test('is found by its name', async () => {
    const arn = startJob({ jobName: 'by-name' });
    expect((await pollOnce('by-name')).answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: arn });
  });

  test('that has completed without its model is waited for', async () => {
    const arn = startJob({ overrides: { importedModelArn: undefined } });
    expect(await pollOnce(arn)).toMatchObject({ waitSeconds: 10 });
  });

  test('of an unknown status is waited for, and the status is logged', async () => {
    expect(await pollOnce(startJob({ overrides: { status: 'Paused' } }))).toMatchObject({ waitSeconds: 10 });
    expect(log.lines()).toMatchObject([{ level: 'WARN', warning: 'Unknown job status: Paused' }]);
  });

  test('that has failed answers with its message and where to look', async () => {
    const arn = startJob({ outcome: 'Failed', failureMessage: 'The weights are corrupt' });
    const { answer } = await pollOnce(arn);
    expect(answer!.status).toBe('FAILED');
    expect(answer!.reason).toContain(`${arn} failed: "The weights are corrupt"`);
    expect(answer!.reason).toContain('https://us-east-1.console.aws.amazon.com/bedrock/');
    expect(answer!.data).toBeUndefined();
  });

  test('that has failed leaves a created resource an ID that names the request, an updated one its old ID', async () => {
    const arn = startJob({ outcome: 'Failed' });
    expect((await pollOnce(arn)).answer!.physicalResourceId).toBe(`request/${createEvent().RequestId}`);
    const event = updateEvent({ jobIdentifier: arn });
    expect((await pollOnce(arn, { event })).answer!.physicalResourceId).toBe(event.PhysicalResourceId);
  });
});

describe('exceptions', () => {
  /** The faults of one poll: the SDK tries twice what may pass. */
  async function pollWith(fault: ScriptedFault, setting: Setting, tries = 2): Promise<Memory> {
    const arn = startJob({ durationMs: HOUR_MS });
    bedrock.failNext(...Array<ScriptedFault>(tries).fill(fault));
    const result = await pollOnce(arn, setting);
    expect(bedrock.requests).toHaveLength(tries);
    return result;
  }

  test.each<[string, number, Doubt['kind'], number, string]>([
    ['ResourceNotFoundException', 404, 'absent', 120, 'There is no model import job'],
    ['ValidationException', 400, 'absent', 120, 'There is no model import job'],
    ['AccessDeniedException', 403, 'refused', 420, 'Not allowed to call bedrock:GetModelImportJob'],
    ['ExpiredTokenException', 403, 'refused', 420, 'Bedrock refused to describe model import job'],
  ])('%s is borne at first and fails later', async (name, status, kind, grace, reason) => {
    const fault = { name, status, message: 'no' };
    expect(await pollWith(fault, {}, 1)).toMatchObject({ waitSeconds: 10, doubt: { kind, seconds: 0 } });
    bedrock.requests.length = 0;
    const doubt: Doubt = { kind, seconds: grace, fault: { name, message: 'no' } };
    const { answer } = await pollWith(fault, { elapsedSeconds: grace, previous: { attempt: 9, doubt } }, 1);
    expect(answer).toMatchObject({ status: 'FAILED', reason: expect.stringContaining(reason) as string });
  });

  test('an identifier that breaks a constraint fails at once', async () => {
    const message = "Value at 'jobIdentifier' failed to satisfy constraint: Member must …";
    const { answer } = await pollWith({ name: 'ValidationException', status: 400, message }, {}, 1);
    expect(answer!.reason).toContain('Bedrock does not accept the job identifier');
    expect(answer!.reason).toContain(message);
  });

  /** Lets a fault be tried twice, and then waited for whatever the time. */
  async function expectBorne(fault: ScriptedFault, name: string, limits?: typeof IMPATIENT): Promise<void> {
    const result = await pollWith(fault, { elapsedSeconds: 3000, limits });
    expect(result.waitSeconds).toBe(10);
    expect(result.lastSeen).toMatch(/^no answer from Bedrock, then /);
    expect(result.lastSeen!.endsWith(name)).toBe(true);
  }

  test.each<[string, ScriptedFault, string]>([
    [
      'ThrottlingException',
      { name: 'ThrottlingException', status: 429, message: 'slow down' },
      'ThrottlingException',
    ],
    [
      'InternalServerException',
      { name: 'InternalServerException', status: 500, message: 'oops' },
      'InternalServerException',
    ],
    ['a 503 without a body', { status: 503 }, 'HTTP 503'],
    ['a connection reset', { status: 0, reset: true }, 'Error'],
  ])('%s is tried twice and then waited for, however late', async (_, fault, name) => {
    await expectBorne(fault, name);
  });

  test('a slow answer is tried twice and then waited for, however late', async () => {
    await expectBorne({ status: 500, delayMs: 600 }, 'TimeoutError', IMPATIENT);
  });

  test.each([
    ['cut off', '{"jobArn": "arn:aw'],
    ['HTML', '<html>Bad gateway</html>'],
  ])('an answer that is not JSON (%s) is waited for, however late', async (_, rawBody) => {
    const result = await pollWith({ status: 200, rawBody }, { elapsedSeconds: 3000 }, 1);
    expect(result.waitSeconds).toBe(10);
    expect(log.lines()).toMatchObject([{ level: 'WARN', action: 'wait' }]);
  });

  test('one slow answer costs one try', async () => {
    const arn = startJob();
    bedrock.failNext({ status: 500, delayMs: 600 });
    expect((await pollOnce(arn, { limits: IMPATIENT })).answer).toMatchObject({ status: 'SUCCESS' });
    expect(bedrock.requests.map(({ operation }) => operation)).toEqual([
      ...['GetModelImportJob', 'GetModelImportJob', 'GetImportedModel'],
    ]);
  });

  test('a host that does not resolve is waited for', async () => {
    // A label of more than 63 characters fails before any name server is asked.
    process.env.AWS_ENDPOINT_URL_BEDROCK = `http://${'x'.repeat(64)}.test`;
    try {
      const result = await pollOnce('llama', { elapsedSeconds: 3000 });
      expect(result.waitSeconds).toBe(10);
      expect(JSON.stringify(log.lines())).toContain('ENOTFOUND');
    } finally {
      process.env.AWS_ENDPOINT_URL_BEDROCK = url;
    }
  });
});

describe('time', () => {
  test('that runs out makes the next wait shorter than the interval', async () => {
    const arn = startJob({ durationMs: HOUR_MS });
    expect((await pollOnce(arn, { elapsedSeconds: 3297.5 })).waitSeconds).toBe(3);
    expect((await pollOnce(arn, { elapsedSeconds: 3299.9 })).waitSeconds).toBe(1);
  });

  test('that has run out fails the last link, with the time of all links', async () => {
    const arn = startJob({ durationMs: HOUR_MS });
    const { answer } = await pollOnce(arn, {
      elapsedSeconds: 3302,
      properties: { waitedSeconds: '3300' },
    });
    expect(answer!.status).toBe('FAILED');
    expect(answer!.reason).toContain('did not end within 1 h 50 min');
    expect(answer!.reason).toMatch(/Waited 1 h 50 min .*last seen: status InProgress/);
  });

  test('that runs out in a throttled poll does not hide that the job has completed', async () => {
    const arn = startJob();
    bedrock.failNext(...Array<ScriptedFault>(2).fill({ name: 'ThrottlingException', status: 429 }));
    const throttled = await pollOnce(arn, { elapsedSeconds: 3301 });
    expect(throttled).toMatchObject({ waitSeconds: 5 });
    const { answer } = await pollOnce(arn, { elapsedSeconds: 3306, previous: throttled });
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: arn });
  });

  test('that has run out hands over to the next link with the job as it is', async () => {
    const arn = startJob({ durationMs: HOUR_MS });
    const { answer } = await pollOnce(arn, { elapsedSeconds: 3300, properties: { continues: 'true' } });
    expect(answer).toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: arn,
      data: { jobArn: arn, status: 'InProgress', importedModelArn: '' },
    });
  });

  test('that has run out without an answer from Bedrock hands over every attribute, empty', async () => {
    bedrock.failNext({ status: 503 }, { status: 503 });
    const { answer } = await pollOnce('llama', { elapsedSeconds: 3300, properties: { continues: 'true' } });
    expect(answer).toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: `request/${createEvent().RequestId}`,
      data: { jobArn: '', status: 'InProgress' },
    });
  });
});

describe('what is remembered', () => {
  test('is the last status, through faults', async () => {
    const arn = startJob({ durationMs: HOUR_MS });
    const first = await pollOnce(arn);
    bedrock.failNext({ status: 503 }, { status: 503 });
    const second = await pollOnce(arn, { previous: first });
    bedrock.failNext(...Array<ScriptedFault>(2).fill({ name: 'ThrottlingException', status: 429 }));
    const third = await pollOnce(arn, { previous: second });
    expect(second.lastSeen).toMatch(/^status InProgress, then /);
    expect(third.lastSeen).toBe('status InProgress, then ThrottlingException');
    expect(third.attempt).toBe(3);
  });
});

test('what Bedrock itself returned as the ARN of a job is asked for as it is', async () => {
  const arn = 'arn:aws:bedrock:eu-central-1:123456789012:model-import-job/Not-Twelve_Characters.1';
  bedrock.failNext({ status: 200, rawBody: JSON.stringify({ jobArn: arn, status: 'InProgress' }) });
  expect(await pollOnce(arn)).toMatchObject({ waitSeconds: 10, lastSeen: 'status InProgress' });
  expect(bedrock.requests).toMatchObject([{ region: 'eu-central-1', path: `/model-import-jobs/${arn}` }]);
});

test('each poll writes one line, with a sentence: job, status, time waited, and when it asks again', async () => {
  const arn = startJob({ durationMs: HOUR_MS });
  await pollOnce(arn, { elapsedSeconds: 12, previous: { attempt: 4 } });
  expect(log.lines()).toMatchObject([
    {
      level: 'INFO',
      message: `${arn}: status InProgress, 12 s waited, next poll in 10 s`,
      job: arn,
      lastSeen: 'status InProgress',
      waitedSeconds: 12,
      attempt: 5,
      action: 'wait',
      nextPollSeconds: 10,
    },
  ]);
});

test('the handler polls with clients of its own, one for each Region', async () => {
  for (const region of ['us-east-1', 'eu-central-1', 'us-east-1']) {
    bedrock.requests.length = 0;
    const event = createEvent({ jobIdentifier: startJob({ region }) });
    const input = { event, startedAt: new Date().toISOString(), previous: { attempt: 0 } };
    expect(await handler(input)).toMatchObject({ answer: { status: 'SUCCESS' } });
    expect(bedrock.requests).toMatchObject([
      { operation: 'GetModelImportJob', region },
      { operation: 'GetImportedModel', region },
    ]);
  }
});
