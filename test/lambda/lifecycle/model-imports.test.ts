import { useLifecycle } from '../../support/lifecycle';
import { silenceLog } from '../../support/log';

silenceLog();

const lifecycle = useLifecycle();
const { speak, request, settle, create, models, modelOf, jobs } = lifecycle;

describe('what is on a later page of a list is found:', () => {
  beforeEach(() => {
    lifecycle.standIn.account.pageSize = 1;
  });

  test('a job', async () => {
    const stopped = request('Create');
    await settle(stopped);
    const good = await create();
    await settle(request('Delete', { id: `request/${stopped.RequestId}` }));
    expect(jobs()).toHaveLength(2);
    expect(models()).toEqual([modelOf(good)]);
  });

  test('a model', async () => {
    speak({ modelArn: 'never' });
    const id = await create({ definition: { importedModelName: 'llama' } });
    const other = lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'llama-too' });
    await settle(request('Delete', { id, definition: { importedModelName: 'llama' } }));
    expect(models()).toEqual([modelOf(other)]);
  });
});

test('a Bedrock that does not answer is asked again in the next poll', async () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const limit = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(50));
  lifecycle.standIn.failNext({ status: 500, delayMs: 500 });
  const event = request('Create');
  const result = await lifecycle.pollFor(event, 0);
  expect(result.lastSeen).toContain('AbortError');
  // The function itself has 30 seconds.
  expect(limit.mock.lastCall![0]).toBeLessThan(25_000);

  limit.mockRestore();
  expect(await settle(event, result)).toMatchObject({ status: 'SUCCESS' });
});
