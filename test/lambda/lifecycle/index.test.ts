import { handler } from '../../../lambda/lifecycle/index';
import { useLifecycle } from '../../support/lifecycle';
import { silenceLog } from '../../support/log';

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
