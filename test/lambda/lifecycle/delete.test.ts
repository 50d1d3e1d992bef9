import { NOT_STARTED } from '../../../lambda/lifecycle/delete';
import { MINUTE, useLifecycle } from '../../support/lifecycle';
import { silenceLog } from '../../support/log';

silenceLog();
const lifecycle = useLifecycle();
const { request, poll, settle, create, count, jobs, models, modelOf } = lifecycle;

describe('delete', () => {
  test('deletes the model', async () => {
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: id,
      seconds: 0,
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
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, lifecycle.now);
    expect(lastSeen).toBe(`model import job ${id} is in progress, and an import job cannot be stopped`);
    const { status, seconds } = await settle(request('Delete', { id }));
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(19 * 60);
    expect(models()).toEqual([]);
  });

  test('waits for a running job that names its model already', async () => {
    const importedModelArn = 'arn:aws:bedrock:us-east-1:000000000000:imported-model/mdl000000001';
    lifecycle.standIn.account.scripts = [{ durationMs: 20 * MINUTE, overrides: { importedModelArn } }];
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
    expect(count('DeleteImportedModel')).toBe(1);
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
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(count('DeleteImportedModel') + count('GetImportedModel')).toBe(0);
  });

  test('a model and a job that are gone are deleted', async () => {
    const id = await create();
    lifecycle.standIn.account.deleteModel(modelOf(id));
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    lifecycle.standIn.forgetJob(id);
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, lifecycle.now);
    expect(lastSeen).toBe(`model import job ${id}, which Bedrock does not know, or not yet`);
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 60,
    });
  });

  test.each([
    ['whose model is gone', {}, 60],
    ['whose model has no name', { importedModelName: undefined }, 60],
    ['with the other word for its end', { importedModelName: undefined, status: 'Complete' }, 60],
    ['that ended long ago', { importedModelName: undefined, endTime: undefined }, 0],
  ])('a completed job %s gets a minute to name its model', async (_, overrides, seconds) => {
    lifecycle.standIn.account.scripts = [{ overrides: { importedModelArn: undefined, ...overrides } }];
    const { physicalResourceId: id } = await settle(request('Create'));
    lifecycle.standIn.account.deleteModel(models()[0]);
    const answer = await settle(request('Delete', { id }));
    expect(answer).toMatchObject({ status: 'SUCCESS', seconds });
  });

  test('the model of another job that took the name over stays', async () => {
    const definition = { importedModelName: 'llama' };
    lifecycle.standIn.account.scripts = [{ overrides: { importedModelArn: undefined } }];
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
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 10,
    });
    expect(models()).toEqual([]);
  });

  test('says why a model cannot be deleted yet', async () => {
    const id = await create();
    const fault = { operation: 'DeleteImportedModel', status: 400, name: 'ConflictException' };
    lifecycle.standIn.failNext({ ...fault, message: 'in use' });
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, lifecycle.now);
    expect(lastSeen).toBe(`imported model ${modelOf(id)} cannot be deleted yet: in use`);
  });

  test('a permission that never comes is no reason to wait for ever', async () => {
    const id = await create();
    const fault = { operation: 'DeleteImportedModel', status: 403, name: 'AccessDeniedException' };
    lifecycle.standIn.failNext(...Array.from({ length: 20 }, () => fault));
    const answer = await settle(request('Delete', { id }));
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 120, physicalResourceId: id });
  });

  test.each([
    ['is gone', 0],
    ['was taken over', 1],
  ])('a name that %s is not deleted when Bedrock does not take the ARN', async (_, others) => {
    const id = await create({ definition: { importedModelName: 'llama' } });
    lifecycle.standIn.account.deleteModel('llama');
    for (let index = 0; index < others; index++) {
      lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'llama' });
    }
    lifecycle.standIn.failNext({
      operation: 'DeleteImportedModel',
      status: 400,
      name: 'ValidationException',
    });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(models()).toHaveLength(others);
  });

  test('names the model when Bedrock does not take its ARN', async () => {
    const id = await create();
    const name = lifecycle.standIn.describe(id)!.importedModelName;
    lifecycle.standIn.failNext({
      operation: 'DeleteImportedModel',
      status: 400,
      name: 'ValidationException',
    });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(lifecycle.standIn.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      path: `/imported-models/${String(name)}`,
    });
  });

  test('a model that the job does not name is found by its own name', async () => {
    lifecycle.standIn.account.scripts = [{ overrides: { importedModelArn: undefined } }];
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(models()).toEqual([]);
  });

  describe('of a resource that never got an ID', () => {
    test('removes what the create started', async () => {
      await create();
      await expect(settle(request('Delete', { id: 'models-Llama-1ABC' }))).resolves.toMatchObject({
        status: 'SUCCESS',
        physicalResourceId: 'models-Llama-1ABC',
      });
      expect(models()).toEqual([]);
    });

    test('does not look into jobs that failed', async () => {
      lifecycle.standIn.account.scripts = [{ outcome: 'Failed' }];
      await create();
      const before = count('ListTagsForResource');
      await settle(request('Delete', { id: 'models-Llama-1ABC' }));
      expect(count('ListTagsForResource')).toBe(before);
    });

    test('removes it under a name that was given', async () => {
      const definition = { jobName: 'given' };
      await create({ definition });
      await settle(request('Delete', { id: 'models-Llama-1ABC', definition }));
      expect(models()).toEqual([]);
    });

    test('looks for a minute, because a call may be on its way', async () => {
      const stopped = request('Create');
      const event = request('Delete', { id: 'models-Llama-1ABC' });
      const startedAt = lifecycle.now;

      let result = await poll(event, { attempt: 0 }, startedAt);
      lifecycle.now += 40_000;
      await poll(stopped, { attempt: 0 }, lifecycle.now);
      while (!result.answer) {
        lifecycle.now += result.waitSeconds! * 1000;
        result = await poll(event, result, startedAt);
      }

      expect(result.answer.status).toBe('SUCCESS');
      expect((lifecycle.now - startedAt) / 1000).toBe(60);
      expect(jobs()).toHaveLength(1);
      expect(models()).toEqual([]);
    });

    test('does not look for what Bedrock refused to start, and leaves what started later', async () => {
      await create();
      await expect(settle(request('Delete', { id: NOT_STARTED }))).resolves.toMatchObject({
        status: 'SUCCESS',
        seconds: 0,
      });
      expect(models()).toHaveLength(1);
    });

    test.each(['Retain', 'RetainExceptOnCreate'])(
      'leaves the jobs of others and models under %s alone',
      async (deletionPolicy) => {
        lifecycle.standIn.startJob({ jobName: 'given-by-others' });
        const retained = await create({ deletionPolicy });
        await settle(
          request('Delete', { id: 'models-Llama-1ABC', definition: { jobName: 'given-by-others' } }),
        );
        expect(models()).toHaveLength(2);
        expect(models()).toContain(modelOf(retained));
      },
    );
  });

  test('a create that may have started a job says so by its physical ID', async () => {
    lifecycle.standIn.failNext(
      { operation: 'CreateModelImportJob', status: 0, reset: true },
      { operation: 'CreateModelImportJob', status: 400, name: 'ValidationException' },
    );
    await expect(settle(request('Create'))).resolves.toMatchObject({
      status: 'FAILED',
      physicalResourceId: expect.stringMatching(/^request.request-/) as string,
    });
  });
});
