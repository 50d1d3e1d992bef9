import { KEPT_MS } from '../../../../local/bedrock/dialect';
import { MINUTE, useLifecycle, type Given } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

const log = silenceLog();
const lifecycle = useLifecycle();
const { request, settle, pollFor, create, models, modelOf, jobs, tagsOf, speak } = lifecycle;

const QWEN: Given = { definition: { s3Uri: 's3://weights/qwen/' } };
const ABSENT = { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' };
const HOUR = 60 * MINUTE;

async function replaced(): Promise<[string, string]> {
  const first = await create();
  const { physicalResourceId: second } = await settle(request('Update', { id: first, ...QWEN }));
  lifecycle.now += HOUR;
  return [first, second];
}

test('a job that is asked for in vain is the one of its ARN in the list', async () => {
  const [first, second] = await replaced();
  for (const [id, left] of [
    [first, [modelOf(second)]],
    [second, []],
  ] as const) {
    lifecycle.standIn.failNext(ABSENT);
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(models()).toEqual(left);
  }
});

test('a job that nothing shows is waited for, and the log says so', async () => {
  const id = await create();
  lifecycle.standIn.account.forgetJob(id);
  const { lastSeen } = await pollFor(request('Delete', { id }), 0);
  expect(lastSeen).toBe(`model import job ${id}, which Bedrock does not know, or not yet`);
  await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 120 });
});

test('a new model is waited for, and the log says so', async () => {
  const id = await create();
  lifecycle.standIn.account.deleteModel(modelOf(id));
  const { lastSeen } = await pollFor(request('Delete', { id }), 0);
  expect(lastSeen).toBe(`the model of job ${id}, which Bedrock does not show yet`);
});

describe('a job that Bedrock has forgotten', () => {
  beforeEach(() => speak({ endedJob: 'forgotten' }));

  test.each(['generated', 'given'])('is known by its model, whose name is %s', async (kind) => {
    const given = kind === 'given' ? { definition: { importedModelName: 'llama' } } : {};
    const id = await create(given);
    lifecycle.now += KEPT_MS;
    await expect(settle(request('Delete', { id, ...given }))).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
    });
    expect(models()).toEqual([]);
  });

  test('is kept by an Update, whose tags go to the model', async () => {
    const id = await create();
    const modelArn = modelOf(id);
    lifecycle.now += KEPT_MS;
    const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'search' }] }));
    expect(answer).toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: id,
      data: { jobArn: id, jobName: jobs()[0].jobName, importedModelName: jobs()[0].importedModelName },
    });
    expect(tagsOf(modelArn)).toMatchObject({ team: 'search' });
    expect(jobs()).toHaveLength(1);
  });

  test('has the marks of its model, also when those are refused in passing', async () => {
    const [first, second] = await replaced();
    lifecycle.now += KEPT_MS;
    const refused = { operation: 'ListTagsForResource', status: 404, name: 'ResourceNotFoundException' };
    lifecycle.standIn.failNext(...Array.from({ length: 4 }, () => refused));
    const answer = await settle(request('Update', { id: second, old: QWEN }));
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: first });
    expect(jobs()).toHaveLength(2);
  });

  test('is not taken for another one of the resource', async () => {
    const [first, second] = await replaced();
    lifecycle.now += KEPT_MS;
    await settle(request('Delete', { id: first }));
    expect(models()).toEqual([modelOf(second)]);
  });

  test('stays so while its model cannot be described for some minutes', async () => {
    const id = await create();
    lifecycle.now += KEPT_MS;
    const refused = { operation: 'GetImportedModel', status: 404, name: 'ResourceNotFoundException' };
    lifecycle.standIn.failNext(...Array.from({ length: 5 }, () => refused));
    await settle(request('Delete', { id }));
    expect(models()).toEqual([]);
    expect(log.text()).toContain('what imported model');
  });
});

describe('a model whose job does not name it', () => {
  beforeEach(() => speak({ modelArn: 'never' }));

  test('is found among those whose names contain its own', async () => {
    const given = { definition: { importedModelName: 'llama' } };
    const id = await create(given);
    lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'llama-too' });
    lifecycle.now += HOUR;
    const other = models().find((arn) => arn !== modelOf(id))!;
    await settle(request('Delete', { id, ...given }));
    expect(models()).toEqual([other]);
  });
});

describe('a model that Bedrock deletes by its name only', () => {
  beforeEach(() => speak({ deleteByArn: 'ValidationException' }));

  test('is deleted by the name that stands beside its ARN', async () => {
    const given = { definition: { importedModelName: 'llama' } };
    lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'llama-too' });
    const id = await create(given);
    lifecycle.standIn.startJob({ jobName: 'third', importedModelName: 'llama-three' });
    lifecycle.now += HOUR;
    const others = models().filter((arn) => arn !== modelOf(id));
    await settle(request('Delete', { id, ...given }));
    expect(models()).toEqual(others);
  });

  test('and is gone when it is deleted is not deleted again', async () => {
    const id = await create();
    lifecycle.now += HOUR;
    const fault = { operation: 'DeleteImportedModel', status: 404, name: 'ResourceNotFoundException' };
    lifecycle.standIn.failNext(
      { ...fault },
      { operation: 'ListImportedModels', status: 200, rawBody: '{"modelSummaries":[]}' },
    );
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(lifecycle.count('DeleteImportedModel')).toBe(1);
  });
});

test('an owner that only resembles is none', async () => {
  const id = await create();
  const part = /-([0-9a-f]{12})-[0-9a-f]{12}$/.exec(String(jobs()[0].jobName))![1];
  const other = lifecycle.standIn.startJob({ jobName: `${part}-of-others` });
  lifecycle.standIn.account.tag(other, [
    { key: 'cdk-bedrock-model-import:owner', value: tagsOf(id)['cdk-bedrock-model-import:owner'] },
  ]);
  lifecycle.now += HOUR;
  await settle(request('Delete', { id }), { attempt: 0, known: id });
  expect(models()).toEqual([modelOf(other)]);
});
