import { MARK_PREFIX } from '../../../../lib/private/contract/marks';
import { MINUTE, NAMED_DIALECTS, times, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

silenceLog();

const OWNER = `${MARK_PREFIX}owner`;

describe.each(NAMED_DIALECTS)('update, in the dialect %s', (_, dialect) => {
  const lifecycle = useLifecycle(dialect);
  const { speak, request, settle, create, count, jobs, models, modelOf, tagsOf } = lifecycle;
  const usersTagsOf = (arn: string): Record<string, string> =>
    Object.fromEntries(Object.entries(tagsOf(arn)).filter(([key]) => !key.startsWith(MARK_PREFIX)));

  const other = { definition: { s3Uri: 's3://weights/qwen/' } };

  test('a new definition starts a new job, and leaves the old model alone', async () => {
    const id = await create();
    const answer = await settle(request('Update', { id, ...other }));

    expect(answer.status).toBe('SUCCESS');
    expect(answer.physicalResourceId).not.toBe(id);
    expect(models()).toEqual([modelOf(answer.physicalResourceId), modelOf(id)]);
  });

  test.each([
    { kmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11' },
    { importedModelName: 'model' },
    { triggers: { version: '2' } },
  ])('a new import follows from %j', async (definition) => {
    const id = await create();
    const answer = await settle(request('Update', { id, definition }));
    expect(answer.physicalResourceId).not.toBe(id);
  });

  test('what does not define the model keeps the job', async () => {
    const id = await create({ definition: { subnetIds: ['a', 'b'], securityGroupIds: ['c'] } });
    const definition = { securityGroupIds: ['c'], subnetIds: ['b', 'a'] };
    const answer = await settle(request('Update', { id, definition, old: { definition } }));

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id, data: { jobArn: id } });
    expect(answer.data!.jobName).toBe(lifecycle.standIn.describe(id)!.jobName);
    expect(count('CreateModelImportJob')).toBe(1);
    expect(count('TagResource')).toBe(0);
  });

  test.each([
    { roleArn: 'arn:aws:iam::000000000000:role/path/import' },
    { subnetIds: ['subnet-1', 'subnet-2', 'subnet-3'], securityGroupIds: ['sg-1'] },
  ])('the same weights read otherwise, with %j, are the same model', async (definition) => {
    const id = await create();
    const answer = await settle(request('Update', { id, definition }));

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(count('CreateModelImportJob')).toBe(1);
  });

  test('tags change in place on the job and the model, and those of others stay', async () => {
    const old = {
      tags: [
        { key: 'team', value: 'a' },
        { key: 'old', value: '1' },
      ],
    };
    const id = await create(old);
    lifecycle.standIn.account.tag(modelOf(id), [{ key: 'theirs', value: 'x' }]);
    lifecycle.standIn.account.untag(modelOf(id), [OWNER]);

    const answer = await settle(
      request('Update', {
        id,
        tags: [
          { key: 'team', value: 'b' },
          { key: 'new', value: '2' },
        ],
        old,
      }),
    );

    expect(answer.physicalResourceId).toBe(id);
    expect(usersTagsOf(modelOf(id))).toEqual({ team: 'b', new: '2', theirs: 'x' });
    expect(tagsOf(modelOf(id))).toHaveProperty([OWNER]);
    expect(tagsOf(id)).toMatchObject({ team: 'b', new: '2' });
    expect(tagsOf(id)).not.toHaveProperty('old');
    expect(count('CreateModelImportJob')).toBe(1);
    const removals = lifecycle.standIn.requests.filter(({ operation }) => operation === 'UntagResource');
    expect(removals.map(({ body }) => body.tagKeys)).toEqual([['old'], ['old']]);
  });

  test('tags of a model that is being imported change when it is there', async () => {
    lifecycle.standIn.account.scripts = [{ durationMs: 40 * MINUTE }];
    const id = await create();
    const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'b' }] }));
    expect(answer.status).toBe('SUCCESS');
    expect(usersTagsOf(modelOf(id))).toEqual({ team: 'b' });
    expect(count('UntagResource')).toBe(0);
  });

  test('all tags can be taken away', async () => {
    const old = { tags: [{ key: 'team', value: 'a' }] };
    const id = await create(old);
    await settle(request('Update', { id, old }));
    expect(usersTagsOf(modelOf(id))).toEqual({});
  });

  test('a third definition starts a third job', async () => {
    const first = await create();
    const { physicalResourceId: second } = await settle(request('Update', { id: first, ...other }));
    const third = await settle(
      request('Update', { id: second, definition: { s3Uri: 's3://weights/gemma/' }, old: other }),
    );
    expect([first, second]).not.toContain(third.physicalResourceId);
    expect(jobs()).toHaveLength(3);
  });

  test('a request that is served twice starts one job, and does not remove it', async () => {
    const id = await create();
    const event = request('Update', { id, ...other });
    const { physicalResourceId } = await settle(event);
    await expect(settle(event)).resolves.toMatchObject({ status: 'SUCCESS', physicalResourceId });
    expect(models()).toEqual([modelOf(physicalResourceId), modelOf(id)]);
  });

  test('of a job that is gone removes no other model of the resource', async () => {
    const first = await create();
    const { physicalResourceId: second } = await settle(request('Update', { id: first, ...other }));
    lifecycle.standIn.forgetJob(second);
    const definition = { s3Uri: 's3://weights/gemma/' };
    const third = await settle(request('Update', { id: second, definition, old: other }));
    expect(third.status).toBe('SUCCESS');
    expect(models()).toEqual([modelOf(third.physicalResourceId), modelOf(first)]);
  });

  test.each([
    [
      'the model was deleted by hand',
      (id: string): void => lifecycle.standIn.account.deleteModel(modelOf(id)),
    ],
    ['the job is gone', (id: string): void => lifecycle.standIn.forgetJob(id)],
  ])('imports again when %s', async (_what, lose) => {
    const id = await create();
    lifecycle.now += 10 * MINUTE;
    lose(id);
    const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'b' }] }));
    expect(answer.status).toBe('SUCCESS');
    expect(answer.physicalResourceId).not.toBe(id);
    expect(models()).toEqual([modelOf(answer.physicalResourceId)]);
  });

  test('imports again when the import failed', async () => {
    lifecycle.standIn.account.scripts = [{ outcome: 'Failed' }, {}];
    const id = await create();
    const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'b' }] }));
    expect(answer.status).toBe('SUCCESS');
    expect(answer.physicalResourceId).not.toBe(id);
    expect(models()).toEqual([modelOf(answer.physicalResourceId)]);
  });

  test('a model that Bedrock does not show in passing is not imported again', async () => {
    const id = await create();
    lifecycle.now += 10 * MINUTE;
    const absent = { status: 404, name: 'ResourceNotFoundException' };
    lifecycle.standIn.failNext(
      { ...absent, operation: 'GetModelImportJob' },
      { ...absent, operation: 'GetImportedModel' },
    );
    await expect(settle(request('Update', { id }))).resolves.toMatchObject({ physicalResourceId: id });
  });

  test('the tags of a model that shows late are set when it shows', async () => {
    speak({ newModel: 'late', newJob: 'late', newJobInLists: 'late' });
    const id = await create();
    const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'b' }] }));
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(tagsOf(modelOf(id))).toMatchObject({ team: 'b' });
  });

  test.each([
    ['request/request-1', 'names a request'],
    ['models-Llama-1ABC', 'CloudFormation invented'],
    ['not-started', 'is no ARN'],
  ])('of a resource whose ID %s starts the import: it %s', async (id) => {
    const answer = await settle(request('Update', { id }));
    expect(answer.status).toBe('SUCCESS');
    expect(answer.physicalResourceId).toBe(jobs()[0].jobArn);
    expect(answer.data!.jobArn).toBe(jobs()[0].jobArn);
  });

  test.each([
    ['s3://weights/llama', 's3://weights/llama/'],
    ['s3://weights/llama/', 's3://weights/llama'],
  ])('the source %s that becomes %s is no change', async (before, after) => {
    const given = { definition: { s3Uri: before, triggers: { a: '1', b: '2' } } };
    const id = await create(given);
    const answer = await settle(
      request('Update', { id, definition: { s3Uri: after, triggers: { b: '2', a: '1' } }, old: given }),
    );
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(count('CreateModelImportJob')).toBe(1);
  });

  test('another prefix of the job name is no change', async () => {
    const id = await create();
    const answer = await settle(request('Update', { id, jobNamePrefix: 'team' }));
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
  });

  describe('a given name of the model', () => {
    const old = { definition: { importedModelName: 'llama' } };
    const changed = { definition: { importedModelName: 'llama', s3Uri: 's3://weights/qwen/' }, old };

    test('is refused at once with a changed definition, because the old model still has it', async () => {
      const id = await create(old);
      lifecycle.now += 3 * MINUTE;
      lifecycle.standIn.startJob({ jobName: 'other', durationMs: 20 * MINUTE });
      const answer = await settle(request('Update', { id, ...changed }));
      expect(answer).toMatchObject({ status: 'FAILED', seconds: 0, physicalResourceId: id });
      expect(answer.reason).toContain('the one that it replaces has the name llama until then');
      expect(models()).toEqual([modelOf(id)]);
    });

    test('can be changed together with it', async () => {
      const id = await create(old);
      const definition = { ...changed.definition, importedModelName: 'qwen' };
      await expect(settle(request('Update', { id, definition, old }))).resolves.toMatchObject({
        status: 'SUCCESS',
      });
    });

    test('is free again when its model is gone', async () => {
      const id = await create(old);
      lifecycle.now += 3 * MINUTE;
      lifecycle.standIn.account.deleteModel(modelOf(id));
      await expect(settle(request('Update', { id, ...changed }))).resolves.toMatchObject({
        status: 'SUCCESS',
      });
    });
  });

  test('an import that an update asks for is bound to its timeout', async () => {
    speak({ strayRefusals: 'never' });
    const id = await create();
    lifecycle.now += 10 * MINUTE;
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 30 * MINUTE });
    const answer = await settle(request('Update', { id, ...other, startTimeoutSeconds: 300 }));

    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id });
    expect(answer.seconds).toBe(300);
  });

  test('a job without its tags is known by what CloudFormation says of it', async () => {
    const id = await create();
    lifecycle.now += 10 * MINUTE;
    lifecycle.standIn.account.untag(id, Object.keys(tagsOf(id)));
    const answer = await settle(request('Update', { id }));
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
  });

  test('a failure keeps the old physical ID', async () => {
    const id = await create();
    lifecycle.standIn.failNext({
      operation: 'CreateModelImportJob',
      status: 400,
      name: 'ValidationException',
      message: "Value at 'roleArn' failed to satisfy constraint: …",
    });
    const answer = await settle(request('Update', { id, ...other }));
    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id });
    expect(models()).toEqual([modelOf(id)]);
  });

  describe('a change of tags that Bedrock refuses', () => {
    const team = { tags: [{ key: 'team', value: 'a' }] };
    const refuse = (fault: object, count: number): void =>
      lifecycle.standIn.failNext(...times(count, { operation: 'TagResource', status: 400, ...fault }));

    test('for want of a permission is tried again until it arrives', async () => {
      const id = await create();
      lifecycle.now += 10 * MINUTE;
      refuse({ status: 403, name: 'AccessDeniedException' }, 3);
      const answer = await settle(request('Update', { id, ...team }));
      expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
      expect(tagsOf(modelOf(id))).toMatchObject({ team: 'a' });
    });

    test('for want of a permission that never comes fails, and keeps the model', async () => {
      const id = await create();
      lifecycle.now += 10 * MINUTE;
      refuse({ status: 403, name: 'AccessDeniedException', message: 'not authorized' }, 60);
      const answer = await settle(request('Update', { id, ...team }));
      expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id });
      expect(answer.reason).toContain('Bedrock refused bedrock:TagResource: AccessDeniedException');
      expect(models()).toEqual([modelOf(id)]);
    });

    test('because there would be too many fails at once, and keeps the model', async () => {
      const id = await create();
      lifecycle.now += 10 * MINUTE;
      refuse({ name: 'TooManyTagsException', message: '51 tags' }, 1);
      const answer = await settle(request('Update', { id, ...team }));
      expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id });
      expect(answer.reason).toContain('would have more tags than Bedrock allows: "51 tags"');
      expect(models()).toEqual([modelOf(id)]);
    });
  });
});
