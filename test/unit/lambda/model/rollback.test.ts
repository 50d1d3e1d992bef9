import { MINUTE, NAMED_DIALECTS, times, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('rollback, in the dialect %s', (_, dialect) => {
  const lifecycle = useLifecycle(dialect);
  const { speak, request, pollFor, settle, create, jobs, models, modelOf } = lifecycle;

  const other = { definition: { s3Uri: 's3://weights/qwen/' } };

  test('a rollback that names the new job goes back to the old one', async () => {
    const id = await create();
    const { physicalResourceId: newId } = await settle(request('Update', { id, ...other }));

    const rollback = await settle(request('Update', { id: newId, old: other }));

    expect(rollback).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(jobs()).toHaveLength(2);
    expect(models()).toContain(modelOf(id));
  });

  test('a rollback that names the old job keeps it, and removes the new one', async () => {
    const id = await create();
    const { physicalResourceId: newId } = await settle(request('Update', { id, ...other }));

    const rollback = await settle(request('Update', { id, old: other }));

    expect(rollback).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(models()).toEqual([modelOf(id)]);
    await expect(settle(request('Delete', { id: newId, ...other }))).resolves.toMatchObject({
      status: 'SUCCESS',
    });
    expect(models()).toEqual([modelOf(id)]);
  });

  test('a rollback is not bound to the timeout of the import that failed', async () => {
    const id = await create();
    const rollback = await settle(request('Update', { id, old: other, startTimeoutSeconds: 60 }));
    expect(rollback).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(rollback.seconds).toBeGreaterThan(60);
  });

  test('a rollback that is throttled for longer than an import may take waits on', async () => {
    const id = await create();
    const rollback = request('Update', { id, old: other, startTimeoutSeconds: 60 });
    const startedAt = lifecycle.now;
    lifecycle.standIn.failNext(...times(9, { status: 429, name: 'ThrottlingException', message: '…' }));
    expect((await pollFor(rollback, 120)).answer).toBeUndefined();
    expect(lifecycle.now - startedAt).toBeGreaterThanOrEqual(2 * MINUTE);
  });

  test('going back to a definition whose model was deleted imports it again', async () => {
    const first = await create();
    const { physicalResourceId: second } = await settle(request('Update', { id: first, ...other }));
    await settle(request('Delete', { id: first }));
    lifecycle.now += 1000;

    const third = await settle(request('Update', { id: second, old: other }));

    expect(third.status).toBe('SUCCESS');
    expect([first, second]).not.toContain(third.physicalResourceId);
  });

  test('a rollback removes the job that a stopped update may still start', async () => {
    const id = await create();
    lifecycle.now += 2 * MINUTE;
    lifecycle.standIn.account.scripts = [{ durationMs: 5 * MINUTE }];
    const stopped = request('Update', { id, ...other });
    const rollback = request('Update', { id, old: other });
    const startedAt = lifecycle.now;

    const result = await pollFor(rollback, 0, { attempt: 0, supersedes: true });
    expect(result.lastSeen).toBe('a job that a stopped request may still start');
    lifecycle.now += 20_000;
    await pollFor(stopped, 0);
    const answer = await settle(rollback, result, startedAt);

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(jobs()).toHaveLength(2);
    lifecycle.now += 10 * MINUTE;
    expect(models()).toEqual([modelOf(id)]);
  });

  test('a rollback does not mistake a new job whose tags show late', async () => {
    speak({ newJobTags: 'empty' });
    const id = await create();
    const { physicalResourceId: newId } = await settle(request('Update', { id, ...other }));
    const rollback = await settle(request('Update', { id: newId, old: other }));
    expect(rollback).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(jobs()).toHaveLength(2);
  });

  test('a rollback whose old model is gone imports it again', async () => {
    const id = await create();
    const { physicalResourceId: newId } = await settle(request('Update', { id, ...other }));
    lifecycle.now += 10 * MINUTE;
    lifecycle.standIn.account.deleteModel(modelOf(id));
    const rollback = await settle(request('Update', { id: newId, old: other }));
    expect(rollback.status).toBe('SUCCESS');
    expect([id, newId]).not.toContain(rollback.physicalResourceId);
  });
});
