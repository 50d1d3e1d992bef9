import {
  APPEARANCE,
  extend,
  graceSeconds,
  pause,
  PROPAGATION,
  type Streak,
} from '../../../../lambda/shared/patience';

const SECOND = 1000;

const answers = (...steps: [kind: string | undefined, second: number][]): Streak | undefined =>
  steps.reduce<Streak | undefined>(
    (streak, [kind, second]) => (kind === undefined ? pause(streak) : extend(streak, kind, second * SECOND)),
    undefined,
  );

test('answers of one kind add up the time between them', () => {
  expect(answers(['refused', 0], ['refused', 10], ['refused', 25])).toMatchObject({ seconds: 25 });
});

test('an answer of another kind starts anew', () => {
  expect(answers(['refused', 0], ['refused', 10], ['absent', 20], ['refused', 30])).toMatchObject({
    kind: 'refused',
    seconds: 0,
  });
});

test('time without a clear answer neither counts nor starts anew', () => {
  const streak = answers(
    ['refused', 0],
    ['refused', 10],
    [undefined, 20],
    ['refused', 500],
    ['refused', 510],
  );
  expect(streak).toMatchObject({ kind: 'refused', seconds: 20 });
});

test('what says nothing begins no streak', () => {
  expect(pause(undefined)).toBeUndefined();
});

test.each([
  [APPEARANCE, 10, 120],
  [APPEARANCE, 300, 390],
  [PROPAGATION, 10, 420],
  [PROPAGATION, 300, 630],
])('a grace of %j at an interval of %i s lasts %i s', (grace, interval, seconds) => {
  expect(graceSeconds(grace, interval)).toBe(seconds);
});
