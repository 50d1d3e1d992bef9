import { explore, type Bounds } from './explore';
import { land, newWorld } from './world';

beforeAll(() => {
  // The function's own log, and timers that nobody waits for.
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
});
afterAll(() => jest.restoreAllMocks());

const BOUNDS: Bounds = {
  requests: 1,
  tries: 1,
  faults: 1,
  hasGeneratedId: false,
  hasShortJobs: true,
  watchers: 'any time',
};

/** `npm run model-check` goes further. */
test.each<[string, Partial<Bounds>]>([
  ['a deployment with a crash or a lost answer at every step', {}],
  ['the same with jobs that take their time', { hasShortJobs: false }],
  ['the same where the event of a failed create has its generated ID', { hasGeneratedId: true }],
])('%s ends right, whatever comes first', async (_, changed) => {
  const { wrong, worlds } = await explore({ ...BOUNDS, ...changed });
  expect(wrong).toEqual([]);
  expect(worlds).toBeGreaterThan(300);
});

test('a model that nobody has would be found', async () => {
  const start = newWorld(0, true);
  land(start, { jobName: 'stray', source: 's3://weights/a/' });
  const { wrong } = await explore({ ...BOUNDS, faults: 0 }, undefined, start);
  expect(wrong[0].what).toContain('is left, and nobody has it');
});
