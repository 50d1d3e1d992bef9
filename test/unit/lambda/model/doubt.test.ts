import { MINUTE, NAMED_DIALECTS, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

const LOST = { operation: 'CreateModelImportJob', status: 0, reset: true };

describe.each(NAMED_DIALECTS)('a start without a clear answer, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);

  test('is looked up by its name until the job shows, and started once', async () => {
    stack.standIn.failNext({ ...LOST, carriedOut: true });
    stack.standIn.account.scripts = [{ durationMs: 10 * MINUTE }];
    const create = stack.request('Create');
    const { lastSeen, waitSeconds } = await create.poll();
    expect(lastSeen).toMatch(/^certainty about job models-Llama-/);
    expect(waitSeconds).toBe(5);
    const answer = await create.answered();

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: stack.jobs()[0].jobArn });
    expect(answer.seconds).toBeLessThanOrEqual(65);
    expect(stack.count('CreateModelImportJob')).toBe(1);
  });

  test('that came to nothing is made again after two minutes', async () => {
    stack.standIn.failNext(LOST);
    const answer = await stack.request('Create').answered();

    expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 120 });
    expect(stack.count('CreateModelImportJob')).toBe(2);
    expect(stack.jobs()).toHaveLength(1);
  });

  test('is certain where no connection came about: the call is made again at the next poll', async () => {
    stack.standIn.refusedConnections = 2;
    const answer = await stack.request('Create').answered();
    expect(answer.status).toBe('SUCCESS');
    // A lost answer takes 120 s.
    expect(answer.seconds).toBeLessThanOrEqual(60);
    expect(stack.jobs()).toHaveLength(1);
  });

  test('the first attempt lands, and what is refused later by its own job is not taken for not started', async () => {
    stack.speak({ newJobInLists: 'late' });
    stack.standIn.account.scripts = [{ durationMs: 30 * MINUTE }];
    stack.standIn.failNext({ ...LOST, carriedOut: true });
    const answer = await stack.request('Create').answered();

    expect(answer.status).toBe('SUCCESS');
    expect(stack.jobs()).toHaveLength(1);
    expect(answer.physicalResourceId).toBe(stack.jobs()[0].jobArn);
  });

  test('a function that dies after the call finds its job at the next poll', async () => {
    stack.standIn.account.scripts = [{ durationMs: 10 * MINUTE }];
    const create = stack.request('Create');
    let writes = 0;
    stack.beforeTable = (operation) => {
      // The claim and the beginning are written; the function dies before it writes the ARN.
      if (operation === 'PutItem' && ++writes === 3) {
        throw new RangeError('killed');
      }
    };
    await expect(create.poll()).resolves.toBeDefined();
    stack.beforeTable = () => undefined;
    const again = stack.execution(create.request.event, create.request.requestedAt);
    await expect(again.answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: stack.jobs()[0].jobArn,
    });
    expect(stack.count('CreateModelImportJob')).toBe(1);
  });

  test.each(['ConflictException', 'ValidationException'])(
    'a refusal for the name, as %s, means that an earlier call had started the job',
    async (name) => {
      stack.standIn.account.scripts = [{ durationMs: 10 * MINUTE }];
      const inUse = { name, status: 400, message: 'The provided job name is currently in use.' };
      stack.standIn.failNext({ ...LOST, ...inUse, reset: false, carriedOut: true });
      const answer = await stack.request('Create').answered();

      expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: stack.jobs()[0].jobArn });
      expect(stack.jobs()).toHaveLength(1);
    },
  );

  test('no other job is taken for its own, whatever their names have in common', async () => {
    stack.standIn.account.modelQuota = 9;
    const id = await stack.create();
    const { jobName } = stack.standIn.describe(id)!;
    stack.now += 2 * MINUTE;
    await stack.request('Delete', { id }).answered();
    stack.standIn.startJob({ jobName: `${String(jobName)}-2` });
    stack.now += 2 * MINUTE;
    stack.standIn.failNext(LOST);
    const { physicalResourceId } = await stack.request('Create').answered();
    expect(stack.jobs()[0].jobArn).toBe(physicalResourceId);
  });

  test('the given name of a model whose job was started by a lost call is its own', async () => {
    stack.speak({ newJobInLists: 'late', repeatedToken: 'name first' });
    stack.standIn.failNext({ ...LOST, carriedOut: true });
    const create = stack.request('Create', { definition: { importedModelName: 'llama' } });
    await expect(create.answered()).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(stack.jobs()).toHaveLength(1);
  });

  test('a create that gives up in doubt is answered in time, and its job goes after the answer', async () => {
    stack.standIn.account.scripts = [{ durationMs: 10 * MINUTE }];
    stack.speak({ newJobInLists: 'late', strayRefusals: 'never' });
    stack.standIn.failNext({ ...LOST, carriedOut: true });
    const create = stack.request('Create', { startTimeoutSeconds: 30 });
    const answer = await create.answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 30 });
    stack.tell('CREATE_FAILED', answer.physicalResourceId);
    expect(await create.ended()).toBeLessThan(15 * 60);
    expect(create.hasEnded).toBe(true);
    expect(stack.models()).toEqual([]);
    expect(stack.recordOf().imports['request-1']).toMatchObject({ state: 'removed' });
  });

  test('the time of doubt counts from the last call, not from the request', async () => {
    stack.standIn.startJob({ jobName: 'other', durationMs: 10 * MINUTE });
    stack.now += 2 * MINUTE;
    stack.speak({ strayRefusals: 'never', jobPlace: 'at once' });
    const create = stack.request('Create');
    await create.pollFor(7 * 60);
    stack.standIn.failNext(LOST);
    const { seconds } = await create.answered();
    expect(seconds).toBeGreaterThanOrEqual(420 + 120);
  });
});
