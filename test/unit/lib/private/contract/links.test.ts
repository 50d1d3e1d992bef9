import * as fc from 'fast-check';
import {
  FIRST_CALL_SECONDS,
  LINK,
  secondsToDeadline,
  splitIntoLinks,
} from '../../../../../lib/private/contract/links';

const DAY = 24 * 3600;
const anyTimeout = fc.integer({ min: 10, max: DAY });

test('55 minutes are one link, and one second more is two', () => {
  expect(splitIntoLinks(3300)).toEqual([{ timeoutSeconds: 3300, earlierSeconds: 0, continues: false }]);
  expect(splitIntoLinks(3301)).toEqual([
    { timeoutSeconds: 1651, earlierSeconds: 0, continues: true },
    { timeoutSeconds: 1650, earlierSeconds: 1651, continues: false },
  ]);
});

test('12 hours are at most 14 links, a day at most 27', () => {
  expect(splitIntoLinks(12 * 3600).length).toBeLessThanOrEqual(14);
  expect(splitIntoLinks(DAY).length).toBeLessThanOrEqual(27);
});

test('the links of any wait add up to it, and count what came before', () => {
  fc.assert(
    fc.property(anyTimeout, (total) => {
      let earlier = 0;
      for (const { earlierSeconds, timeoutSeconds } of splitIntoLinks(total)) {
        expect(earlierSeconds).toBe(earlier);
        earlier += timeoutSeconds;
      }
      expect(earlier).toBe(total);
    }),
  );
});

test("each link of any wait leaves its margin of CloudFormation's hour", () => {
  fc.assert(
    fc.property(anyTimeout, (total) => {
      for (const { timeoutSeconds } of splitIntoLinks(total)) {
        expect(timeoutSeconds).toBeGreaterThan(0);
        expect(timeoutSeconds).toBeLessThanOrEqual(55 * 60);
        expect(secondsToDeadline(timeoutSeconds) + LINK.marginSeconds).toBeLessThanOrEqual(3600);
      }
    }),
  );
});

test('only the last link of any wait may time out', () => {
  fc.assert(
    fc.property(anyTimeout, (total) => {
      const links = splitIntoLinks(total);
      expect(links.pop()!.continues).toBe(false);
      expect(links.every(({ continues }) => continues)).toBe(true);
    }),
  );
});

test('no link of a chain is so short that a few errors take all of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: LINK.maxSeconds + 1, max: DAY }), (total) => {
      for (const { timeoutSeconds } of splitIntoLinks(total)) {
        expect(timeoutSeconds).toBeGreaterThan(LINK.maxSeconds / 2 - 1);
      }
    }),
  );
});

test('a longer wait never needs fewer links', () => {
  fc.assert(
    fc.property(anyTimeout, anyTimeout, (one, other) => {
      const [short, long] = [Math.min(one, other), Math.max(one, other)];
      expect(splitIntoLinks(short).length).toBeLessThanOrEqual(splitIntoLinks(long).length);
    }),
  );
});

describe('the deadline of a link', () => {
  test.each([
    [10, 430],
    [600, 1020],
    [2880, 3300],
    [3000, 3300],
    [3300, 3300],
  ])('of %i s comes after %i s', (timeoutSeconds, seconds) => {
    expect(secondsToDeadline(timeoutSeconds)).toBe(seconds);
  });

  test('leaves a short timeout whole after seven minutes of refusals of the first call', () => {
    expect(FIRST_CALL_SECONDS).toBe(420);
    fc.assert(
      fc.property(fc.integer({ min: 10, max: LINK.maxSeconds - FIRST_CALL_SECONDS }), (timeoutSeconds) => {
        expect(secondsToDeadline(timeoutSeconds) - FIRST_CALL_SECONDS).toBe(timeoutSeconds);
      }),
    );
  });
});
