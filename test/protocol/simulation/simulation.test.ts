import { runBatch } from './batch';

/** `npm run simulate` runs many more. */
const DEPLOYMENTS = 200;

test('deployments with faults end right and in time, leave no orphan, and no ResponseURL in the log', async () => {
  const cases = Array.from({ length: DEPLOYMENTS }, (_, number) => ({ seed: 1, number }));
  const { wrong, leaks, faults } = await runBatch(cases);
  expect(wrong).toEqual([]);
  expect(leaks).toBe(0);
  expect(Object.keys(faults).length).toBeGreaterThan(20);
});
