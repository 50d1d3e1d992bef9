import { MINUTE, NAMED_DIALECTS, times, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('delete, in the dialect %s', (_, dialect) => {
  const lifecycle = useLifecycle(dialect);
  const { speak, request, poll, pollFor, settle, create, count, models, modelOf } = lifecycle;

  test('deletes the model', async () => {
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: id,
    });
    expect(models()).toEqual([]);
  });

  test('deletes nothing but the model of its job', async () => {
    const id = await create();
    const { physicalResourceId: newId } = await settle(
      request('Update', { id, definition: { triggers: { v: '2' } } }),
    );
    await settle(request('Delete', { id }));
    expect(models()).toEqual([modelOf(newId)]);
  });

  test('waits for a running job first', async () => {
    lifecycle.standIn.account.scripts = [{ durationMs: 20 * MINUTE }];
    const id = await create();
    lifecycle.now += 2 * MINUTE;
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, lifecycle.now);
    expect(lastSeen).toBe(`model import job ${id} is in progress, and an import job cannot be stopped`);
    const { status, seconds } = await settle(request('Delete', { id }));
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(17 * 60);
    expect(models()).toEqual([]);
  });

  test('waits for a running job that names its model already', async () => {
    const importedModelArn = 'arn:aws:bedrock:us-east-1:000000000000:imported-model/mdl000000001';
    lifecycle.standIn.account.scripts = [{ durationMs: 20 * MINUTE, overrides: { importedModelArn } }];
    const id = await create();
    const { status, seconds } = await settle(request('Delete', { id }));
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(19 * 60);
    lifecycle.now += 30 * MINUTE;
    expect(models()).toEqual([]);
  });

  test('gives up after 55 minutes, and says what to do', async () => {
    lifecycle.standIn.account.scripts = [{ durationMs: 100 * MINUTE }];
    const id = await create();
    const answer = await settle(request('Delete', { id }));
    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id, seconds: 3300 });
    expect(answer.reason).toContain('Delete the stack again when that is over');
  });

  test('a failed job has left nothing', async () => {
    lifecycle.standIn.account.scripts = [{ outcome: 'Failed' }];
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(count('DeleteImportedModel') + count('GetImportedModel')).toBe(0);
  });

  test('a model that was deleted by hand is deleted', async () => {
    const id = await create();
    lifecycle.now += 10 * MINUTE;
    lifecycle.standIn.account.deleteModel(modelOf(id));
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
  });

  test.each([['ResourceNotFoundException'], ['ValidationException']] as const)(
    'a model that was deleted by hand is deleted where absence is a %s and an ARN is refused',
    async (absence) => {
      speak({ absence, deleteByArn: 'ValidationException' });
      const id = await create();
      lifecycle.now += 10 * MINUTE;
      lifecycle.standIn.account.deleteModel(modelOf(id));
      const answer = await settle(request('Delete', { id }));
      expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0 });
    },
  );

  test('a job that is gone for two minutes leaves nothing to delete', async () => {
    const id = await create();
    lifecycle.now += 2 * MINUTE;
    lifecycle.standIn.forgetJob(id);
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, lifecycle.now);
    expect(lastSeen).toBe(`model import job ${id}, which Bedrock does not know, or not yet`);
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 120,
    });
  });

  test('a completed job that names no model, and has none, gets five minutes from its end', async () => {
    speak({ modelArn: 'never' });
    const id = await create();
    lifecycle.standIn.account.deleteModel(modelOf(id));
    const answer = await settle(request('Delete', { id }));
    expect(answer.status).toBe('SUCCESS');
    expect(answer.seconds).toBeGreaterThan(290);
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
  });

  test.each(['Completed', 'Complete'] as const)('a job that has ended as %s has a model', async (success) => {
    speak({ success });
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('a completed job that goes on naming a deleted model is no model', async () => {
    speak({ deletedModelArn: 'named' });
    const id = await create();
    lifecycle.now += 10 * MINUTE;
    await settle(request('Delete', { id }));
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
  });

  test('a model that does not show yet is not gone', async () => {
    speak({ newModel: 'late', newJob: 'late', newJobInLists: 'late', modelArn: 'late' });
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('a job that is called absent in passing while it runs is not gone', async () => {
    lifecycle.standIn.account.scripts = [{ durationMs: 20 * MINUTE }];
    const id = await create();
    lifecycle.now += 2 * MINUTE;
    const absent = { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' };
    lifecycle.standIn.failNext(...times(30, absent));
    const { status, seconds } = await settle(request('Delete', { id }));
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(17 * 60);
    lifecycle.now += 30 * MINUTE;
    expect(models()).toEqual([]);
  });

  test.each([
    { status: 403, name: 'AccessDeniedException' },
    { status: 404, name: 'ResourceNotFoundException' },
    { status: 400, name: 'ValidationException' },
  ])('a stray $status at minute 3 is one more poll', async (fault) => {
    lifecycle.standIn.account.scripts = [{ durationMs: 6 * MINUTE }];
    const id = await create();
    const event = request('Delete', { id });
    const startedAt = lifecycle.now;
    const result = await pollFor(event, 180);
    lifecycle.standIn.failNext(fault);
    const { status, seconds } = await settle(event, result, startedAt);
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(5 * 60);
    lifecycle.now += 30 * MINUTE;
    expect(models()).toEqual([]);
  });

  test('the model of another job that took the name over stays', async () => {
    speak({ modelArn: 'never' });
    const definition = { importedModelName: 'llama' };
    const id = await create({ definition });
    lifecycle.standIn.account.deleteModel('llama');
    lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'llama' });
    await settle(request('Delete', { id, definition }));
    expect(models()).toHaveLength(1);
  });

  test('a job that Bedrock does not know yet is given a minute to appear', async () => {
    const id = await create();
    lifecycle.standIn.failNext({
      operation: 'GetModelImportJob',
      status: 404,
      name: 'ResourceNotFoundException',
    });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('a job of a status that this version does not know is waited for', async () => {
    const id = await create();
    lifecycle.standIn.failNext({
      operation: 'GetModelImportJob',
      status: 200,
      rawBody: '{"status":"Paused"}',
    });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test.each([
    { status: 400, name: 'ConflictException', message: 'in use' },
    { status: 429, name: 'ThrottlingException' },
    { status: 403, name: 'AccessDeniedException' },
  ])('tries again after $name', async (fault) => {
    const id = await create();
    lifecycle.standIn.failNext({ ...fault, operation: 'DeleteImportedModel' });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('says why a model cannot be deleted yet', async () => {
    const id = await create();
    lifecycle.now += 3 * MINUTE;
    const fault = { operation: 'DeleteImportedModel', status: 400, name: 'ConflictException' };
    lifecycle.standIn.failNext({ ...fault, message: 'in use' });
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, lifecycle.now);
    expect(lastSeen).toBe(`imported model ${modelOf(id)} cannot be deleted yet: in use`);
  });

  test('a permission that never comes is no reason to wait for ever', async () => {
    speak({ strayRefusals: 'never' });
    const id = await create();
    lifecycle.now += 3 * MINUTE;
    const fault = { operation: 'DeleteImportedModel', status: 403, name: 'AccessDeniedException' };
    lifecycle.standIn.failNext(...times(60, fault));
    const answer = await settle(request('Delete', { id }));
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 420, physicalResourceId: id });
    expect(answer.reason).toContain('Bedrock refused bedrock:DeleteImportedModel: AccessDeniedException');
  });

  test('a name that was taken over is not deleted where Bedrock does not take the ARN', async () => {
    speak({ deleteByArn: 'ValidationException' });
    const id = await create({ definition: { importedModelName: 'llama' } });
    lifecycle.standIn.account.deleteModel('llama');
    lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'llama' });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toHaveLength(1);
  });

  test('names the model where Bedrock does not take its ARN', async () => {
    speak({ deleteByArn: 'ValidationException' });
    const id = await create();
    const name = lifecycle.standIn.describe(id)!.importedModelName;
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(lifecycle.standIn.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      path: `/imported-models/${String(name)}`,
    });
    expect(models()).toEqual([]);
  });

  test('a model that is listed but called absent is not taken for deleted', async () => {
    const id = await create();
    lifecycle.now += 10 * MINUTE;
    const absent = { operation: 'DeleteImportedModel', status: 404, name: 'ResourceNotFoundException' };
    lifecycle.standIn.failNext(absent, absent, absent, absent);
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('a model that lists do not show yet is not gone where Bedrock does not take its ARN', async () => {
    speak({ deleteByArn: 'ValidationException' });
    const id = await create();
    const empty = { operation: 'ListImportedModels', status: 200, rawBody: '{"modelSummaries":[]}' };
    lifecycle.standIn.failNext(...times(3, empty));
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('a model that the job never names is found by its job', async () => {
    speak({ modelArn: 'never', newModel: 'late' });
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('a job whose ID has another shape is asked for as it is', async () => {
    const id = 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/Import-1_of.a/new+Kind';
    const job = JSON.stringify({ jobArn: id, jobName: 'x', status: 'Failed' });
    lifecycle.standIn.failNext({ operation: 'GetModelImportJob', status: 200, rawBody: job });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(lifecycle.standIn.requests[0].path).toBe(`/model-import-jobs/${id}`);
  });
});
