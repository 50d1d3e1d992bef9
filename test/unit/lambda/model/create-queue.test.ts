import { MINUTE, NAMED_DIALECTS, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('create in the queue, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);

  test('waits while another job is in progress, and says for which', async () => {
    const other = stack.standIn.startJob({ jobName: 'other', durationMs: 10 * MINUTE });
    stack.now += 2 * MINUTE;
    const create = stack.request('Create');
    const { lastSeen } = await create.poll();
    expect(lastSeen).toBe(`the import slot: job ${other} is in progress, and one runs at a time`);
    const { status, seconds } = await create.answered();
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThanOrEqual(480);
    expect(seconds).toBeLessThan(480 + 400);
  });

  test('a model queues behind another one of its stack, also while the slot is not free yet', async () => {
    stack.speak({ jobPlace: 'late', strayRefusals: 'never' });
    stack.standIn.account.scripts = [{ durationMs: 5000 }];
    await stack.create();
    const second = await stack.request('Create', { logicalId: 'Other' }).answered();
    expect(second.status).toBe('SUCCESS');
    expect(second.seconds).toBeLessThanOrEqual(150);
    expect(stack.jobs()).toHaveLength(2);
  });

  test('the quota of a model that was deleted a moment ago comes free', async () => {
    stack.speak({ modelPlace: 'late' });
    stack.standIn.account.modelQuota = 1;
    const other = stack.standIn.startJob({ jobName: 'other' });
    stack.standIn.account.deleteModel(stack.modelOf(other));
    await expect(stack.request('Create').answered()).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test('gives up when the other job outlasts the timeout', async () => {
    const other = stack.standIn.startJob({ jobName: 'other', durationMs: 100 * MINUTE });
    stack.now += MINUTE;
    stack.speak({ strayRefusals: 'never' });
    const create = stack.request('Create');
    const { status, seconds, reason, physicalResourceId } = await create.answered();
    expect({ status, seconds, physicalResourceId }).toEqual({
      status: 'FAILED',
      seconds: 1800,
      physicalResourceId: `request/${create.request.event.RequestId}`,
    });
    expect(reason).toContain(`TimedOut: Gave up waiting for the import slot: job ${other} is in progress`);
    expect(reason).toContain('Redeploy when that is over. Waited 30 min in ');
  });

  test('a queue that timed out has started nothing, and its execution ends with its answer', async () => {
    stack.standIn.startJob({ jobName: 'other', durationMs: 100 * MINUTE });
    stack.now += MINUTE;
    stack.speak({ strayRefusals: 'never' });
    const create = stack.request('Create');
    await create.answered();
    expect(create.hasEnded).toBe(true);
    expect(stack.recordOf().imports).toEqual({});
    expect(stack.jobs()).toHaveLength(1);
  });

  test('the quota of models is believed after more than three minutes without a running job', async () => {
    stack.standIn.account.modelQuota = 1;
    stack.standIn.startJob({ jobName: 'other' });
    stack.now += 10 * MINUTE;
    const { status, seconds, reason } = await stack.request('Create').answered();
    expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 240 });
    expect(reason).toContain('ModelQuotaExceeded: No import job was started: the account holds as many');
    expect(reason).toContain('For 4 min no import job was in progress');
  });

  test('a job that is seen meanwhile starts the three minutes anew', async () => {
    stack.standIn.account.modelQuota = 1;
    stack.standIn.startJob({ jobName: 'full' });
    stack.now += 10 * MINUTE;
    const create = stack.request('Create');
    await create.pollFor(120);
    stack.standIn.startJob({ jobName: 'other', durationMs: 3 * MINUTE });
    const { status, seconds } = await create.answered();
    expect(status).toBe('FAILED');
    expect(seconds).toBeGreaterThan(300);
  });

  test('a short timeout does not cut the time that a new role needs', async () => {
    stack.speak({ newRole: 'role ValidationException' });
    stack.standIn.account.rolesAreNew = true;
    const answer = await stack.request('Create', { startTimeoutSeconds: 60 }).answered();
    expect(answer.status).toBe('SUCCESS');
    expect(answer.seconds).toBeGreaterThanOrEqual(300);
  });

  test('a request that a newer one has overtaken in the queue is superseded, and starts nothing', async () => {
    stack.standIn.startJob({ jobName: 'other', durationMs: 10 * MINUTE });
    stack.now += MINUTE;
    stack.speak({ strayRefusals: 'never' });
    const first = stack.request('Create');
    await first.pollFor(60);
    stack.now += 1000;
    const second = stack.request('Create', { definition: { triggers: { v: '2' } } });
    await second.poll();
    const { status, reason } = await first.answered();
    expect(status).toBe('FAILED');
    expect(reason).toContain(
      'Superseded: This request does not count any more: request request-2 of the same',
    );
    expect(first.hasEnded).toBe(true);
    await expect(second.answered()).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(stack.jobs()).toHaveLength(2);
  });
});
