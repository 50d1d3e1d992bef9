import { KEPT_MS } from '../../../../local/bedrock/dialect';
import { MINUTE, NAMED_DIALECTS, useLifecycle, type Given } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

silenceLog();

/** What the first poll is told when the stack is deleted. */
const OF_STACK = { attempt: 0, isStackDeleted: true };
const QWEN = { definition: { s3Uri: 's3://weights/qwen/' } };

describe.each(NAMED_DIALECTS)(
  'the Delete of the last model of a resource, in the dialect %s',
  (_, dialect) => {
    const lifecycle = useLifecycle(dialect);
    const { request, settle, pollFor, create, models, modelOf, speak } = lifecycle;

    const deleteLast = async (id: string, given: Given = {}): Promise<string[]> => {
      const { status } = await settle(request('Delete', { id, ...given }), { ...OF_STACK, known: id });
      expect(status).toBe('SUCCESS');
      lifecycle.now += 30 * MINUTE;
      return models();
    };
    const replace = async (id: string, given: Given = QWEN): Promise<string> => {
      lifecycle.now += 10 * MINUTE;
      return (await settle(request('Update', { id, ...given }))).physicalResourceId;
    };

    test('deletes what a replacement has not cleaned up', async () => {
      const replaced = await create();
      const last = await replace(replaced);
      lifecycle.now += 10 * MINUTE;
      expect(models()).toHaveLength(2);
      await expect(deleteLast(last, QWEN)).resolves.toEqual([]);
    });

    test('spares in a stack that goes on what no replacement of it has left', async () => {
      const first = await create();
      const replacement = await replace(first);
      lifecycle.now += 10 * MINUTE;
      const event = request('Delete', { id: replacement, ...QWEN });
      await settle(event, { attempt: 0, known: replacement });
      expect(models()).toEqual([modelOf(first)]);
    });

    test('deletes what a failed replacement has left, also while its job runs', async () => {
      const last = await create();
      lifecycle.standIn.account.scripts = [{ durationMs: 20 * MINUTE }];
      await replace(last);
      lifecycle.now += 2 * MINUTE;
      await expect(deleteLast(last)).resolves.toEqual([]);
    });

    test('deletes what a replacement that was stopped may still start', async () => {
      const last = await create();
      lifecycle.now += 2 * MINUTE;
      const event = request('Delete', { id: last });
      const startedAt = lifecycle.now;
      const result = await pollFor(event, 0, { ...OF_STACK, known: last, supersedes: true });
      await pollFor(request('Update', { id: last, ...QWEN }), 0);
      await settle(event, result, startedAt);
      expect(lifecycle.jobs()).toHaveLength(2);
      expect(models()).toEqual([]);
    });

    test('deletes what a replacement has not cleaned up whose job is forgotten', async () => {
      speak({ endedJob: 'forgotten' });
      const replaced = await create();
      lifecycle.now += KEPT_MS;
      const last = await replace(replaced);
      lifecycle.now += 10 * MINUTE;
      expect(models()).toHaveLength(2);
      await expect(deleteLast(last, QWEN)).resolves.toEqual([]);
    });

    test('spares a model that was to be retained whose job is forgotten', async () => {
      speak({ endedJob: 'forgotten' });
      const retained = await create({ deletionPolicy: 'Retain' });
      lifecycle.now += KEPT_MS;
      const last = await replace(retained, { ...QWEN, old: { deletionPolicy: 'Retain' } });
      lifecycle.now += 10 * MINUTE;
      await expect(deleteLast(last, QWEN)).resolves.toEqual([modelOf(retained)]);
    });

    test('does not wait for a model that it has just deleted', async () => {
      speak({ strayRefusals: 'never', newJob: 'at once', newJobTags: 'at once' });
      const id = await create();
      lifecycle.now += 3 * MINUTE;
      const answer = await settle(request('Delete', { id }), { ...OF_STACK, known: id });
      expect(answer).toMatchObject({ status: 'SUCCESS', seconds: 0 });
    });

    test('spares a model that was to be retained', async () => {
      const retained = await create({ deletionPolicy: 'Retain' });
      const last = await replace(retained, { ...QWEN, old: { deletionPolicy: 'Retain' } });
      lifecycle.now += 10 * MINUTE;
      await expect(deleteLast(last, QWEN)).resolves.toEqual([modelOf(retained)]);
    });

    test('spares a model whose owner somebody has taken away', async () => {
      const replaced = await create();
      const last = await replace(replaced);
      lifecycle.standIn.account.untag(replaced, ['cdk-bedrock-model-import:owner']);
      await expect(deleteLast(last, QWEN)).resolves.toEqual([modelOf(replaced)]);
    });

    test('spares the models of other resources', async () => {
      const { physicalResourceId: other } = await settle({
        ...request('Create'),
        LogicalResourceId: 'Other',
      });
      lifecycle.now += 10 * MINUTE;
      const last = await create();
      await expect(deleteLast(last)).resolves.toEqual([modelOf(other)]);
    });

    test('spares what is there while an update goes on, or when another one is the last', async () => {
      const replaced = await create();
      const last = await replace(replaced);
      lifecycle.now += 10 * MINUTE;
      const sparesSince = new Date(lifecycle.now).toISOString();
      await settle(request('Delete', { id: replaced }), { ...OF_STACK, known: replaced, sparesSince });
      expect(models()).toEqual([modelOf(last)]);
      await settle(request('Delete', { id: replaced }), { ...OF_STACK, known: last });
      expect(models()).toEqual([modelOf(last)]);
    });

    test('asks for no tags of what was deleted long ago', async () => {
      const first = await create();
      const last = await replace(first);
      await settle(request('Delete', { id: first }));
      lifecycle.now += 30 * MINUTE;
      const before = lifecycle.standIn.requests.length;
      await deleteLast(last, QWEN);
      const asked = lifecycle.standIn.requests.slice(before);
      expect(asked.filter(({ body }) => body.resourceARN === first)).toEqual([]);
    });
  },
);
