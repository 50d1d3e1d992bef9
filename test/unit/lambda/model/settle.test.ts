import { MINUTE, NAMED_DIALECTS, serviceError, times, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('after the answer, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);

  describe('SUCCESS', () => {
    test('an import that the stack has recorded is CloudFormation’s: the execution ends within seconds', async () => {
      const create = stack.request('Create');
      const { physicalResourceId } = await create.answered();
      stack.now += 1000;
      stack.tell('CREATE_COMPLETE', physicalResourceId);
      expect(await create.ended()).toBeLessThanOrEqual(10);
      expect(create.hasEnded).toBe(true);
      expect(stack.recordOf().imports['request-1'].recorded).toBe(true);
    });

    test('an import that the stack has not recorded is removed', async () => {
      const create = stack.request('Create');
      await create.answered();
      stack.now += MINUTE;
      stack.tell('CREATE_FAILED', 'request/request-1');
      await create.ended();
      expect(create.hasEnded).toBe(true);
      expect(stack.models()).toEqual([]);
      expect(stack.recordOf().imports['request-1']).toMatchObject({
        state: 'removed',
        remove: 'CloudFormation has not recorded it',
      });
    });

    test('an import of which the events say nothing is watched, ever less often, and never removed for an absence', async () => {
      const create = stack.request('Create');
      await create.answered();
      await create.ended(4 * 3600);
      expect(create.hasEnded).toBe(false);
      // 25,000 events of an execution, of which each poll takes about 13: enough for a day.
      expect(create.result.attempt).toBeLessThan(300);
      expect(stack.models()).toHaveLength(1);
    });

    test('events that cannot be had are asked for again, once a minute', async () => {
      const create = stack.request('Create');
      const { physicalResourceId } = await create.answered();
      stack.eventsError = serviceError('AccessDenied', 403);
      await create.ended(3600);
      expect(create.hasEnded).toBe(false);
      stack.eventsError = undefined;
      stack.tell('CREATE_COMPLETE', physicalResourceId);
      expect(await create.ended()).toBeLessThanOrEqual(60);
      expect(create.hasEnded).toBe(true);
    });

    test('a table that fails is asked again, once a minute', async () => {
      const create = stack.request('Create');
      const { physicalResourceId } = await create.answered();
      stack.tell('CREATE_COMPLETE', physicalResourceId);
      stack.tableError = serviceError('InternalServerError', 500);
      await create.ended(3600);
      expect(create.hasEnded).toBe(false);
      stack.tableError = undefined;
      expect(await create.ended()).toBeLessThanOrEqual(60);
      expect(create.hasEnded).toBe(true);
    });

    test('a Delete meanwhile does the work: the execution ends', async () => {
      const create = stack.request('Create');
      await create.answered();
      await stack.request('Delete', { id: 'request/request-1' }).answered();
      await create.ended();
      expect(create.hasEnded).toBe(true);
      expect(stack.models()).toEqual([]);
    });
  });

  describe('FAILED', () => {
    test('a request that has started nothing ends with its answer', async () => {
      stack.standIn.failNext({
        operation: 'CreateModelImportJob',
        status: 400,
        name: 'TooManyTagsException',
      });
      const create = stack.request('Create');
      await create.answered();
      expect(create.hasEnded).toBe(true);
    });

    test('a request that was superseded removes its import after its answer: no rollback waits for its job', async () => {
      stack.speak({ newJobInLists: 'at once', strayRefusals: 'never' });
      stack.standIn.account.modelQuota = 9;
      stack.standIn.account.scripts = [{ durationMs: 20 * MINUTE }, {}];
      stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true });
      const first = stack.request('Create');
      await first.poll();
      stack.now += 2000;
      const second = stack.request('Create', { definition: { triggers: { v: '2' } } });
      await second.poll();
      const { status, seconds } = await first.answered();
      expect(status).toBe('FAILED');
      expect(seconds).toBeLessThan(30);
      expect(first.hasEnded).toBe(false);
      await first.ended();
      expect(first.hasEnded).toBe(true);
      expect(stack.recordOf().imports['request-1']).toMatchObject({
        state: 'removed',
        remove: 'its request has failed',
      });
      const { physicalResourceId } = await second.answered();
      stack.now += 5 * MINUTE;
      expect(stack.models()).toEqual([stack.modelOf(physicalResourceId)]);
    });

    test('a running job is polled once a minute, inside the events of one execution', async () => {
      stack.speak({ newJobInLists: 'late', strayRefusals: 'never' });
      stack.standIn.account.scripts = [{ durationMs: 2 * 60 * MINUTE }];
      stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true });
      const create = stack.request('Create', { startTimeoutSeconds: 20, pollIntervalSeconds: 5 });
      await create.answered();
      const polls = create.result.attempt;
      const seconds = await create.ended();
      expect(create.hasEnded).toBe(true);
      expect(create.result.attempt - polls).toBeLessThan(seconds / 60 + 30);
      expect(stack.models()).toEqual([]);
    });

    test('refusals after the answer never end the execution: the model is billed until it is gone', async () => {
      stack.speak({ newJobInLists: 'late', strayRefusals: 'never', deleteFreshModel: 'done' });
      stack.standIn.account.scripts = [{ durationMs: 5 * MINUTE }];
      stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true });
      const create = stack.request('Create', { startTimeoutSeconds: 20 });
      await create.answered();
      stack.standIn.failNext(
        ...times(60, { operation: 'DeleteImportedModel', status: 403, name: 'AccessDeniedException' }),
      );
      await create.ended();
      expect(create.hasEnded).toBe(true);
      expect(stack.models()).toEqual([]);
    });
  });

  test('a Delete that cannot read the record at its deadline ends with its answer', async () => {
    const id = await stack.create();
    stack.tableError = serviceError('ThrottlingException', 400);
    const execution = stack.request('Delete', { id });
    await expect(execution.answered()).resolves.toMatchObject({ status: 'FAILED' });
    expect(execution.hasEnded).toBe(true);
  });

  test('a request that cannot read the record at its deadline goes on, and removes what it has started', async () => {
    const from = stack.now;
    stack.beforeTable = () => {
      const isThrottled = stack.jobs().length > 0 && stack.now < from + 60 * MINUTE;
      stack.tableError = isThrottled ? serviceError('ThrottlingException', 400) : undefined;
    };
    const create = stack.request('Create');
    await expect(create.answered()).resolves.toMatchObject({ status: 'FAILED', seconds: 3300 });
    expect(stack.models()).toHaveLength(1);
    await create.ended();
    expect(stack.models()).toEqual([]);
  });
});
