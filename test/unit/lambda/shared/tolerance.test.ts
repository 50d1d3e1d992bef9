import {
  APPEARANCE,
  extend,
  pause,
  PROPAGATION,
  toleratedSeconds,
  type Tolerance,
} from '../../../../lambda/shared/tolerance';

const SECOND = 1000;

const after = (...steps: [kind: string | undefined, second: number][]): Tolerance | undefined =>
  steps.reduce<Tolerance | undefined>(
    (tolerance, [kind, second]) =>
      kind === undefined ? pause(tolerance) : extend(tolerance, kind, second * SECOND),
    undefined,
  );

test('errors of one kind add up the time between them', () => {
  expect(after(['refused', 0], ['refused', 10], ['refused', 25])).toMatchObject({ seconds: 25 });
});

test('an error of another kind starts anew', () => {
  expect(after(['refused', 0], ['refused', 10], ['absent', 20], ['refused', 30])).toMatchObject({
    kind: 'refused',
    seconds: 0,
  });
});

test('time without a clear answer neither counts nor starts anew', () => {
  const tolerance = after(
    ['refused', 0],
    ['refused', 10],
    [undefined, 20],
    ['refused', 500],
    ['refused', 510],
  );
  expect(tolerance).toMatchObject({ kind: 'refused', seconds: 20 });
});

test('the last error of the kind is kept, also through a pause', () => {
  const error = { name: 'AccessDeniedException', message: 'no' };
  const tolerance = extend(extend(undefined, 'refused', 0), 'refused', 10 * SECOND, error);
  expect(pause(tolerance)).toEqual({ kind: 'refused', seconds: 10, error });
});

test('what says nothing begins no tolerance', () => {
  expect(pause(undefined)).toBeUndefined();
});

test.each([
  [APPEARANCE, 10, 120],
  [APPEARANCE, 300, 390],
  [PROPAGATION, 10, 420],
  [PROPAGATION, 300, 630],
])('a limit of %j at an interval of %i s is %i s', (limit, interval, seconds) => {
  expect(toleratedSeconds(limit, interval)).toBe(seconds);
});
