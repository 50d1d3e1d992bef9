import { createClient } from '../../../../lambda/shared/bedrock';
import type { PollResult, ResourceEvent } from '../../../../lambda/shared/engine';
import type { Tolerance } from '../../../../lambda/shared/tolerance';
import { forOnePoll, type Bedrock } from '../../../../lambda/waiter/bedrock';
import { handler, poll } from '../../../../lambda/waiter/poll';
import type { OnTheWire, WaiterProperties } from '../../../../lib/private/contract/protocol';
import { BedrockStandIn, type JobScript, type ScriptedFault } from '../../../../local/bedrock/stand-in';
import { createEvent, updateEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { requestOf } from '../../../support/wait';

const HOUR_MS = 3_600_000;
const NOW = Date.now();

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
  /** Seconds since CloudFormation made the request, and since the first answer. */
  readonly elapsedSeconds?: number;
  readonly event?: ResourceEvent;
  readonly previous?: PollResult;
}

/** Polls once, with the real client over HTTP, some time after the request. */
async function pollOnce(jobIdentifier: string, setting: Setting = {}): Promise<PollResult> {
  const { properties, elapsedSeconds = 0 } = setting;
  const event = setting.event ?? createEvent({ jobIdentifier, ...properties });
  const request = requestOf(event, NOW - elapsedSeconds * 1000);
  const previous = setting.previous ?? {
    attempt: 0,
    memory: elapsedSeconds > 0 ? { memory: { startedAt: request.requestedAt } } : undefined,
  };
  const result = await poll({ request, previous }, { connect, now: () => NOW });
  return JSON.parse(JSON.stringify(result)) as PollResult;
}

function connect(region: string): Bedrock {
  return forOnePoll({ client: createClient(region), region });
}

function startJob(script: Partial<JobScript> = {}): string {
  return bedrock.startJob({ jobName: 'llama', ...script });
}

