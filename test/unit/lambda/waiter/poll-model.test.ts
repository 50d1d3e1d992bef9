import { DIALECTS } from '../../../../local/bedrock/dialect';
import { silenceLog } from '../../../support/log';
import { createEvent, updateEvent } from '../../../support/events';
import { Waits } from '../../../support/wait';

const log = silenceLog();
const waits = Waits.setUp();
const { bedrock } = waits;

const HOUR_MS = 3_600_000;
const modelOf = (jobArn: string): string => bedrock.describe(jobArn)!.importedModelArn as string;
const operations = (): string[] => bedrock.requests.map(({ operation }) => operation);

test('a model is described once, when its job has completed', async () => {
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

test('where describing it is denied, three minutes later the wait succeeds without, and the log says why', async () => {
  bedrock.account.denials = [{ operation: 'GetImportedModel' }];
  const jobIdentifier = bedrock.startJob({ jobName: 'denied' });
  const { answer, seconds } = await waits.wait({ jobIdentifier });
  expect(seconds).toBe(180);
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

test('a permission that arrives within three minutes is in time', async () => {
  bedrock.account.denials = [{ operation: 'GetImportedModel', until: waits.now + 170_000 }];
  const { answer, seconds } = await waits.wait({ jobIdentifier: bedrock.startJob({ jobName: 'granted' }) });
  expect(seconds).toBe(170);
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

  test('fails the wait after two minutes', async () => {
    const { answer, seconds } = await waits.wait({ jobIdentifier: deleted('a-moment-ago') });
    expect(answer.reason).toContain('there is no model arn:aws:bedrock:us-east-1:');
    expect(seconds).toBe(120);
  });

  test('fails it after two minutes when that is longer ago', async () => {
    const jobIdentifier = deleted('long-ago');
    waits.now += HOUR_MS;
    expect(await waits.wait({ jobIdentifier })).toMatchObject({ seconds: 120, answer: { status: 'FAILED' } });
  });

  test.each([
    ['properties of the same job', true],
    ['other properties, but the ARN of the job', false],
  ])('does not keep a rollback from the job that the resource still has: %s', async (_, keepsJob) => {
    const jobIdentifier = deleted(`rolled-back-to-${keepsJob}`);
    waits.now += HOUR_MS;
    const { answer } = await waits.link(
      { ...updateEvent({ jobIdentifier }), PhysicalResourceId: jobIdentifier },
      keepsJob,
    );
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobIdentifier });
    expect(log.text()).toContain('was deleted. Import it again and redeploy with the ARN of the new job');
  });

  test.each([
    ['the same name, which another job has now', true],
    ['another name', false],
  ])('fails an Update for a job that the resource does not have: %s', async (_, keepsJob) => {
    const jobName = `not-kept-${keepsJob}`;
    deleted(jobName);
    const { answer } = await waits.link(updateEvent({ jobIdentifier: jobName }), keepsJob);
    expect(answer).toMatchObject({ status: 'FAILED' });
  });
});

test('links before the last leave the model to it', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'links', durationMs: 20_000 });
  const first = await waits.link(createEvent({ jobIdentifier, continues: 'true' }));
  expect(first.answer).toMatchObject({
    status: 'SUCCESS',
    physicalResourceId: jobIdentifier,
    data: { waitingSince: expect.any(String) as string },
  });
  expect(first.report).toMatchObject({ outcome: 'continue', importSeconds: 20 });
  expect(operations()).not.toContain('GetImportedModel');
  const last = await waits.link(createEvent({ jobIdentifier, earlierSeconds: '3300' }));
  expect(last).toMatchObject({ polls: 1, answer: { data: { modelArchitecture: 'llama' } } });
});

