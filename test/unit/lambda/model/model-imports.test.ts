import { useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

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

describe('a call that is refused for good is named in the reason:', () => {
  const refusals = (operation: string): object[] =>
    Array.from({ length: 30 }, () => ({ operation, status: 403, name: 'AccessDeniedException' }));
  const outcome = async (event: ReturnType<typeof request>): Promise<string> => (await settle(event)).reason!;

  test.each(['CreateModelImportJob', 'ListModelImportJobs'])('%s', async (operation) => {
    lifecycle.standIn.failNext(...(refusals(operation) as []));
    expect(await outcome(request('Create'))).toContain(`Bedrock refused bedrock:${operation}: `);
  });

  test('ListImportedModels', async () => {
    lifecycle.standIn.failNext(...(refusals('ListImportedModels') as []));
    const given = { definition: { importedModelName: 'llama' } };
    expect(await outcome(request('Create', given))).toContain('Bedrock refused bedrock:ListImportedModels: ');
  });

  test.each(['GetModelImportJob', 'GetImportedModel', 'DeleteImportedModel'])('%s', async (operation) => {
    const id = await create();
    lifecycle.standIn.failNext(...(refusals(operation) as []));
    expect(await outcome(request('Delete', { id }))).toContain(`Bedrock refused bedrock:${operation}: `);
  });

  test.each(['ListTagsForResource', 'TagResource', 'UntagResource'])('%s', async (operation) => {
    const old = { tags: [{ key: 'team', value: 'search' }] };
    const id = await create(old);
    lifecycle.standIn.failNext(...(refusals(operation) as []));
    expect(await outcome(request('Update', { id, old }))).toContain(`Bedrock refused bedrock:${operation}: `);
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