describe('a job', () => {
  test('in progress is waited for with the poll interval', async () => {
    expect(await pollOnce(startJob({ durationMs: HOUR_MS }))).toEqual({
      attempt: 1,
      lastSeen: 'status InProgress',
      waitSeconds: 10,
      memory: { memory: { startedAt: NOW, wasReached: true, wasSeen: true } },
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
    'cannot be %p, which only the deployment knows: the first poll fails, with prop and rule',
    async (jobIdentifier) => {
      const { answer } = await pollOnce(jobIdentifier);
      expect(answer).toMatchObject({ status: 'FAILED' });
      expect(answer!.reason).toContain("InvalidJobIdentifier: 'jobIdentifier' must be ");
      expect(answer!.reason).toContain(`got: "${jobIdentifier}".`);
      expect(bedrock.requests).toEqual([]);
    },
  );

  test('is found by its name', async () => {
    const arn = startJob({ jobName: 'by-name' });
    expect((await pollOnce('by-name')).answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: arn });
  });

  test('that has completed without its model is looked up again after 2 s', async () => {
    const arn = startJob({ overrides: { importedModelArn: undefined } });
    expect(await pollOnce(arn)).toMatchObject({ waitSeconds: 2 });
  });

  test('of an unknown status is waited for, and the status is logged', async () => {
    expect(await pollOnce(startJob({ durationMs: HOUR_MS, overrides: { status: 'Paused' } }))).toMatchObject({
      waitSeconds: 10,
    });
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

describe('a Region that only the deployment knows', () => {
  test.each([' us-east-1', 'us-east-1\n', 'US East (N. Virginia)'])(
    'and that is %j fails the first poll, with prop and rule',
    async (region) => {
      const { answer } = await pollOnce('llama', { properties: { region } });
      expect(answer!.reason).toContain(
        "InvalidRegion: 'region' must be the name of a Region like us-east-1, got: ",
      );
      expect(answer!.reason).not.toContain('https://');
      expect(bedrock.requests).toEqual([]);
    },
  );

  test('and that is empty is absent', async () => {
    startJob({ jobName: 'in-the-region-of-the-stack' });
    const { answer } = await pollOnce('in-the-region-of-the-stack', { properties: { region: '' } });
    expect(answer).toMatchObject({ status: 'SUCCESS' });
  });
});

describe('an error', () => {
  /** What one poll comes to whose tries all end alike: the SDK tries twice what may pass. */
  async function pollWith(scripted: ScriptedFault, setting: Setting, tries = 2): Promise<PollResult> {
    const arn = startJob({ durationMs: HOUR_MS });
    bedrock.failNext(...Array<ScriptedFault>(tries).fill(scripted));
    const result = await pollOnce(arn, setting);
    expect(bedrock.requests).toHaveLength(tries);
    return result;
  }

  test.each([
    ['ResourceNotFoundException', 404, 'absent', 120, 'JobNotFound: '],
    ['ValidationException', 400, 'absent', 120, 'JobNotFound: '],
    ['AccessDeniedException', 403, 'refused', 420, 'AccessDenied: '],
    ['ExpiredTokenException', 403, 'refused', 420, 'Refused: '],
  ])('%s is tolerated at first and fails later', async (name, status, kind, limit, code) => {
    const scripted = { name, status, message: 'no' };
    const first = await pollWith(scripted, {}, 1);
    expect(first).toMatchObject({ waitSeconds: 10, memory: { tolerance: { kind, seconds: 0 } } });
    bedrock.requests.length = 0;
    const tolerance: Tolerance = { kind, seconds: limit, error: { name, message: 'no' } };
    const previous = { attempt: 9, memory: { memory: { wasReached: true }, tolerance } };
    const { answer } = await pollWith(scripted, { elapsedSeconds: limit, previous }, 1);
    expect(answer!.reason!.startsWith(code)).toBe(true);
  });

  test('of an identifier that breaks a constraint fails at once', async () => {
    const message = "Value at 'jobIdentifier' failed to satisfy constraint: Member must …";
    const { answer } = await pollWith({ name: 'ValidationException', status: 400, message }, {}, 1);
    expect(answer!.reason).toContain(`InvalidJobIdentifier: 'jobIdentifier' ${message}`);
  });

  const REACHED = { attempt: 9, memory: { memory: { startedAt: NOW - 3000_000, wasReached: true } } };

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
  ])('that may pass (%s) is tried twice and then waited for, however late', async (_, scripted, name) => {
    const result = await pollWith(scripted, { elapsedSeconds: 3000, previous: REACHED });
    expect(result.waitSeconds).toBe(10);
    expect(result.lastSeen).toBe(`no answer from Bedrock, then ${name}`);
  });

  test.each([
    ['cut off', '{"jobArn": "arn:aw'],
    ['HTML', '<html>Bad gateway</html>'],
  ])('of an answer that is not JSON (%s) is waited for, however late', async (_, rawBody) => {
    const result = await pollWith({ status: 200, rawBody }, { elapsedSeconds: 3000 }, 1);
    expect(result.waitSeconds).toBe(10);
    expect(log.lines()).toMatchObject([{ level: 'WARN', outcome: 'wait' }]);
  });

  test('of our own, a TypeError, fails at once as Bug', async () => {
    const request = requestOf(createEvent(), NOW);
    const client = { send: () => Promise.reject(new TypeError('x is not a function')) };
    const broken = forOnePoll({ client, region: 'us-east-1' } as unknown as Parameters<typeof forOnePoll>[0]);
    const dependencies = { connect: () => broken, now: () => NOW };
    const { answer } = await poll({ request, previous: { attempt: 0 } }, dependencies);
    expect(answer!.reason).toMatch(/^Bug: .*TypeError, "x is not a function"/);
  });

  test('of a host that does not resolve fails as never reached after 15 minutes', async () => {
    // A label of more than 63 characters fails before any name server is asked.
    process.env.AWS_ENDPOINT_URL_BEDROCK = `http://${'x'.repeat(64)}.test`;
    try {
      const first = await pollOnce('llama');
      expect(first).toMatchObject({ waitSeconds: 10, memory: { tolerance: { kind: 'unreached' } } });
      const tolerance = { kind: 'unreached', seconds: 945 };
      const previous = { attempt: 90, memory: { memory: {}, tolerance } };
      const { answer } = await pollOnce('llama', { elapsedSeconds: 945, previous });
      expect(answer!.reason).toMatch(/^NeverReached: .*ENOTFOUND/);
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

  test('of a short timeout begins with the first call that is not refused', async () => {
    const arn = startJob({ durationMs: HOUR_MS });
    const properties = { timeoutSeconds: '60' };
    const denied = { name: 'AccessDeniedException', status: 403, message: 'no' };
    bedrock.failNext(denied);
    const refused = await pollOnce(arn, { properties, elapsedSeconds: 300, previous: { attempt: 0 } });
    expect(refused).toMatchObject({ waitSeconds: 10 });
    const answered = await pollOnce(arn, { properties, elapsedSeconds: 310, previous: refused });
    expect(answered).toMatchObject({ waitSeconds: 10, memory: { memory: { startedAt: NOW } } });
  });

  test('of a short timeout that is refused to the end of the seven minutes fails with the permission', async () => {
    const denied = { name: 'AccessDeniedException', status: 403, message: 'no' };
    bedrock.failNext(denied);
    const tolerance = { kind: 'refused', seconds: 415, at: NOW - 10_000, error: { ...denied } };
    const previous = { attempt: 42, memory: { memory: { wasReached: true }, tolerance } };
    const properties = { timeoutSeconds: '60' };
    const { answer } = await pollOnce('llama', { properties, elapsedSeconds: 425, previous });
    expect(answer!.reason).toMatch(/^AccessDenied: /);
  });

  test('that has run out in a throttled poll does not hide that the job has completed', async () => {
    const arn = startJob();
    bedrock.failNext(...Array<ScriptedFault>(2).fill({ name: 'ThrottlingException', status: 429 }));
    const throttled = await pollOnce(arn, { elapsedSeconds: 3301 });
    expect(throttled).toMatchObject({ waitSeconds: 5 });
    const { answer } = await pollOnce(arn, { elapsedSeconds: 3306, previous: throttled });
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: arn });
  });
});

describe('a later link', () => {
  const since = (secondsAgo: number): string => new Date(NOW - secondsAgo * 1000).toISOString();

  test.each([
    ['fails', 'Failed', 'JobFailed'],
    ['does not end', 'InProgress', 'TimedOut'],
  ])('whose job %s tells real times: its own and that of the whole wait', async (_, status, code) => {
    const arn = startJob({ durationMs: status === 'Failed' ? 0 : HOUR_MS, outcome: 'Failed' });
    const properties = { earlierSeconds: '3300', timeoutSeconds: '3300', waitingSince: since(3420) };
    const elapsedSeconds = status === 'Failed' ? 120 : 3300;
    const waitingSince = since(elapsedSeconds + 3300);
    const { answer } = await pollOnce(arn, { elapsedSeconds, properties: { ...properties, waitingSince } });
    expect(answer!.reason!.startsWith(`${code}: `)).toBe(true);
    expect(answer!.reason).toContain(
      status === 'Failed'
        ? 'Waited 2 min in this link of the wait, 57 min in all'
        : 'Waited 55 min in this link of the wait, 1 h 50 min in all',
    );
  });

  test('of a chain whose job had long completed counts what really passed', async () => {
    bedrock.failNext({ name: 'AccessDeniedException', status: 403, message: 'no' });
    const tolerance = { kind: 'refused', seconds: 415, at: NOW - 10_000 };
    const previous = { attempt: 12, memory: { memory: { wasReached: true }, tolerance } };
    const properties = { earlierSeconds: String(23 * 3600), waitingSince: since(430 + 60) };
    const { answer } = await pollOnce('llama', { elapsedSeconds: 430, properties, previous });
    expect(answer!.reason).toContain('Waited 7 min 10 s in this link of the wait, 8 min 10 s in all');
  });

  test.each([
    ['is of an older deployment', since(10 * 24 * 3600)],
    ['is yet to come', since(-60)],
    ['is none', 'soon'],
  ])('whose beginning %s counts from itself', async (_, waitingSince) => {
    const arn = startJob({ outcome: 'Failed' });
    const properties = { earlierSeconds: '3300', waitingSince };
    const { answer } = await pollOnce(arn, { elapsedSeconds: 120, properties });
    expect(answer!.reason).toContain('Waited 2 min in Region');
  });

  test('has the whole of its time, whatever was refused in it', async () => {
    bedrock.failNext({ name: 'AccessDeniedException', status: 403, message: 'no' });
    const properties = { earlierSeconds: '3300', continues: 'true' };
    const previous = { attempt: 9, memory: { memory: { wasReached: true } } };
    const { answer } = await pollOnce('llama', { elapsedSeconds: 3300, properties, previous });
    expect(answer!.status).toBe('SUCCESS');
  });
});

describe('a link that another one follows', () => {
  const properties = { continues: 'true' };

  test('continues when its time is up, and tells since when the wait goes', async () => {
    const arn = startJob({ durationMs: HOUR_MS });
    const { answer, report } = await pollOnce(arn, { elapsedSeconds: 3300, properties });
    expect(answer).toEqual({
      status: 'SUCCESS',
      physicalResourceId: arn,
      data: { waitingSince: new Date(NOW - 3300_000).toISOString() },
    });
    expect(report).toEqual({ outcome: 'continue' });
  });

  test('hands on the beginning that it was told', async () => {
    const arn = startJob({ durationMs: HOUR_MS });
    const waitingSince = new Date(NOW - 6600_000).toISOString();
    const later = { ...properties, earlierSeconds: '3300', waitingSince };
    const { answer } = await pollOnce(arn, { elapsedSeconds: 3300, properties: later });
    expect(answer!.data).toEqual({ waitingSince });
  });

  test('fails when Bedrock was never reached: later links would reach as little', async () => {
    process.env.AWS_ENDPOINT_URL_BEDROCK = 'http://127.0.0.1:1';
    try {
      const previous = {
        attempt: 90,
        memory: { memory: {}, tolerance: { kind: 'unreached', seconds: 945 } },
      };
      const { answer } = await pollOnce('llama', { elapsedSeconds: 945, properties, previous });
      expect(answer).toMatchObject({
        status: 'FAILED',
        reason: expect.stringMatching(/^NeverReached: .*ECONNREFUSED/) as string,
      });
    } finally {
      process.env.AWS_ENDPOINT_URL_BEDROCK = url;
    }
  });
});

describe('what is remembered', () => {
  test('is the last status, through errors', async () => {
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

test('what Bedrock itself returned as the ARN of a job is looked up as it is', async () => {
  const arn = 'arn:aws:bedrock:eu-central-1:123456789012:model-import-job/Not-Twelve_Characters.1';
  bedrock.failNext({ status: 200, rawBody: JSON.stringify({ jobArn: arn, status: 'InProgress' }) });
  expect(await pollOnce(arn)).toMatchObject({ waitSeconds: 10, lastSeen: 'status InProgress' });
  expect(bedrock.requests).toMatchObject([{ region: 'eu-central-1', path: `/model-import-jobs/${arn}` }]);
});

test('each poll writes one line, with a sentence: job, status, time waited, and when the next one comes', async () => {
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
      outcome: 'wait',
      nextPollSeconds: 10,
    },
  ]);
});

test('the handler polls with clients of its own, one for each Region', async () => {
  for (const region of ['us-east-1', 'eu-central-1', 'us-east-1']) {
    bedrock.requests.length = 0;
    const event = createEvent({ jobIdentifier: startJob({ region }) });
    const input = { request: requestOf(event, Date.now()), previous: { attempt: 0 } };
    expect(await handler(input)).toMatchObject({ answer: { status: 'SUCCESS' } });
    expect(bedrock.requests).toMatchObject([
      { operation: 'GetModelImportJob', region },
      { operation: 'GetImportedModel', region },
    ]);
  }
});
