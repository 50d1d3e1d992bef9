import type { Request } from '../../../lambda/on-event/order';
import { complaints, describePair, explore, PAIRS } from './explore';
import { initial } from './protocol';

/** `npm run model-check` explores more deliveries. */
test.each(PAIRS.map((requests) => [describePair(requests), requests] as const))(
  '%s: ends right, however the two are delivered',
  (_name, requests) => {
    const { wrong, interleavings } = explore(requests, [1, 1]);
    expect(wrong).toEqual([]);
    expect(interleavings).toBeGreaterThan(20n);
  },
);

test('a request that is told a wrong thing would be found', () => {
  const update = {
    type: 'Update',
    physicalId: 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/a',
  } as const;
  const requests: Request[] = [
    { ...update, requestId: 'first', madeAt: 0 },
    { ...update, requestId: 'second', madeAt: 6000 },
  ];
  const state = { ...initial([1, 1]), told: ['', 'superseded'] };
  expect(complaints(state, [state], requests)).toEqual([
    'request 1 is told that it is superseded, and is not',
  ]);
});
