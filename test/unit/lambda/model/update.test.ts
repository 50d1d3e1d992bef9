import { MINUTE, NAMED_DIALECTS, times, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

const log = silenceLog();

const OTHER = { definition: { s3Uri: 's3://weights/llama-2/' } };

describe.each(NAMED_DIALECTS)('update, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);
  /** A model that is long there. */
  const createLongAgo = async (given = {}): Promise<string> => {
    const id = await stack.create(given);
    stack.now += 10 * MINUTE;
    stack.speak({ strayRefusals: 'never' });
    stack.tellOfStack('UPDATE_IN_PROGRESS');
    return id;
  };

  test.each([
    ['another order of the triggers', { triggers: { b: '2', a: '1' } }],
    ['a source without its slash', { triggers: { a: '1', b: '2' }, s3Uri: 's3://weights/llama' }],
    ['another role', { triggers: { a: '1', b: '2' }, roleArn: 'arn:aws:iam::000000000000:role/other' }],
    ['another network', { triggers: { a: '1', b: '2' }, subnetIds: ['s'], securityGroupIds: ['g'] }],
  ])('%s keeps the model, at once', async (__, definition) => {
    const id = await createLongAgo({ definition: { triggers: { a: '1', b: '2' } } });
    const answer = await stack.request('Update', { id, definition }).answered();
    expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0, physicalResourceId: id });
    expect(answer.data).toMatchObject({ jobArn: id, jobName: stack.standIn.describe(id)!.jobName });
    expect(stack.count('CreateModelImportJob')).toBe(1);
  });

  test.each([
    ['source', { s3Uri: 's3://weights/llama-2/' }],
    ['key', { kmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11' }],
    ['name', { importedModelName: 'llama-2' }],
    ['trigger', { triggers: { v: '2' } }],
  ])('another %s imports anew, and leaves the old model to CloudFormation', async (__, definition) => {
    const id = await createLongAgo();
    const answer = await stack.request('Update', { id, definition }).answered();
    expect(answer.status).toBe('SUCCESS');
    expect(answer.physicalResourceId).not.toBe(id);
    expect(stack.models()).toEqual([stack.modelOf(answer.physicalResourceId), stack.modelOf(id)]);
  });

  test('changes tags in place, of the job and the model, and removes only what it once set', async () => {
    const tags = [
      { key: 'team', value: 'a' },
      { key: 'old', value: '1' },
    ];
    const id = await createLongAgo({ tags });
    stack.standIn.account.tag(id, [{ key: 'theirs', value: 'x' }]);
    const update = stack.request('Update', { id, tags: [{ key: 'team', value: 'b' }], old: { tags } });
    await expect(update.answered()).resolves.toMatchObject({ physicalResourceId: id, seconds: 0 });
    expect(stack.tagsOf(id)).toMatchObject({ team: 'b', theirs: 'x' });
    expect(stack.tagsOf(id)).not.toHaveProperty('old');
    expect(stack.tagsOf(stack.modelOf(id))).toMatchObject({ team: 'b' });
    expect(stack.tagsOf(stack.modelOf(id))).not.toHaveProperty('old');
  });

  test('removes no tag where only a new one is set', async () => {
    const id = await createLongAgo();
    await stack.request('Update', { id, tags: [{ key: 'team', value: 'a' }] }).answered();
    expect(stack.count('TagResource')).toBe(2);
    expect(stack.count('UntagResource')).toBe(0);
  });

  test('tags the job that still runs, whose model is not there yet', async () => {
    stack.standIn.account.scripts = [{ durationMs: 30 * MINUTE }];
    const id = await createLongAgo();
    const update = stack.request('Update', { id, tags: [{ key: 'team', value: 'b' }] });
    await expect(update.answered()).resolves.toMatchObject({ physicalResourceId: id, seconds: 0 });
    expect(stack.tagsOf(id)).toMatchObject({ team: 'b' });
  });

  test('calls nothing that changes tags when they are the same', async () => {
    const id = await createLongAgo();
    await stack
      .request('Update', { id, definition: { roleArn: 'arn:aws:iam::000000000000:role/b' } })
      .answered();
    expect(stack.count('TagResource') + stack.count('UntagResource')).toBe(0);
  });

  test('a model that is gone is imported anew, after two minutes of nothing else', async () => {
    const id = await createLongAgo();
    stack.standIn.account.deleteModel(stack.modelOf(id));
    const { status, seconds, physicalResourceId } = await stack.request('Update', { id }).answered();
    expect({ status, seconds }).toEqual({ status: 'SUCCESS', seconds: 120 });
    expect(physicalResourceId).not.toBe(id);
    expect(stack.models()).toEqual([stack.modelOf(physicalResourceId)]);
  });

  test('a model whose job Bedrock has forgotten is kept: the model is there', async () => {
    const id = await createLongAgo();
    stack.standIn.failNext(
      ...times(9, { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' }),
    );
    const update = stack.request('Update', { id, tags: [{ key: 'team', value: 'b' }] });
    await expect(update.answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
      physicalResourceId: id,
    });
    expect(stack.tagsOf(stack.modelOf(id))).toMatchObject({ team: 'b' });
  });

  test('the same given name for another definition fails at once, with the way out', async () => {
    const given = { definition: { importedModelName: 'llama' } };
    const id = await createLongAgo(given);
    const definition = { importedModelName: 'llama', s3Uri: 's3://weights/llama-2/' };
    const answer = await stack.request('Update', { id, definition, old: given }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0, physicalResourceId: id });
    expect(answer.reason).toContain(
      'NameStillUsed: No import job was started: the change needs a new import',
    );
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('the same given name imports anew when the model that had it is gone', async () => {
    const given = { definition: { importedModelName: 'llama' } };
    const id = await createLongAgo(given);
    stack.standIn.account.deleteModel('llama');
    const definition = { importedModelName: 'llama', s3Uri: 's3://weights/llama-2/' };
    const answer = await stack.request('Update', { id, definition, old: given }).answered();
    expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0 });
  });

  test('the same given name imports anew when only a longer name has it in itself', async () => {
    const given = { definition: { importedModelName: 'llama' } };
    const id = await createLongAgo(given);
    stack.standIn.account.deleteModel('llama');
    stack.standIn.account.modelQuota = 9;
    stack.standIn.startJob({ jobName: 'other', importedModelName: 'llama-2' });
    stack.now += 10 * MINUTE;
    const definition = { importedModelName: 'llama', s3Uri: 's3://weights/llama-2/' };
    const answer = await stack.request('Update', { id, definition, old: given }).answered();
    expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0 });
  });

  test('a failure keeps the old physical ID', async () => {
    const id = await createLongAgo();
    stack.standIn.failNext({
      operation: 'CreateModelImportJob',
      status: 400,
      name: 'ValidationException',
      message: "Value at 'roleArn' failed to satisfy constraint: …",
    });
    const answer = await stack.request('Update', { id, ...OTHER }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0, physicalResourceId: id });
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('an Update that ignores `adopt` keeps what it has: adoption counts at creation only', async () => {
    const id = await createLongAgo();
    const other = stack.standIn.startJob({ jobName: 'other' });
    const answer = await stack.request('Update', { id, adopt: other }).answered();
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
  });

  test('without an item in the table it takes the definition of what is there from the old properties', async () => {
    const id = await createLongAgo();
    stack.table.items.clear();
    const kept = await stack.request('Update', { id, tags: [{ key: 'team', value: 'b' }] }).answered();
    expect(kept).toMatchObject({ status: 'SUCCESS', seconds: 0, physicalResourceId: id });
    stack.table.items.clear();
    stack.now += MINUTE;
    const replaced = await stack.request('Update', { id, ...OTHER }).answered();
    expect(replaced.physicalResourceId).not.toBe(id);
  });

  test('an Update of a create that failed without rollback imports the model', async () => {
    stack.speak({ strayRefusals: 'never' });
    stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 400, name: 'TooManyTagsException' });
    const { physicalResourceId: id } = await stack.request('Create').answered();
    stack.now += MINUTE;
    const answer = await stack.request('Update', { id }).answered();
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: stack.jobs()[0].jobArn });
  });

  describe('a change of tags that Bedrock refuses', () => {
    const team = { tags: [{ key: 'team', value: 'a' }] };

    test('for want of a permission is tried again until it arrives', async () => {
      const id = await createLongAgo();
      stack.standIn.failNext(
        ...times(3, { operation: 'TagResource', status: 403, name: 'AccessDeniedException' }),
      );
      const answer = await stack.request('Update', { id, ...team }).answered();
      expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id, seconds: 90 });
      expect(stack.tagsOf(stack.modelOf(id))).toMatchObject({ team: 'a' });
    });

    test('for want of a permission that never comes fails after seven minutes, and keeps the model', async () => {
      const id = await createLongAgo();
      stack.standIn.failNext(
        ...times(60, { operation: 'TagResource', status: 403, name: 'AccessDeniedException' }),
      );
      const answer = await stack.request('Update', { id, ...team }).answered();
      expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id, seconds: 420 });
      expect(answer.reason).toContain(`Refused: Not allowed to call bedrock:TagResource on ${id}`);
      expect(stack.models()).toEqual([stack.modelOf(id)]);
    });

    test('because there would be too many fails at once, and keeps the model', async () => {
      const id = await createLongAgo();
      stack.standIn.failNext({
        operation: 'TagResource',
        status: 400,
        name: 'TooManyTagsException',
        message: '51 tags',
      });
      const answer = await stack.request('Update', { id, ...team }).answered();
      expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id, seconds: 0 });
      expect(answer.reason).toContain('would have more tags than Bedrock allows: "51 tags"');
      expect(stack.models()).toEqual([stack.modelOf(id)]);
    });
  });

  describe('in a rollback', () => {
    const rollBack = (): void => stack.tellOfStack('UPDATE_ROLLBACK_IN_PROGRESS');

    test('of a failed update that started nothing ends at once', async () => {
      const id = await createLongAgo();
      stack.standIn.failNext({
        operation: 'CreateModelImportJob',
        status: 400,
        name: 'TooManyTagsException',
      });
      const failed = await stack.request('Update', { id, ...OTHER }).answered();
      stack.tell('UPDATE_FAILED', failed.physicalResourceId);
      rollBack();
      stack.now += 2000;
      const answer = await stack.request('Update', { id, old: OTHER }).answered();
      expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0, physicalResourceId: id });
      expect(stack.jobs()).toHaveLength(1);
    });

    test('goes back to the model before without an import, though its tags were removed by a tag cleaner', async () => {
      const id = await createLongAgo();
      const next = await stack.update(id, OTHER);
      for (const arn of [id, stack.modelOf(id), next, stack.modelOf(next)]) {
        stack.standIn.account.untag(arn, Object.keys(stack.tagsOf(arn)));
      }
      rollBack();
      const answer = await stack.request('Update', { id: next, old: OTHER }).answered();
      expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0, physicalResourceId: id });
      expect(stack.jobs()).toHaveLength(2);
    });

    test('goes back to a model with a given name', async () => {
      const given = { definition: { importedModelName: 'llama' } };
      const other = { definition: { importedModelName: 'llama-2' } };
      const id = await createLongAgo(given);
      const next = await stack.update(id, { ...other, old: given });
      rollBack();
      const answer = await stack.request('Update', { id: next, ...given, old: other }).answered();
      expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0, physicalResourceId: id });
    });

    test('goes back along the whole chain of replacements', async () => {
      stack.standIn.account.modelQuota = 9;
      const id = await createLongAgo();
      const second = await stack.update(id, { definition: { triggers: { v: '2' } } });
      stack.now += 5 * MINUTE;
      const third = await stack.update(second, { definition: { triggers: { v: '3' } } });
      rollBack();
      const answer = await stack.request('Update', { id: third }).answered();
      expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0, physicalResourceId: id });
      expect(stack.jobs()).toHaveLength(3);
    });

    test('of a kept model that is gone ends at once, and the log says it', async () => {
      const id = await createLongAgo();
      stack.standIn.account.deleteModel(stack.modelOf(id));
      rollBack();
      const answer = await stack.request('Update', { id }).answered();
      expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0, physicalResourceId: id });
      expect(log.text()).toContain(`The model of job ${id} is gone: change 'triggers' to import it again`);
    });

    test('reads the events back to the last one of the stack, and no further', async () => {
      for (let index = 0; index < 100; index++) {
        stack.tell('CREATE_COMPLETE', `other-${index}`, undefined, `Other${index}`);
      }
      const id = await createLongAgo();
      stack.standIn.account.deleteModel(stack.modelOf(id));
      rollBack();
      stack.tell('UPDATE_COMPLETE', 'other', undefined, 'Other');
      stack.tell('UPDATE_COMPLETE', 'another', undefined, 'Another');
      stack.pages = 0;
      await stack.request('Update', { id }).poll();
      expect(stack.pages).toBe(2);
    });

    test('to a job that has failed meanwhile is not failed by that', async () => {
      stack.standIn.account.scripts = [{ durationMs: MINUTE, outcome: 'Failed' }, {}];
      const id = await createLongAgo();
      const next = await stack.update(id, OTHER);
      rollBack();
      const answer = await stack.request('Update', { id: next, old: OTHER }).answered();
      expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id, seconds: 0 });
    });

    test('imports anew when the model before was deleted, because nothing else is left', async () => {
      const id = await createLongAgo();
      const next = await stack.update(id, OTHER);
      await stack.request('Delete', { id }).answered();
      stack.now += 5 * MINUTE;
      rollBack();
      const answer = await stack.request('Update', { id: next, old: OTHER }).answered();
      expect(answer.status).toBe('SUCCESS');
      expect([id, next]).not.toContain(answer.physicalResourceId);
    });
  });

  test('`triggers` a → b → a imports again, as the prop says, though the old model was retained', async () => {
    stack.standIn.account.modelQuota = 9;
    const a = { definition: { triggers: { v: 'a' } } };
    const b = { definition: { triggers: { v: 'b' } } };
    const first = await createLongAgo(a);
    const second = await stack.update(first, { ...b, old: a });
    stack.tellOfStack('UPDATE_COMPLETE');
    stack.now += 5 * MINUTE;
    const third = await stack.update(second, { ...a, old: b });
    expect(new Set([first, second, third]).size).toBe(3);
    expect(stack.models()).toHaveLength(3);
  });

  test('a request that comes with what a Delete has named is superseded, and starts nothing', async () => {
    const id = await createLongAgo();
    const update = stack.request('Update', { id, ...OTHER });
    stack.now += 1000;
    await stack.request('Delete', { id }).answered();
    const answer = await update.answered();
    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id });
    expect(answer.reason).toContain(`CloudFormation has deleted ${id}`);
    expect(stack.jobs()).toHaveLength(1);
  });

  describe('two requests in one second', () => {
    test('served in order: the later one is served', async () => {
      const id = await createLongAgo();
      const first = stack.request('Update', { id, ...OTHER });
      const second = stack.request('Update', { id, definition: { triggers: { v: '3' } } });
      await first.answered();
      await expect(second.answered()).resolves.toMatchObject({ status: 'SUCCESS' });
    });

    test('served in the other order: the awaited one is served, and the other one superseded', async () => {
      const id = await createLongAgo();
      const first = stack.request('Update', { id, ...OTHER });
      const second = stack.request('Update', { id, definition: { triggers: { v: '3' } } });
      const answer = await second.answered();
      expect(answer.status).toBe('SUCCESS');
      const overtaken = await first.answered();
      expect(overtaken).toMatchObject({ status: 'FAILED', physicalResourceId: id });
      expect(overtaken.reason).toContain('Superseded');
      expect(stack.jobs()).toHaveLength(2);
    });
  });
});
