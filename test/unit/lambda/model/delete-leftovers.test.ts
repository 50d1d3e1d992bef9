import { MINUTE, NAMED_DIALECTS, times, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('delete, in the dialect %s', (_, dialect) => {
  const lifecycle = useLifecycle(dialect);
  const { speak, request, poll, pollFor, settle, create, count, jobs, models, modelOf } = lifecycle;

  describe('whose ID names a request', () => {
    test('removes what that request started, and nothing else', async () => {
      const stopped = request('Create');
      await settle(stopped);
      const good = await create();
      const id = `request/${stopped.RequestId}`;
      await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
        status: 'SUCCESS',
        physicalResourceId: id,
      });
      expect(models()).toEqual([modelOf(good)]);
    });

    test('knows it by its name when its tags were taken away', async () => {
      const stopped = request('Create');
      const { physicalResourceId } = await settle(stopped);
      lifecycle.standIn.account.untag(physicalResourceId, Object.keys(lifecycle.tagsOf(physicalResourceId)));
      await settle(request('Delete', { id: `request/${stopped.RequestId}` }));
      expect(models()).toEqual([]);
    });

    test('finds what a call on its way starts, and what shows only a minute later', async () => {
      speak({ newJobInLists: 'late', newJobTags: 'absent', newJob: 'late' });
      const stopped = request('Create');
      const event = request('Delete', { id: `request/${stopped.RequestId}` });
      const startedAt = lifecycle.now;

      const result = await pollFor(event, 0);
      lifecycle.now += 55_000;
      await pollFor(stopped, 0);

      await expect(settle(event, result, startedAt)).resolves.toMatchObject({ status: 'SUCCESS' });
      expect(jobs()).toHaveLength(1);
      expect(models()).toEqual([]);
    });

    test('looks as long when the request itself was delivered late', async () => {
      speak({ newJobInLists: 'late' });
      const stopped = request('Create');
      const event = request('Delete', { id: `request/${stopped.RequestId}` });
      const startedAt = lifecycle.now - 10 * MINUTE;
      const result = await poll(event, { attempt: 0 }, startedAt);
      await pollFor(stopped, 0);
      await settle(event, result, startedAt);
      expect(models()).toEqual([]);
    });
  });

  describe('whose ID CloudFormation invented', () => {
    const id = 'models-Llama-1ABC';

    test('removes what the cancelled create started', async () => {
      await create();
      await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
        status: 'SUCCESS',
        physicalResourceId: id,
      });
      expect(models()).toEqual([]);
    });

    test('does not look into jobs that failed', async () => {
      lifecycle.standIn.account.scripts = [{ outcome: 'Failed' }];
      await create();
      const before = count('ListTagsForResource');
      await settle(request('Delete', { id }));
      expect(count('ListTagsForResource')).toBe(before);
    });

    test('spares the job that the stack believes in', async () => {
      await create();
      const good = await create();
      await settle(request('Delete', { id }), { attempt: 0, known: good });
      expect(models()).toEqual([modelOf(good)]);
    });

    test('spares what was started since the stack creates the resource anew', async () => {
      await create();
      const sparesSince = new Date(lifecycle.now).toISOString();
      const good = await create();
      await settle(request('Delete', { id }), { attempt: 0, known: '', sparesSince });
      expect(models()).toEqual([modelOf(good)]);
    });

    test('spares what an update started', async () => {
      const old = await create();
      const { physicalResourceId: replacement } = await settle(
        request('Update', { id: old, definition: { triggers: { v: '2' } } }),
      );
      lifecycle.now += 1000;
      await settle(request('Delete', { id }));
      expect(models()).toEqual([modelOf(replacement)]);
    });

    test('spares what starts after it', async () => {
      const event = request('Delete', { id });
      const startedAt = lifecycle.now;
      const result = await pollFor(event, 0);
      lifecycle.now += 2 * MINUTE;
      const good = await create();
      await settle(event, result, startedAt);
      expect(models()).toEqual([modelOf(good)]);
    });

    test.each(['Retain', 'RetainExceptOnCreate'])(
      'leaves the jobs of others and models under %s alone',
      async (deletionPolicy) => {
        lifecycle.standIn.startJob({ jobName: 'given-by-others' });
        lifecycle.now += 3 * MINUTE;
        const retained = await create({ deletionPolicy });
        await settle(request('Delete', { id }));
        expect(models()).toHaveLength(2);
        expect(models()).toContain(modelOf(retained));
      },
    );

    test('does not take tags that are called absent in passing for none', async () => {
      const retained = await create({ deletionPolicy: 'Retain' });
      lifecycle.now += 10 * MINUTE;
      const absent = { operation: 'ListTagsForResource', status: 404, name: 'ResourceNotFoundException' };
      lifecycle.standIn.failNext(...times(10, absent));
      await settle(request('Delete', { id }));
      expect(models()).toEqual([modelOf(retained)]);
    });

    test('retains by what the resource says where the tags are gone', async () => {
      const retained = await create();
      lifecycle.standIn.account.untag(retained, Object.keys(lifecycle.tagsOf(retained)));
      await settle(request('Delete', { id, deletionPolicy: 'Retain' }));
      expect(models()).toEqual([modelOf(retained)]);
    });
  });
});
