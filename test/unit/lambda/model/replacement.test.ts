import { MINUTE, NAMED_DIALECTS, useModelStack, type Execution } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

const V2 = { definition: { triggers: { v: '2' } } };
const V3 = { definition: { triggers: { v: '3' } } };

describe.each(NAMED_DIALECTS)('replacement, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);

  /** Version 1 in use, and a deployment to version 2 whose job runs for ten minutes, up to the clean-up. */
  const replace = async (
    outcome: 'Completed' | 'Failed' = 'Completed',
  ): Promise<{ id: string; next: string }> => {
    stack.standIn.account.modelQuota = 9;
    const id = await stack.create();
    stack.now += 10 * MINUTE;
    stack.standIn.account.scripts = [{ durationMs: 10 * MINUTE, outcome }, {}];
    stack.speak({ strayRefusals: 'never' });
    const next = await stack.update(id, V2);
    stack.tellOfStack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    return { id, next };
  };
  /** CloudFormation's Delete of what an update has replaced. */
  const cleanUp = async (id: string): Promise<Execution> => {
    const execution = stack.request('Delete', { id });
    await expect(execution.answered()).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    return execution;
  };

  test('`waitForCompletion: false`: the clean-up is answered at once, and the old model goes when its successor has completed', async () => {
    const { id, next } = await replace();
    const execution = await cleanUp(id);
    expect(execution.hasEnded).toBe(false);
    await execution.ended(8 * 60);
    expect(stack.models()).toEqual([stack.modelOf(id)]);
    await execution.ended();
    expect(execution.hasEnded).toBe(true);
    expect(execution.seconds).toBeLessThan(17 * 60);
    expect(stack.models()).toEqual([stack.modelOf(next)]);
  });

  test('`waitForCompletion: false`, and the second job fails: the old model stays, marked', async () => {
    const { id } = await replace('Failed');
    const execution = await cleanUp(id);
    await execution.ended();
    expect(execution.hasEnded).toBe(true);
    expect(stack.models()).toEqual([stack.modelOf(id)]);
    expect(stack.recordOf().imports['request-1']).toMatchObject({
      state: 'started',
      remove: 'CloudFormation has deleted the resource',
    });
  });

  test('a model that a failed successor has left goes with the resource', async () => {
    const { id, next } = await replace('Failed');
    await (await cleanUp(id)).ended();
    stack.now += 5 * MINUTE;
    stack.tellOfStack('DELETE_IN_PROGRESS');
    const answer = await stack.request('Delete', { id: next }).answered();
    expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(stack.models()).toEqual([]);
  });

  test('a model that a failed successor has left goes with the next replacement', async () => {
    const { id, next } = await replace('Failed');
    await (await cleanUp(id)).ended();
    stack.now += 5 * MINUTE;
    const third = await stack.update(next, { ...V3, old: V2 });
    stack.now += 5 * MINUTE;
    await (await cleanUp(next)).ended();
    expect(stack.models()).toEqual([stack.modelOf(third)]);
  });

  test('what is done after the answer names nothing anew', async () => {
    const { id } = await replace();
    const execution = await cleanUp(id);
    const version = (): string => [...stack.table.items.values()][0].version.N!;
    const before = version();
    const listings = stack.listings;
    await execution.ended(5 * 60);
    expect(version()).toBe(before);
    expect(stack.listings).toBe(listings);
  });

  test('a successor that Bedrock calls absent while it runs does not make the old model go', async () => {
    const { id } = await replace();
    stack.now += MINUTE;
    const absent = { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' };
    stack.standIn.failNext(...Array.from({ length: 5 }, () => absent));
    const execution = await cleanUp(id);
    await execution.ended(5 * 60);
    expect(execution.hasEnded).toBe(false);
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  /** Three Deletes that may not delete the model. */
  const failCleanUp = async (id: string): Promise<void> => {
    stack.now += 15 * MINUTE;
    for (let attempt = 1; attempt <= 3; attempt++) {
      const fault = { operation: 'DeleteImportedModel', status: 403, name: 'AccessDeniedException' };
      stack.standIn.failNext(...Array.from({ length: 15 }, () => fault));
      await expect(stack.request('Delete', { id }).answered()).resolves.toMatchObject({ status: 'FAILED' });
    }
    expect(stack.models()).toHaveLength(2);
    stack.now += MINUTE;
  };

  test('a clean-up that fails three times: the old model goes with the next clean-up, though the newest import has failed', async () => {
    const { id, next } = await replace();
    await failCleanUp(id);
    stack.standIn.account.scripts = [{ outcome: 'Failed' }];
    await stack.update(next, { ...V3, old: V2 });
    stack.now += 5 * MINUTE;
    await (await cleanUp(next)).ended();
    expect(stack.models()).toEqual([stack.modelOf(next)]);
  });

  test('a clean-up that fails three times: the old model goes with the stack', async () => {
    const { id, next } = await replace();
    await failCleanUp(id);
    await expect(stack.request('Delete', { id: next }).answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
    });
    expect(stack.models()).toEqual([]);
  });

  test('a retained model gets no Delete, and stays when the stack is deleted', async () => {
    // One deployment sets RETAIN and another source; the properties of the next one say DESTROY again.
    const { id, next } = await replace();
    stack.tell('DELETE_SKIPPED', id);
    stack.now += 15 * MINUTE;
    stack.tellOfStack('DELETE_IN_PROGRESS');
    await stack.request('Delete', { id: next }).answered();
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('a model that the deployed template retains (`cdk orphan`) survives the creation and deletion of another one', async () => {
    stack.standIn.account.modelQuota = 9;
    const id = await stack.create();
    stack.tell('DELETE_SKIPPED', id);
    stack.now += 10 * MINUTE;
    const again = await stack.create();
    stack.now += 10 * MINUTE;
    await stack.request('Delete', { id: again }).answered();
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('a model that the deployed template retains survives when the second create is cancelled', async () => {
    stack.standIn.account.modelQuota = 9;
    const id = await stack.create();
    stack.tell('DELETE_SKIPPED', id);
    stack.now += 10 * MINUTE;
    stack.tellOfStack('UPDATE_IN_PROGRESS');
    const create = stack.request('Create');
    await create.answered();
    stack.now += 1000;
    stack.tell('CREATE_FAILED', 'models-Llama-1A2B3C4D5E6F');
    stack.tellOfStack('UPDATE_ROLLBACK_IN_PROGRESS');
    stack.now += 1000;
    const answer = await stack.request('Delete', { id: 'models-Llama-1A2B3C4D5E6F' }).answered();
    expect(answer.status).toBe('SUCCESS');
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('RETAIN_ON_UPDATE_OR_DELETE: a create that is cancelled gets a Delete, and its model goes', async () => {
    stack.tellOfStack('CREATE_IN_PROGRESS');
    stack.standIn.account.scripts = [{ durationMs: 5 * MINUTE }];
    await stack.request('Create').answered();
    stack.now += 1000;
    stack.tell('CREATE_FAILED', 'models-Llama-1A2B3C4D5E6F');
    stack.tellOfStack('ROLLBACK_IN_PROGRESS');
    const answer = await stack.request('Delete', { id: 'models-Llama-1A2B3C4D5E6F' }).answered();
    expect(answer.status).toBe('SUCCESS');
    expect(stack.models()).toEqual([]);
  });

  describe('a rollback from version 2 to version 1', () => {
    const rollBack = (next: string): Execution => {
      stack.tellOfStack('UPDATE_ROLLBACK_IN_PROGRESS');
      stack.now += 1000;
      return stack.request('Update', { id: next, old: V2 });
    };

    test('whose model still runs: the clean-up is answered at once, and version 2 goes when its job has ended', async () => {
      const { id, next } = await replace();
      const back = rollBack(next);
      await expect(back.answered()).resolves.toMatchObject({ physicalResourceId: id, seconds: 0 });
      stack.tell('UPDATE_COMPLETE', id);
      stack.tellOfStack('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
      const execution = await cleanUp(next);
      await execution.ended();
      expect(execution.seconds).toBeGreaterThan(9 * 60);
      expect(execution.seconds).toBeLessThan(17 * 60);
      expect(stack.models()).toEqual([stack.modelOf(id)]);
    });

    test('whose answer is lost, and that is continued with version 2: version 1 is not deleted', async () => {
      const { id, next } = await replace();
      await rollBack(next).answered();
      stack.tell('UPDATE_FAILED', next);
      stack.tellOfStack('UPDATE_ROLLBACK_FAILED');
      stack.now += MINUTE;
      const again = rollBack(next);
      await expect(again.answered()).resolves.toMatchObject({ physicalResourceId: id, seconds: 0 });
      stack.tell('UPDATE_COMPLETE', id);
      await (await cleanUp(next)).ended();
      expect(stack.models()).toEqual([stack.modelOf(id)]);
    });
  });

  describe('version 2 was acknowledged, and CloudFormation has never heard it', () => {
    /** The answer is lost: the deployment fails after its hour, without a rollback. */
    const loseAnswer = async (): Promise<{ id: string; update: Execution }> => {
      const id = await stack.create();
      stack.now += 10 * MINUTE;
      stack.speak({ strayRefusals: 'never' });
      stack.tellOfStack('UPDATE_IN_PROGRESS');
      const update = stack.request('Update', { id, ...V2 });
      await update.answered();
      stack.now += MINUTE;
      stack.tell('UPDATE_FAILED', id);
      stack.tellOfStack('UPDATE_FAILED');
      return { id, update };
    };

    test('the execution that started it removes it', async () => {
      const { id, update } = await loseAnswer();
      expect(await update.ended()).toBeLessThan(5 * 60);
      expect(update.hasEnded).toBe(true);
      expect(stack.models()).toEqual([stack.modelOf(id)]);
    });

    test('the next deployment drops the resource: version 2 goes with version 1, though nobody else removes it', async () => {
      const { id } = await loseAnswer();
      stack.now += MINUTE;
      stack.tellOfStack('UPDATE_IN_PROGRESS');
      await expect(stack.request('Delete', { id }).answered()).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(stack.models()).toEqual([]);
    });

    test('without the events a Delete waits, then fails, and never guesses', async () => {
      const { id } = await loseAnswer();
      stack.eventsError = Object.assign(new Error('denied'), {
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
      });
      const answer = await stack.request('Delete', { id }).answered();
      expect(answer).toMatchObject({ status: 'FAILED', seconds: 420 });
      expect(answer.reason).toContain('Refused: Not allowed to call cloudformation:DescribeStackEvents');
      expect(stack.models()).toHaveLength(2);
    });
  });

  test('an update that writes `starting` and times out: when the call succeeds after all, its model goes after the answer', async () => {
    const id = await stack.create();
    stack.now += 10 * MINUTE;
    stack.speak({ strayRefusals: 'never' });
    stack.tellOfStack('UPDATE_IN_PROGRESS');
    stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true });
    stack.standIn.failNext(
      ...Array.from({ length: 5 }, () => ({
        operation: 'ListModelImportJobs',
        status: 200,
        rawBody: '{"modelImportJobSummaries":[]}',
      })),
    );
    const update = stack.request('Update', { id, ...V2, startTimeoutSeconds: 10 });
    await expect(update.answered()).resolves.toMatchObject({ status: 'FAILED', physicalResourceId: id });
    stack.tell('UPDATE_FAILED', id);
    await update.ended();
    expect(stack.jobs()).toHaveLength(2);
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('a stack that is deleted after a failed rollback, by the ID of either version, leaves no model', async () => {
    for (const which of ['id', 'next'] as const) {
      const versions = await replace();
      stack.now += 15 * MINUTE;
      stack.tellOfStack('UPDATE_ROLLBACK_IN_PROGRESS');
      stack.tell('UPDATE_IN_PROGRESS', versions.next);
      stack.tell('UPDATE_FAILED', versions.next);
      stack.tellOfStack('UPDATE_ROLLBACK_FAILED');
      stack.now += MINUTE;
      stack.tellOfStack('DELETE_IN_PROGRESS');
      const answer = await stack.request('Delete', { id: versions[which] }).answered();
      expect(answer.status).toBe('SUCCESS');
      expect(stack.models()).toEqual([]);
      stack.standIn.account.scripts = [{}];
      stack.table.items.clear();
      stack.now += 10 * MINUTE;
    }
  });
});
