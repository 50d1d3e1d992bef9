import * as fc from 'fast-check';
import { cut, humanDuration } from '../../../../lambda/shared/text';

const anyText = fc.string({ unit: 'binary' });

test('a text that fits stays as it is', () => {
  expect(cut('grün', 5)).toBe('grün');
});

test('a text that does not fit ends with an ellipsis', () => {
  expect(cut('abcdefgh', 6)).toBe('abc…');
});

test.each([
  ['ää', 3, '…'],
  ['äää', 5, 'ä…'],
  ['日本語', 6, '日…'],
  ['a👩‍🚀b', 8, 'a👩…'],
  ['😀😀', 7, '😀…'],
])('%p at %d bytes is cut between characters', (text, bytes, expected) => {
  expect(cut(text, bytes)).toBe(expected);
});

test('any text fits after the cut, is still valid and starts as it did', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 3, max: 100 }), (text, bytes) => {
      const short = cut(text, bytes);
      expect(Buffer.byteLength(short)).toBeLessThanOrEqual(bytes);
      expect(Buffer.from(short).toString()).toBe(short);
      expect(text.startsWith(short.replace(/…$/, '')) || text === short).toBe(true);
    }),
  );
});

test.each([
  [0, '0 s'],
  [0.4, '0 s'],
  [45, '45 s'],
  [60, '1 min'],
  [3300, '55 min'],
  [3599.6, '1 h'],
  [7500, '2 h 5 min'],
  [7501, '2 h 5 min'],
  [86_400, '24 h'],
])('%d seconds are written as %s', (seconds, text) => {
  expect(humanDuration(seconds)).toBe(text);
});