describe('an Update for the job that the resource has', () => {
  /** Updates a resource for the job that it has, an hour after its end. */
  function update(jobIdentifier: string): ReturnType<typeof waits.link> {
    waits.now += HOUR_MS;
    const event = {
      ...updateEvent({ jobIdentifier, timeoutSeconds: '600' }),
      PhysicalResourceId: jobIdentifier,
    };
    return waits.link(event, true);
  }

  test('whose description is refused for a minute has its attributes', async () => {
    const jobIdentifier = bedrock.startJob({ jobName: 'refused-for-a-minute' });
    bedrock.account.denials = [{ operation: 'GetImportedModel', until: waits.now + HOUR_MS + 60_000 }];
    const { answer, seconds } = await update(jobIdentifier);
    expect(answer).toMatchObject({ status: 'SUCCESS', data: { modelArchitecture: 'llama' } });
    expect(seconds).toBe(60);
  });

  test('whose description is refused for good succeeds after three minutes, without its attributes', async () => {
    bedrock.account.denials = [{ operation: 'GetImportedModel' }];
    const { answer, seconds } = await update(bedrock.startJob({ jobName: 'refused-for-good' }));
    expect(answer).toMatchObject({ status: 'SUCCESS', data: { modelArchitecture: '' } });
    expect(seconds).toBe(180);
  });

  describe('whose job names no model', () => {
    beforeEach(() => (bedrock.account.dialect = { ...DIALECTS.today, modelArn: 'never' }));
    afterEach(() => (bedrock.account.dialect = DIALECTS.today));
    const listedModelOf = (job: string): string =>
      bedrock.account.models().find(({ jobArn }) => jobArn === job)!.modelArn as string;

    test('has the model that lists the job, also when models cannot be listed for a minute', async () => {
      const jobIdentifier = bedrock.startJob({ jobName: 'names-none' });
      bedrock.account.denials = [{ operation: 'ListImportedModels', until: waits.now + HOUR_MS + 60_000 }];
      const { answer, seconds } = await update(jobIdentifier);
      const modelArn = listedModelOf(jobIdentifier);
      expect(answer).toMatchObject({
        status: 'SUCCESS',
        data: { jobArn: jobIdentifier, importedModelArn: modelArn, modelArchitecture: 'llama' },
      });
      expect(seconds).toBe(60);
    });

    test('has the ARN of its job in place of a model that was deleted, and the log says it', async () => {
      const jobIdentifier = bedrock.startJob({ jobName: 'names-none-deleted' });
      bedrock.account.deleteModel(listedModelOf(jobIdentifier));
      const { answer } = await update(jobIdentifier);
      expect(answer).toMatchObject({
        status: 'SUCCESS',
        data: { importedModelArn: jobIdentifier },
      });
      expect(log.text()).toContain('was deleted. Import it again');
    });

    test('has the model that lists the job, also when it cannot be described for a moment', async () => {
      const jobIdentifier = bedrock.startJob({ jobName: 'not-described' });
      const absent = { status: 404, name: 'ResourceNotFoundException' };
      bedrock.failNext({ operation: 'GetImportedModel', ...absent });
      const { answer, seconds } = await update(jobIdentifier);
      expect(answer).toMatchObject({ status: 'SUCCESS', data: { modelArchitecture: 'llama' } });
      expect(seconds).toBe(10);
    });

    test('succeeds after three minutes where models may not be listed', async () => {
      const jobIdentifier = bedrock.startJob({ jobName: 'names-none-denied' });
      bedrock.account.denials = [{ operation: 'ListImportedModels' }];
      const { answer, seconds } = await update(jobIdentifier);
      expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobIdentifier });
      expect(seconds).toBe(180);
      expect(log.text()).toContain('Bedrock does not list models, AccessDeniedException');
    });
  });

  test('whose record Bedrock does not keep any more has what its model tells', async () => {
    const jobIdentifier = bedrock.startJob({ jobName: 'expired' });
    const importedModelArn = modelOf(jobIdentifier);
    bedrock.account.denials = [];
    const gone = { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' };
    bedrock.failNext(...Array.from({ length: 43 }, () => gone));
    const { answer, seconds } = await update(jobIdentifier);
    expect(seconds).toBe(0);
    expect(answer).toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: jobIdentifier,
      data: { jobArn: jobIdentifier, importedModelArn, modelArchitecture: 'llama', status: 'Completed' },
    });
    expect(log.text()).toContain(`Bedrock does not keep the record of ${jobIdentifier} any more`);
  });

  test('whose record, by its name, Bedrock does not keep any more has what its model tells', async () => {
    const jobArn = bedrock.startJob({ jobName: 'expired-by-name' });
    const gone = { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' };
    bedrock.failNext(...Array.from({ length: 43 }, () => gone));
    const event = { ...updateEvent({ jobIdentifier: 'expired-by-name' }), PhysicalResourceId: jobArn };
    const { answer } = await waits.link(event, true);
    expect(answer).toMatchObject({ status: 'SUCCESS', data: { importedModelArn: modelOf(jobArn) } });
  });

  test('whose record and model are gone succeeds, and the log says how to get another', async () => {
    const jobIdentifier = bedrock.startJob({ jobName: 'expired-and-deleted' });
    bedrock.account.deleteModel(modelOf(jobIdentifier));
    const gone = { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' };
    bedrock.failNext(...Array.from({ length: 43 }, () => gone));
    const { answer } = await update(jobIdentifier);
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobIdentifier });
    expect(log.text()).toContain('was deleted. Import it again and redeploy with the ARN of the new job');
  });

  test('whose record is gone succeeds also where models may not be listed', async () => {
    const jobIdentifier = bedrock.startJob({ jobName: 'expired-and-denied' });
    bedrock.account.denials = [{ operation: 'ListImportedModels' }];
    const gone = { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' };
    bedrock.failNext(...Array.from({ length: 43 }, () => gone));
    expect((await update(jobIdentifier)).answer).toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: jobIdentifier,
    });
    expect(log.text()).toContain('Bedrock does not list models, AccessDeniedException');
  });
});
