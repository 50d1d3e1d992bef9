import { MINUTE, NAMED_DIALECTS, times, useLifecycle } from '../../support/lifecycle';
import { silenceLog } from '../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('delete, in the dialect %s', (_, dialect) => {
  const lifecycle = useLifecycle(dialect);
  const { speak, request, poll, pollFor, settle, create, count, jobs, models, modelOf } = lifecycle;

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

  describe('of the last model that the stack believes in', () => {
    const other = { definition: { triggers: { v: '2' } } };

    test('removes what a failed replacement left, too', async () => {
      const id = await create();
      await settle(request('Update', { id, ...other }));
      lifecycle.now += 2 * MINUTE;
      await expect(settle(request('Delete', { id }), { attempt: 0, known: id })).resolves.toMatchObject({
        status: 'SUCCESS',
        physicalResourceId: id,
      });
      expect(jobs()).toHaveLength(2);
      expect(models()).toEqual([]);
    });

    test('waits for the job of a failed replacement', async () => {
      const id = await create();
      lifecycle.standIn.account.scripts = [{ durationMs: 20 * MINUTE }];
      await settle(request('Update', { id, ...other }));
      lifecycle.now += 2 * MINUTE;
      await settle(request('Delete', { id }), { attempt: 0, known: id });
      lifecycle.now += 30 * MINUTE;
      expect(models()).toEqual([]);
    });

    test('removes what a replacement that was stopped may still start', async () => {
      const id = await create();
      lifecycle.now += 2 * MINUTE;
      const replacement = request('Update', { id, ...other });
      const event = request('Delete', { id });
      const startedAt = lifecycle.now;
      const result = await pollFor(event, 0, { attempt: 0, known: id, supersedes: true });
      await pollFor(replacement, 0);
      await settle(event, result, startedAt);
      expect(jobs()).toHaveLength(2);
      expect(models()).toEqual([]);
    });

    test('spares what is not in its place', async () => {
      const id = await create();
      const { physicalResourceId: second } = await settle(request('Update', { id, ...other }));
      const { physicalResourceId: third } = await settle(
        request('Update', { id: second, definition: { triggers: { v: '3' } }, old: other }),
      );
      lifecycle.now += 2 * MINUTE;
      await settle(request('Delete', { id: second, ...other }), { attempt: 0, known: second });
      expect([id, second, third].map((each) => models().includes(modelOf(each)))).toEqual([
        ...[true, false, false],
      ]);
    });
  });

  describe('whose ID names a request', () => {
    test('removes what that request started, and nothing else', async () => {
      const stopped = request('Create');
      await settle(stopped);
      const good = await create();
      const id = `request/${stopped.RequestId}`;
      await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
        status: 'SUCCESS',
        physicalResourceId: id,
      });
      expect(models()).toEqual([modelOf(good)]);
    });

    test('knows it by its name when its tags were taken away', async () => {
      const stopped = request('Create');
      const { physicalResourceId } = await settle(stopped);
      lifecycle.standIn.account.untag(physicalResourceId, Object.keys(lifecycle.tagsOf(physicalResourceId)));
      await settle(request('Delete', { id: `request/${stopped.RequestId}` }));
      expect(models()).toEqual([]);
    });

    test('finds what a call on its way starts, and what shows only a minute later', async () => {
      speak({ newJobInLists: 'late', newJobTags: 'absent', newJob: 'late' });
      const stopped = request('Create');
      const event = request('Delete', { id: `request/${stopped.RequestId}` });
      const startedAt = lifecycle.now;

      const result = await pollFor(event, 0);
      lifecycle.now += 55_000;
      await pollFor(stopped, 0);

      await expect(settle(event, result, startedAt)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(jobs()).toHaveLength(1);
      expect(models()).toEqual([]);
    });

    test('looks as long when the request itself was delivered late', async () => {
      speak({ newJobInLists: 'late' });
      const stopped = request('Create');
      const event = request('Delete', { id: `request/${stopped.RequestId}` });
      const startedAt = lifecycle.now - 10 * MINUTE;
      const result = await poll(event, { attempt: 0 }, startedAt);
      await pollFor(stopped, 0);
      await settle(event, result, startedAt);
      expect(models()).toEqual([]);
    });
  });

  describe('whose ID CloudFormation invented', () => {
    const id = 'models-Llama-1ABC';

    test('removes what the cancelled create started', async () => {
      await create();
      await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
        status: 'SUCCESS',
        physicalResourceId: id,
      });
      expect(models()).toEqual([]);
    });

    test('does not look into jobs that failed', async () => {
      lifecycle.standIn.account.scripts = [{ outcome: 'Failed' }];
      await create();
      const before = count('ListTagsForResource');
      await settle(request('Delete', { id }));
      expect(count('ListTagsForResource')).toBe(before);
    });

    test('spares the job that the stack believes in', async () => {
      await create();
      const good = await create();
      await settle(request('Delete', { id }), { attempt: 0, known: good });
      expect(models()).toEqual([modelOf(good)]);
    });

    test('spares what was started since the stack creates the resource anew', async () => {
      await create();
      const sparesSince = new Date(lifecycle.now).toISOString();
      const good = await create();
      await settle(request('Delete', { id }), { attempt: 0, known: '', sparesSince });
      expect(models()).toEqual([modelOf(good)]);
    });

    test('spares what an update started', async () => {
      const old = await create();
      const { physicalResourceId: replacement } = await settle(
        request('Update', { id: old, definition: { triggers: { v: '2' } } }),
      );
      lifecycle.now += 1000;
      await settle(request('Delete', { id }));
      expect(models()).toEqual([modelOf(replacement)]);
    });

    test('spares what starts after it', async () => {
      const event = request('Delete', { id });
      const startedAt = lifecycle.now;
      const result = await pollFor(event, 0);
      lifecycle.now += 2 * MINUTE;
      const good = await create();
      await settle(event, result, startedAt);
      expect(models()).toEqual([modelOf(good)]);
    });

    test.each(['Retain', 'RetainExceptOnCreate'])(
      'leaves the jobs of others and models under %s alone',
      async (deletionPolicy) => {
        lifecycle.standIn.startJob({ jobName: 'given-by-others' });
        lifecycle.now += 3 * MINUTE;
        const retained = await create({ deletionPolicy });
        await settle(request('Delete', { id }));
        expect(models()).toHaveLength(2);
        expect(models()).toContain(modelOf(retained));
      },
    );

    test('does not take tags that are called absent in passing for none', async () => {
      const retained = await create({ deletionPolicy: 'Retain' });
      lifecycle.now += 10 * MINUTE;
      const absent = { operation: 'ListTagsForResource', status: 404, name: 'ResourceNotFoundException' };
      lifecycle.standIn.failNext(...times(10, absent));
      await settle(request('Delete', { id }));
      expect(models()).toEqual([modelOf(retained)]);
    });

    test('retains by what the resource says where the tags are gone', async () => {
      const retained = await create();
      lifecycle.standIn.account.untag(retained, Object.keys(lifecycle.tagsOf(retained)));
      await settle(request('Delete', { id, deletionPolicy: 'Retain' }));
      expect(models()).toEqual([modelOf(retained)]);
    });
  });
});
