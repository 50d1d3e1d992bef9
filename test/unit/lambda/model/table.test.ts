import { Calls } from '../../../../lambda/model/calls';
import { EMPTY, learn, end, type ResourceRecord } from '../../../../lambda/model/record';
import { ImportTable } from '../../../../lambda/model/table';
import { CallError } from '../../../../lambda/shared/errors';
import { FakeTable } from '../../../support/dynamodb';

const KEY = 'stack/Llama';
const NOW = Date.UTC(2026, 0, 31, 12);
const A = 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/a';

function tableOf(fake: FakeTable, key = KEY, client = fake.client()): ImportTable {
  return new ImportTable(client, new Calls(1000), 'imports', key);
}

const add = (record: ResourceRecord): ResourceRecord => learn(record, A, 'd');

describe('the table of imports', () => {
  test('of a resource that nobody has written has an empty record', async () => {
    await expect(tableOf(new FakeTable()).read()).resolves.toEqual(EMPTY);
  });

  test('reads what it has written, under a version that grows', async () => {
    const fake = new FakeTable();
    await tableOf(fake).change(add, NOW);
    await tableOf(fake).change((record) => ({ ...record, barred: 1 }), NOW);
    await expect(tableOf(fake).read()).resolves.toEqual({ ...add(EMPTY), barred: 1 });
    expect(fake.items.get(KEY)!.version).toEqual({ N: '2' });
  });

  test('lets an item expire a day after its last import is gone, and never before', async () => {
    const fake = new FakeTable();
    await tableOf(fake).change(add, NOW);
    expect(fake.items.get(KEY)).not.toHaveProperty('expiresAt');
    await tableOf(fake).change((record) => end(record, A, 'removed', NOW), NOW);
    expect(fake.items.get(KEY)!.expiresAt).toEqual({ N: String(NOW / 1000 + 24 * 3600) });
  });

  test('a change that changes nothing, or may not happen, is not written', async () => {
    const fake = new FakeTable();
    await expect(tableOf(fake).change((record) => record, NOW)).resolves.toEqual(EMPTY);
    await expect(tableOf(fake).change(() => undefined, NOW)).resolves.toBeUndefined();
    expect(fake.items.size).toBe(0);
  });

  test('a change that another execution has come before sees what that one has written', async () => {
    const fake = new FakeTable();
    let raced = false;
    const client = fake.client(async (operation, act) => {
      if (operation === 'PutItem' && !raced) {
        raced = true;
        await tableOf(fake).change((record) => ({ ...record, barred: 7 }), NOW);
      }
      return act();
    });
    const seen: ResourceRecord[] = [];
    const changed = await tableOf(fake, KEY, client).change((record) => {
      seen.push(record);
      return add(record);
    }, NOW);
    expect(seen.map(({ barred }) => barred)).toEqual([undefined, 7]);
    expect(changed).toMatchObject({ barred: 7 });
  });

  test('a change that may not happen after what another execution has written does not', async () => {
    const fake = new FakeTable();
    let raced = false;
    const client = fake.client(async (operation, act) => {
      if (operation === 'PutItem' && !raced) {
        raced = true;
        await tableOf(fake).change((record) => ({ ...record, barred: 7 }), NOW);
      }
      return act();
    });
    const change = (record: ResourceRecord): ResourceRecord | undefined =>
      record.barred ? undefined : add(record);
    await expect(tableOf(fake, KEY, client).change(change, NOW)).resolves.toBeUndefined();
    await expect(tableOf(fake).read()).resolves.toEqual({ ...EMPTY, barred: 7 });
  });

  test('five conflicts in a row are an error, which the next poll gets over', async () => {
    const fake = new FakeTable();
    let puts = 0;
    const client = fake.client(async (operation, act) => {
      if (operation === 'PutItem') {
        await tableOf(fake).change((record) => ({ ...record, barred: ++puts }), NOW);
      }
      return act();
    });
    const change = tableOf(fake, KEY, client).change(add, NOW);
    await expect(change).rejects.toThrow(CallError);
    await expect(change).rejects.toMatchObject({ action: 'dynamodb:PutItem', resource: 'imports' });
    expect(puts).toBe(5);
  });

  test('an error of the service names the permission', async () => {
    const fake = new FakeTable();
    const client = fake.client(() =>
      Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' })),
    );
    await expect(tableOf(fake, KEY, client).read()).rejects.toMatchObject({
      action: 'dynamodb:GetItem',
      serviceError: { name: 'AccessDeniedException' },
    });
  });

  describe('a job that was adopted', () => {
    test('by another resource is adopted elsewhere, until that one has it no more', async () => {
      const fake = new FakeTable();
      const other = tableOf(fake, 'stack/Other');
      await other.adopt(A);
      // It has said so, and not recorded it yet.
      await expect(tableOf(fake).isAdoptedElsewhere(A)).resolves.toBe(false);
      await other.change(add, NOW);
      await expect(tableOf(fake).isAdoptedElsewhere(A)).resolves.toBe(true);
      await expect(other.isAdoptedElsewhere(A)).resolves.toBe(false);
      await other.change((record) => end(record, A, 'removed', NOW), NOW);
      await expect(tableOf(fake).isAdoptedElsewhere(A)).resolves.toBe(false);
    });

    test('by nobody is adopted nowhere', async () => {
      await expect(tableOf(new FakeTable()).isAdoptedElsewhere(A)).resolves.toBe(false);
    });
  });
});
