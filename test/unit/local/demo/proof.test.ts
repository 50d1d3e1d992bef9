import { readPollLog } from '../../../../local/demo/function-log';
import { inSeconds, prove, tolerated } from '../../../../local/demo/proof';
import { Screen } from '../../../../local/demo/screen';

test('a proof holds when all its statements do, and shows each', () => {
  const written: string[] = [];
  const screen = new Screen({ write: (text) => written.push(text) });
  expect(prove(screen, [['one', true]])).toBe(true);
  expect(
    prove(screen, [
      ['two', false],
      ['three', true],
    ]),
  ).toBe(false);
  expect(written).toEqual(['  ✔ one\n', '  ✘ two\n', '  ✔ three\n']);
});

test('errors that were tolerated are counted by poll, and named once', () => {
  const polls = [
    'job: AccessDeniedException, 1 s waited',
    'job: AccessDeniedException, 6 s waited',
    'job: done',
  ];
  expect(tolerated(polls.map((message) => ({ at: 0, message })))).toEqual([
    ['the deployment tolerated 2 errors of Bedrock: AccessDeniedException', true],
  ]);
  expect(tolerated([{ at: 0, message: 'job: done' }])).toEqual([]);
});

test('a line of the log about a poll gives its sentence and time, other lines nothing', () => {
  const line = { timestamp: '2026-11-30T12:00:00.500Z', message: 'job: InProgress, 5 s waited', attempt: 2 };
  expect(readPollLog(JSON.stringify(line))).toEqual({
    at: Date.parse(line.timestamp),
    message: line.message,
  });
  expect(readPollLog(JSON.stringify({ ...line, attempt: undefined }))).toBeUndefined();
  expect(readPollLog('START RequestId: 1')).toBeUndefined();
});

test('durations are told to a tenth of a second', () => {
  expect(inSeconds(1234)).toBe('1.2 s');
});
