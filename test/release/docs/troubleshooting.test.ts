import { renderReasons } from '../../support/reasons/page';
import { expectGenerated } from './generated';

test('the troubleshooting page holds what the functions say, under the codes that the reasons begin with', () => {
  expectGenerated('troubleshooting.md', 'reasons', renderReasons());
});

test('each code is one word, which a search finds', () => {
  const codes = [...renderReasons().matchAll(/^## (.*)$/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !/^[A-Z][A-Za-z]+$/.test(code))).toEqual([]);
});
