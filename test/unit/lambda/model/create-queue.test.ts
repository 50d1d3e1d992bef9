import { MINUTE, NAMED_DIALECTS, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('create in the queue, in the dialect %s', (_, dialect) => {
  const lifecycle = useLifecycle(dialect);
  const { speak, request, pollFor, settle, create, count, jobs } = lifecycle;

  test('waits while another job is in progress', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 10 * MINUTE });
    const { status, seconds } = await settle(request('Create'));
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThanOrEqual(600);
  });

  test('two models of one stack queue, also while the place of the first one is still taken', async () => {
    speak({ jobPlace: 'late' });
    lifecycle.standIn.account.scripts = [{ durationMs: 5000 }];
    await create();
    const second = await settle({ ...request('Create'), LogicalResourceId: 'Other' });
    expect(second.status).toBe('SUCCESS');
    expect(jobs()).toHaveLength(2);
  });

  test('the place of a model that was deleted a moment ago comes free', async () => {
    speak({ modelPlace: 'late' });
    lifecycle.standIn.account.modelQuota = 1;
    const other = lifecycle.standIn.startJob({ jobName: 'other' });
    lifecycle.standIn.account.deleteModel(lifecycle.modelOf(other));
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test('gives up when the other job outlasts the timeout', async () => {
    const other = lifecycle.standIn.startJob({ jobName: 'other', durationMs: 100 * MINUTE });
    lifecycle.now += MINUTE;
    const event = request('Create');
    speak({ strayRefusals: 'never' });
    const { status, seconds, reason, physicalResourceId } = await settle(event);
    expect({ status, seconds, physicalResourceId }).toEqual({
      status: 'FAILED',
      seconds: 1800,
      physicalResourceId: `request/${event.RequestId}`,
    });
    expect(reason).toContain(`Gave up after 30 min of waiting: model import job ${other} is in progress`);
    expect(reason).toContain('Deploy again when that is over. Waited 30 min in ');
  });

  test('believes in the quota of models after more than three minutes without a running job', async () => {
    lifecycle.standIn.account.modelQuota = 1;
    lifecycle.standIn.startJob({ jobName: 'other' });
    lifecycle.now += 10 * MINUTE;
    const { status, seconds, reason } = await settle(request('Create'));
    expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 240 });
    expect(reason).toContain('as many imported models as it may: for 4 min no import job was in progress');
  });

  test('a job that is seen meanwhile starts the three minutes anew', async () => {
    lifecycle.standIn.account.modelQuota = 1;
    lifecycle.standIn.startJob({ jobName: 'full' });
    lifecycle.now += 10 * MINUTE;
    const event = request('Create');
    const startedAt = lifecycle.now;
    const result = await pollFor(event, 120);
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 3 * MINUTE });
    const { status, seconds } = await settle(event, result, startedAt);
    expect(status).toBe('FAILED');
    expect(seconds).toBeGreaterThan(300);
  });

  test('a given name that another model has fails at once', async () => {
    const other = lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'taken' });
    lifecycle.now += 2 * MINUTE;
    const event = request('Create', { definition: { importedModelName: 'taken' } });
    const answer = await settle(event);
    expect(answer).toMatchObject({
      status: 'FAILED',
      seconds: 0,
      physicalResourceId: `request/${event.RequestId}`,
    });
    expect(answer.reason).toContain(`Another imported model has the name taken: ${lifecycle.modelOf(other)}`);
    expect(answer.reason).toContain("Change 'importedModelName'");
    expect(count('CreateModelImportJob')).toBe(0);
  });

  test('a given name that a running job will take fails at once', async () => {
    const other = lifecycle.standIn.startJob({
      jobName: 'other',
      importedModelName: 'taken',
      durationMs: 90 * MINUTE,
    });
    lifecycle.now += 2 * MINUTE;
    const { status, seconds, reason } = await settle(
      request('Create', { definition: { importedModelName: 'taken' } }),
    );
    expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 0 });
    expect(reason).toContain(`has the name taken: ${other}`);
  });

  test('a name that only resembles a given one is none', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'taken-too' });
    lifecycle.now += 3 * MINUTE;
    await expect(
      settle(request('Create', { definition: { importedModelName: 'taken' } })),
    ).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test('a running job that makes a model of another name is waited for', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'other', durationMs: 10 * MINUTE });
    lifecycle.now += 2 * MINUTE;
    await expect(
      settle(request('Create', { definition: { importedModelName: 'llama' } })),
    ).resolves.toMatchObject({ status: 'SUCCESS' });
  });
});
