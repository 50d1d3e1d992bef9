import { MINUTE, NAMED_DIALECTS, times, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('delete, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);

  /** What a Delete came to, from its request to the end of its execution. */
  const remove = async (id: string): Promise<{ status: string; seconds: number; reason?: string }> => {
    stack.tellOfStack('DELETE_IN_PROGRESS');
    const execution = stack.request('Delete', { id });
    const { status, seconds, reason, physicalResourceId } = await execution.answered();
    expect(physicalResourceId).toBe(id);
    expect(execution.hasEnded).toBe(true);
    return { status, seconds, reason };
  };
  /** Lets what is new become old, so that no answer lags. */
  const settleDown = (): void => void (stack.now += 5 * MINUTE);

  describe('by the ARN of the job', () => {
    test('a completed model is deleted at once', async () => {
      const id = await stack.create();
      settleDown();
      stack.speak({ strayRefusals: 'never' });
      await expect(remove(id)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      expect(stack.models()).toEqual([]);
      expect(stack.listings).toBe(1); // Of the creation, not of the Delete.
    });

    test('an owned model that was replaced, and its stack destroyed within five minutes of the end of the job: seconds', async () => {
      const id = await stack.create();
      settleDown();
      stack.speak({
        strayRefusals: 'never',
        deleteFreshModel: 'done',
        newModel: 'at once',
        modelArn: 'at once',
        newJob: 'at once',
        modelPlace: 'at once',
      });
      const next = await stack.update(id, { definition: { triggers: { v: '2' } } });
      await expect(remove(id)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      await expect(remove(next)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      expect(stack.models()).toEqual([]);
    });

    test('deletes nothing but the model of its job', async () => {
      const id = await stack.create();
      settleDown();
      const next = await stack.update(id, { definition: { triggers: { v: '2' } } });
      settleDown();
      await remove(id);
      expect(stack.models()).toEqual([stack.modelOf(next)]);
    });

    test('waits for a running job first, and says that it cannot be stopped', async () => {
      stack.standIn.account.scripts = [{ durationMs: 20 * MINUTE }];
      const id = await stack.create();
      stack.now += 2 * MINUTE;
      stack.speak({ strayRefusals: 'never' });
      const execution = stack.request('Delete', { id });
      const { lastSeen } = await execution.poll();
      expect(lastSeen).toBe(`the end of model import job ${id}, which cannot be stopped`);
      const { status, seconds } = await execution.answered();
      expect(status).toBe('SUCCESS');
      expect(seconds).toBeGreaterThan(17 * 60);
      expect(seconds).toBeLessThan(23 * 60);
      expect(stack.models()).toEqual([]);
    });

    test('waits for a running job that names its model already', async () => {
      const importedModelArn = 'arn:aws:bedrock:us-east-1:000000000000:imported-model/mdl000000001';
      stack.standIn.account.scripts = [{ durationMs: 20 * MINUTE, overrides: { importedModelArn } }];
      const id = await stack.create();
      const { status, seconds } = await remove(id);
      expect(status).toBe('SUCCESS');
      expect(seconds).toBeGreaterThan(19 * 60);
      stack.now += 30 * MINUTE;
      expect(stack.models()).toEqual([]);
    });

    test('gives up after 55 minutes, and says what to do', async () => {
      stack.standIn.account.scripts = [{ durationMs: 100 * MINUTE }];
      const id = await stack.create();
      const { status, seconds, reason } = await remove(id);
      expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 3300 });
      expect(reason).toContain('TimedOut: Gave up waiting for the end of model import job');
      expect(reason).toContain('Delete the stack again when that is over. Until then the model stays');
    });

    test('the next Delete goes on where the one before gave up', async () => {
      stack.standIn.account.scripts = [{ durationMs: 100 * MINUTE }];
      const id = await stack.create();
      await remove(id);
      await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.models()).toEqual([]);
    });

    test('a failed job has left nothing to delete', async () => {
      stack.standIn.account.scripts = [{ outcome: 'Failed' }];
      const id = await stack.create();
      await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.count('DeleteImportedModel') + stack.count('GetImportedModel')).toBe(0);
    });

    test('an ended job with a status that this version does not know has ended', async () => {
      stack.standIn.account.scripts = [
        { overrides: { status: 'Archived', endTime: new Date(stack.now).toISOString() } },
      ];
      const id = await stack.create();
      settleDown();
      stack.speak({ strayRefusals: 'never', modelArn: 'at once', deleteFreshModel: 'done' });
      await expect(remove(id)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      expect(stack.models()).toEqual([]);
    });

    test('a running job with a status that this version does not know is waited for', async () => {
      const id = await stack.create();
      stack.standIn.failNext({ operation: 'GetModelImportJob', status: 200, rawBody: '{"status":"Paused"}' });
      await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.models()).toEqual([]);
    });

    test.each([['ResourceNotFoundException'], ['ValidationException']] as const)(
      'a model that was deleted by hand is deleted, at once, where absence is a %s and an ARN is refused',
      async (absence) => {
        stack.speak({ absence, deleteByArn: 'ValidationException', strayRefusals: 'never' });
        const id = await stack.create();
        stack.now += 10 * MINUTE;
        stack.standIn.account.deleteModel(stack.modelOf(id));
        await expect(remove(id)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      },
    );

    test('a Delete that is delivered again after its success finds that everything is gone', async () => {
      const id = await stack.create();
      stack.now += 10 * MINUTE;
      await remove(id);
      const calls = stack.standIn.requests.length;
      await expect(remove(id)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      expect(stack.standIn.requests).toHaveLength(calls);
    });

    test('a job whose record Bedrock does not keep any more: its model is found by its job', async () => {
      const id = await stack.create();
      stack.now += 2 * MINUTE;
      stack.speak({ strayRefusals: 'never' });
      stack.standIn.failNext(
        ...times(60, { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' }),
      );
      const { status, seconds } = await remove(id);
      expect(status).toBe('SUCCESS');
      expect(seconds).toBeLessThanOrEqual(125);
      expect(stack.models()).toEqual([]);
    });

    test('a job that was forgotten with its model leaves nothing to delete, after seven minutes', async () => {
      const id = await stack.create();
      stack.now += 2 * MINUTE;
      stack.standIn.forgetJob(id);
      stack.speak({ strayRefusals: 'never' });
      await expect(remove(id)).resolves.toEqual({ status: 'SUCCESS', seconds: 420 });
    });

    test('a completed job that names no model, and has none, is given minutes from its end', async () => {
      stack.speak({ modelArn: 'never', strayRefusals: 'never' });
      const id = await stack.create();
      stack.standIn.account.deleteModel(stack.standIn.account.models()[0].modelArn as string);
      const { status, seconds } = await remove(id);
      expect(status).toBe('SUCCESS');
      expect(seconds).toBeGreaterThan(120);
      expect(seconds).toBeLessThanOrEqual(210);
    });

    test('a model that is listed and cannot be described for a moment is not gone', async () => {
      stack.speak({ modelArn: 'never', strayRefusals: 'never' });
      const id = await stack.create();
      stack.now += 10 * MINUTE;
      const absent = { status: 404, name: 'ResourceNotFoundException' };
      stack.standIn.failNext({ operation: 'GetImportedModel', ...absent });
      const { status, seconds } = await remove(id);
      expect(status).toBe('SUCCESS');
      expect(seconds).toBeLessThanOrEqual(30);
      expect(stack.models()).toEqual([]);
    });

    test.each(['Completed', 'Complete'] as const)(
      'a job that has ended as %s has a model',
      async (success) => {
        stack.speak({ success });
        const id = await stack.create();
        await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS' });
        expect(stack.models()).toEqual([]);
      },
    );

    test('a model that does not show yet is not gone', async () => {
      stack.speak({ newModel: 'late', newJob: 'late', newJobInLists: 'late', modelArn: 'late' });
      const id = await stack.create();
      await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.models()).toEqual([]);
    });

    test.each([
      { status: 403, name: 'AccessDeniedException' },
      { status: 404, name: 'ResourceNotFoundException' },
      { status: 400, name: 'ValidationException' },
    ])('a stray $status at minute 3 is one more poll', async (fault) => {
      stack.standIn.account.scripts = [{ durationMs: 6 * MINUTE }];
      const id = await stack.create();
      const execution = stack.request('Delete', { id });
      await execution.pollFor(180);
      stack.standIn.failNext(fault);
      const { status, seconds } = await execution.answered();
      expect(status).toBe('SUCCESS');
      expect(seconds).toBeGreaterThan(5 * 60);
      stack.now += 30 * MINUTE;
      expect(stack.models()).toEqual([]);
    });

    test.each(['never', 'at once'] as const)(
      'the model of another job that took the name over stays; a job names its model: %s',
      async (modelArn) => {
        const definition = { importedModelName: 'llama' };
        const id = await stack.create({ definition });
        stack.now += 3 * MINUTE;
        stack.standIn.account.deleteModel('llama');
        stack.standIn.startJob({ jobName: 'other', importedModelName: 'llama' });
        stack.speak({ deleteByArn: 'ValidationException', modelArn });
        await remove(id);
        expect(stack.models()).toHaveLength(1);
      },
    );

    test.each(['never', 'at once'] as const)(
      'a model whose longer name has the name in itself stays; a job names its model: %s',
      async (modelArn) => {
        const id = await stack.create({ definition: { importedModelName: 'llama' } });
        settleDown();
        stack.standIn.account.modelQuota = 9;
        const other = stack.standIn.startJob({ jobName: 'other', importedModelName: 'llama-2' });
        settleDown();
        stack.speak({ deleteByArn: 'ValidationException', modelArn });
        await remove(id);
        expect(stack.models()).toEqual([stack.modelOf(other)]);
      },
    );

    test('names the model where Bedrock does not take its ARN', async () => {
      stack.speak({ deleteByArn: 'ValidationException' });
      const id = await stack.create();
      const name = stack.standIn.describe(id)!.importedModelName;
      await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.standIn.requests.at(-1)).toMatchObject({
        method: 'DELETE',
        path: `/imported-models/${String(name)}`,
      });
      expect(stack.models()).toEqual([]);
    });

    test('a model that is listed but called absent is not taken for deleted', async () => {
      const id = await stack.create();
      stack.now += 10 * MINUTE;
      const absent = { operation: 'DeleteImportedModel', status: 404, name: 'ResourceNotFoundException' };
      stack.standIn.failNext(absent, absent, absent, absent);
      await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.models()).toEqual([]);
    });

    test.each([
      { status: 400, name: 'ConflictException', message: 'in use' },
      { status: 429, name: 'ThrottlingException' },
      { status: 403, name: 'AccessDeniedException' },
    ])('tries again after $name', async (fault) => {
      const id = await stack.create();
      stack.standIn.failNext({ ...fault, operation: 'DeleteImportedModel' });
      await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.models()).toEqual([]);
    });

    test('says why a model cannot be deleted yet', async () => {
      const id = await stack.create();
      stack.now += 3 * MINUTE;
      const fault = { operation: 'DeleteImportedModel', status: 400, name: 'ConflictException' };
      stack.standIn.failNext({ ...fault, message: 'in use' });
      const { lastSeen } = await stack.request('Delete', { id }).poll();
      expect(lastSeen).toBe(`model ${stack.modelOf(id)}, which cannot be deleted yet: in use`);
    });

    test('a permission that never comes fails after seven minutes', async () => {
      stack.speak({ strayRefusals: 'never' });
      const id = await stack.create();
      stack.now += 3 * MINUTE;
      const fault = { operation: 'DeleteImportedModel', status: 403, name: 'AccessDeniedException' };
      stack.standIn.failNext(...times(60, fault));
      const { status, seconds, reason } = await remove(id);
      expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 420 });
      expect(reason).toContain('Refused: Not allowed to call bedrock:DeleteImportedModel on arn:aws:bedrock');
    });

    test('without an item in the table it deletes the model of that job, and nothing else', async () => {
      const other = stack.standIn.startJob({ jobName: 'other' });
      const id = stack.standIn.startJob({ jobName: 'ours' });
      stack.now += 10 * MINUTE;
      stack.speak({ strayRefusals: 'never', deleteFreshModel: 'done' });
      await expect(remove(id)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      expect(stack.models()).toEqual([stack.modelOf(other)]);
    });

    test('300 imports of one construct, then it is removed: a constant number of calls', async () => {
      const id = await stack.create();
      for (let index = 0; index < 300; index++) {
        stack.standIn.startJob({ jobName: `models-Llama-old-${index}`, outcome: 'Failed' });
      }
      settleDown();
      stack.speak({ strayRefusals: 'never', deleteFreshModel: 'done', deleteByArn: 'taken' });
      const calls = stack.standIn.requests.length;
      await expect(remove(id)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      expect(stack.standIn.requests.length - calls).toBe(2);
    });
  });

  describe('by the ID of a request', () => {
    test('of a create that has started nothing: at once, without a call to Bedrock', async () => {
      stack.standIn.failNext({
        operation: 'CreateModelImportJob',
        status: 400,
        name: 'TooManyTagsException',
      });
      const { physicalResourceId } = await stack.request('Create').answered();
      const calls = stack.standIn.requests.length;
      await expect(remove(physicalResourceId)).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      expect(stack.standIn.requests).toHaveLength(calls);
    });

    test('that comes before the request itself: the create starts nothing when it is delivered late', async () => {
      const create = stack.request('Create');
      await expect(remove('request/request-1')).resolves.toEqual({ status: 'SUCCESS', seconds: 0 });
      stack.now += MINUTE;
      const { status, reason } = await create.answered();
      expect(status).toBe('FAILED');
      expect(reason).toContain('Superseded: This request does not count any more: its import was cancelled');
      expect(stack.jobs()).toEqual([]);
    });

    test('of a create that timed out: waits for its job, and removes its model', async () => {
      stack.standIn.account.scripts = [{ durationMs: 10 * MINUTE }];
      const create = stack.request('Create');
      const { data } = await create.answered();
      expect(stack.jobs()[0].jobArn).toBe(data!.jobArn);
      const { status, seconds } = await remove('request/request-1');
      expect(status).toBe('SUCCESS');
      expect(seconds).toBeGreaterThanOrEqual(9 * 60);
      expect(stack.models()).toEqual([]);
    });

    test('while the call is on the wire: the name is looked up until the job shows, then its model goes', async () => {
      stack.speak({ newJobInLists: 'late', strayRefusals: 'never' });
      stack.standIn.account.scripts = [{ durationMs: 3 * MINUTE }];
      stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true });
      await stack.request('Create').poll();
      const execution = stack.request('Delete', { id: 'request/request-1' });
      const { lastSeen } = await execution.poll();
      expect(lastSeen).toMatch(/^certainty about job models-Llama-\S+, which may still show$/);
      await expect(execution.answered()).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.jobs()).toHaveLength(1);
      expect(stack.models()).toEqual([]);
    });

    test('while the call is on the wire, and it came to nothing: answered when doubt is over', async () => {
      stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true });
      await stack.request('Create').poll();
      await expect(remove('request/request-1')).resolves.toEqual({ status: 'SUCCESS', seconds: 120 });
      expect(stack.recordOf().imports['request-1']).toMatchObject({ state: 'cancelled' });
    });
  });

  test('a job whose ID has another shape is asked for as it is', async () => {
    const id = 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/Import-1_of.a/new+Kind';
    const job = JSON.stringify({ jobArn: id, jobName: 'x', status: 'Failed' });
    stack.standIn.failNext({ operation: 'GetModelImportJob', status: 200, rawBody: job });
    await expect(remove(id)).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(stack.standIn.requests[0].path).toBe(`/model-import-jobs/${id}`);
  });
});
