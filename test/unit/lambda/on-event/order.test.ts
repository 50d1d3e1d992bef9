import { isInvented, supersedes, timeOf, type Request } from '../../../../lambda/on-event/order';

const ARN = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
const OTHER_ARN = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/other0000000';
const INVENTED = 'Stack-Model-1A2B3C4D5E6F';

const create = (requestId: string, madeAt: number): Request => ({ type: 'Create', requestId, madeAt });
const update = (physicalId: string, madeAt: number): Request => ({
  type: 'Update',
  requestId: `update ${madeAt}`,
  physicalId,
  madeAt,
});
const remove = (physicalId: string, madeAt: number, sparesSince?: number): Request => ({
  type: 'Delete',
  requestId: `delete ${madeAt}`,
  physicalId,
  madeAt,
  sparesSince,
});

/** Requests of all kinds that were made at a time. */
const all = (madeAt: number): Request[] => [
  create('1', madeAt),
  ...[ARN, 'request/1', INVENTED].flatMap((id) => [update(id, madeAt), remove(id, madeAt)]),
];

describe.each([create('2', 2000), update(ARN, 2000), update(INVENTED, 2000)])(
  '$type of $physicalId',
  (newer) => {
    test('supersedes everything older, except a Delete of what a failed request left', () => {
      const spared = all(1000).filter((older) => !supersedes(newer, older));
      expect(spared).toEqual([remove('request/1', 1000)]);
    });

    test.each([2000, 3000])('supersedes nothing of the same second, and nothing newer: %s', (madeAt) => {
      expect(all(madeAt).filter((other) => supersedes(newer, other))).toEqual([]);
    });
  },
);

describe('a Delete', () => {
  test.each([1000, 2000])('of a job supersedes the updates of it, also of the same second: %s', (madeAt) => {
    const others = [...all(madeAt), update(OTHER_ARN, madeAt)];
    expect(others.filter((other) => supersedes(remove(ARN, 2000), other))).toEqual([update(ARN, madeAt)]);
  });

  test.each([1000, 2000])(
    'of what a request left supersedes that request, and updates of it: %s',
    (madeAt) => {
      const others = [...all(madeAt), create('2', madeAt)];
      expect(others.filter((other) => supersedes(remove('request/1', 2000), other))).toEqual([
        create('1', madeAt),
        update('request/1', madeAt),
      ]);
    },
  );

  test.each([1000, 2000])(
    'of an invented ID supersedes all but Deletes, when nothing lives: %s',
    (madeAt) => {
      const others = all(madeAt);
      expect(others.filter((other) => supersedes(remove(INVENTED, 2000), other))).toEqual(
        others.filter(({ type }) => type !== 'Delete'),
      );
    },
  );

  test('of an invented ID spares what was made since the creation began that goes on', () => {
    const deletion = remove(INVENTED, 5000, 3000);
    expect(supersedes(deletion, create('1', 2000))).toBe(true);
    expect(supersedes(deletion, create('2', 3000))).toBe(false);
    expect(supersedes(deletion, create('2', 4000))).toBe(false);
  });

  test.each([ARN, 'request/1', INVENTED])('of %s supersedes nothing newer', (id) => {
    expect(all(3000).filter((other) => supersedes(remove(id, 2000), other))).toEqual([]);
  });
});

test('of two requests at most one supersedes the other', () => {
  const requests = [1000, 2000].flatMap(all);
  const pairs = requests.flatMap((one) => requests.map((other) => [one, other] as const));
  expect(pairs.filter(([one, other]) => supersedes(one, other) && supersedes(other, one))).toEqual([]);
});

test.each([
  [5000, 9000, 5000],
  [5000, 5999, 5000],
  [9000, 5400, 5000],
  [undefined, 5400, 5000],
])('a request that tells %s, served at %s, was made at %s', (told, now, time) => {
  expect(timeOf(told, now)).toBe(time);
});

test.each([
  [ARN, false],
  ['request/1', false],
  [INVENTED, true],
])('%s is invented: %s', (id, expected) => {
  expect(isInvented(id)).toBe(expected);
});
