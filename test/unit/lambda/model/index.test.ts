import { handler } from '../../../../lambda/model/index';
import { MINUTE, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

const log = silenceLog();
const lifecycle = useLifecycle();
const { request, settle, jobs } = lifecycle;

describe('each step', () => {
  test('is logged', async () => {
    const event = request('Create');
    await settle(event);
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'Create of Llama: 0 s waited, done',
        requestType: 'Create',
        logicalId: 'Llama',
        requestId: event.RequestId,
        waitedSeconds: 0,
        attempt: 1,
      }),
    ]);
  });

  test('is a sentence, also while it waits and when it gives up', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 100 * MINUTE });
    lifecycle.now += 2 * MINUTE;
    await settle(request('Create', { startTimeoutSeconds: 30 }));
    const waits =
      /^Create of Llama: 0 s waited for model import job \S+ is in progress, and .*, next poll in 30 s$/;
    expect(log.lines().map(({ message }) => message)).toEqual([
      expect.stringMatching(waits) as string,
      expect.stringMatching(/^Create of Llama: 30 s waited for .*, gives up$/) as string,
    ]);
  });

  test('is logged as a warning when it fails', async () => {
    lifecycle.standIn.failNext({
      operation: 'CreateModelImportJob',
      status: 400,
      name: 'TooManyTagsException',
    });
    await settle(request('Create'));
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'Create of Llama: 0 s waited, failed',
        fail: expect.stringContaining('more tags than Bedrock allows') as string,
      }),
    ]);
  });
});

test('the handler speaks with Bedrock', async () => {
  process.env.AWS_ENDPOINT_URL_BEDROCK = lifecycle.standIn.url;
  const input = {
    event: request('Create'),
    startedAt: new Date(lifecycle.now).toISOString(),
    previous: { attempt: 0 },
  };
  await expect(handler(input)).resolves.toMatchObject({ answer: { status: 'SUCCESS' } });
  expect(jobs()).toHaveLength(1);
});
