import { silenceLog } from '../../../support/log';
import { createEvent, updateEvent } from '../../../support/events';
import { Waits } from '../../../support/wait';

const log = silenceLog();
const waits = Waits.setUp();
const { bedrock } = waits;

const HOUR_MS = 3_600_000;
const modelOf = (jobArn: string): string => bedrock.describe(jobArn)!.importedModelArn as string;
const operations = (): string[] => bedrock.requests.map(({ operation }) => operation);

test('a model is asked for once, when its job has completed', async () => {
  const jobIdentifier = bedrock.startJob({
    jobName: 'once',
    durationMs: 20_000,
    modelOverrides: { modelArchitecture: 'qwen3', instructSupported: false, customModelUnits: undefined },
  });
  const { answer } = await waits.wait({ jobIdentifier });
  expect(answer.data).toMatchObject({
    modelArchitecture: 'qwen3',
    instructSupported: 'false',
    'customModelUnits.customModelUnitsPerModelCopy': '',
    'customModelUnits.customModelUnitsVersion': '',
  });
  expect(operations()).toEqual([
    ...['GetModelImportJob', 'GetModelImportJob', 'GetModelImportJob', 'GetImportedModel'],
  ]);
});

test('where describing it is denied, a minute later the wait succeeds without, and the log says why', async () => {
  bedrock.account.denials = [{ operation: 'GetImportedModel' }];
  const jobIdentifier = bedrock.startJob({ jobName: 'denied' });
  const { answer, seconds } = await waits.wait({ jobIdentifier });
  expect(seconds).toBe(60);
  expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobIdentifier });
  expect(answer.data).toMatchObject({
    importedModelArn: modelOf(jobIdentifier),
    modelArchitecture: '',
    instructSupported: '',
    'customModelUnits.customModelUnitsPerModelCopy': '',
    'customModelUnits.customModelUnitsVersion': '',
  });
  expect(log.lines().at(-1)).toMatchObject({
    level: 'WARN',
    warning: expect.stringContaining(`allow bedrock:GetImportedModel on ${modelOf(jobIdentifier)}`) as string,
  });
});

test('a permission that arrives within the minute is in time', async () => {
  bedrock.account.denials = [{ operation: 'GetImportedModel', until: waits.now + 40_000 }];
  const { answer, seconds } = await waits.wait({ jobIdentifier: bedrock.startJob({ jobName: 'granted' }) });
  expect(seconds).toBe(40);
  expect(answer.data).toMatchObject({ modelArchitecture: 'llama' });
});

test('throttles are waited for, and a wait whose time is up succeeds without', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'throttled' });
  const throttle = { operation: 'GetImportedModel', status: 429, name: 'ThrottlingException' };
  bedrock.failNext(throttle, throttle);
  const waited = await waits.wait({ jobIdentifier });
  expect(waited).toMatchObject({ seconds: 10, answer: { data: { modelArchitecture: 'llama' } } });
  bedrock.failNext(throttle, throttle, throttle, throttle);
  const gaveUp = await waits.wait({ jobIdentifier, timeoutSeconds: '10' });
  expect(gaveUp).toMatchObject({
    seconds: 10,
    answer: { status: 'SUCCESS', data: { modelArchitecture: '' } },
  });
});

describe('a model that was deleted', () => {
  function deleted(jobName: string): string {
    const jobIdentifier = bedrock.startJob({ jobName });
    bedrock.account.deleteModel(modelOf(jobIdentifier));
    return jobIdentifier;
  }

  test('fails the wait five minutes after the end of its job', async () => {
    const { answer, seconds } = await waits.wait({ jobIdentifier: deleted('a-moment-ago') });
    expect(answer.reason).toContain('there is no model arn:aws:bedrock:us-east-1:');
    expect(seconds).toBe(300);
  });

  test('fails it after two minutes when that is longer ago', async () => {
    const jobIdentifier = deleted('long-ago');
    waits.now += HOUR_MS;
    expect(await waits.wait({ jobIdentifier })).toMatchObject({ seconds: 120, answer: { status: 'FAILED' } });
  });

  test('does not keep a rollback from the job that the resource still has', async () => {
    const jobIdentifier = deleted('rolled-back-to');
    waits.now += HOUR_MS;
    const event = { ...updateEvent({ jobIdentifier }), PhysicalResourceId: jobIdentifier };
    const { answer } = await waits.link(event);
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobIdentifier });
    expect(log.text()).toContain('The model was deleted.');
  });
});

test('links before the last leave the model to it', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'links', durationMs: 20_000 });
  const first = await waits.link(createEvent({ jobIdentifier, continues: 'true' }));
  expect(first.answer).toMatchObject({
    status: 'SUCCESS',
    physicalResourceId: jobIdentifier,
    data: { status: 'Completed', modelArchitecture: '' },
  });
  expect(first.report).toMatchObject({ outcome: 'handOver', importSeconds: 20 });
  expect(operations()).not.toContain('GetImportedModel');
  const last = await waits.link(createEvent({ jobIdentifier, waitedSeconds: '3300' }));
  expect(last).toMatchObject({ polls: 1, answer: { data: { modelArchitecture: 'llama' } } });
});
