import { MINUTE, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

const log = silenceLog();
const lifecycle = useLifecycle();
const { request, settle, create, tagsOf } = lifecycle;

const QWEN = { definition: { s3Uri: 's3://weights/qwen/' } };

test('the timeout of an import counts from when nothing else is waited for', async () => {
  const id = await create();
  lifecycle.standIn.account.scripts = [{ durationMs: 40 * MINUTE }];
  const { physicalResourceId: failed } = await settle(request('Update', { id, ...QWEN }));
  lifecycle.now += 1000;
  lifecycle.standIn.account.scripts = [{}];
  lifecycle.standIn.failNext(
    ...Array.from({ length: 3 }, () => ({
      operation: 'CreateModelImportJob',
      status: 429,
      name: 'ThrottlingException',
    })),
  );
  const other = { definition: { s3Uri: 's3://weights/mistral/' } };
  const answer = await settle(request('Update', { id, ...other, startTimeoutSeconds: 300 }));
  expect(answer.status).toBe('SUCCESS');
  expect(answer.physicalResourceId).not.toBe(failed);
  expect(answer.seconds).toBeGreaterThan(40 * 60);
});

test('a fault in the middle of a start does not make it last longer', async () => {
  const id = await create();
  lifecycle.now += 10 * MINUTE;
  lifecycle.standIn.startJob({ jobName: 'other', durationMs: 200 * MINUTE });
  const event = request('Update', { id, ...QWEN, startTimeoutSeconds: 300 });
  const startedAt = lifecycle.now;
  const early = await lifecycle.pollFor(event, 120);
  lifecycle.standIn.failNext({ status: 429, name: 'ThrottlingException' });
  const { status, seconds } = await settle(event, early, startedAt);
  expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 300 });
});

test('the timeout of a first import counts from its request', async () => {
  lifecycle.standIn.startJob({ jobName: 'other', durationMs: 200 * MINUTE });
  const event = request('Create', { startTimeoutSeconds: 600 });
  const requestedAt = lifecycle.now;
  lifecycle.now += 45_000;
  const { status, seconds } = await settle(event, { attempt: 0 }, requestedAt);
  expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 600 });
});

test('all of an update is over within 55 minutes', async () => {
  const id = await create();
  lifecycle.now += 10 * MINUTE;
  lifecycle.standIn.startJob({ jobName: 'other', durationMs: 200 * MINUTE });
  const { status, seconds } = await settle(request('Update', { id, ...QWEN, startTimeoutSeconds: 9000 }));
  expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 3300 });
});

test('new tags do not fail for an import that goes on for longer, whose job has them', async () => {
  lifecycle.standIn.account.scripts = [{ durationMs: 200 * MINUTE }];
  const id = await create();
  const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'search' }] }));
  expect(answer).toMatchObject({
    status: 'SUCCESS',
    physicalResourceId: id,
    data: { jobArn: id },
    seconds: 3300,
  });
  expect(tagsOf(id)).toMatchObject({ team: 'search' });
  expect(log.text()).toContain('goes on without');
});
