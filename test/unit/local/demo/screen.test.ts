import { Screen } from '../../../../local/demo/screen';

function record(isTTY: boolean): { readonly screen: Screen; readonly written: string[] } {
  const written: string[] = [];
  const output = { isTTY, columns: 12, write: (text: string) => written.push(text) };
  return { screen: new Screen(output), written };
}

test('on a terminal, the progress is rewritten, cut off at its width, and makes way for a line', () => {
  const { screen, written } = record(true);
  screen.progress('waiting for the job');
  screen.progress('waiting');
  screen.line('done');
  screen.clear();
  expect(written).toEqual(['\r\x1b[Kwaiting for', '\r\x1b[Kwaiting', '\r\x1b[K', 'done\n']);
});

test('elsewhere there are lines only', () => {
  const { screen, written } = record(false);
  screen.progress('waiting');
  screen.line('done');
  screen.line();
  expect(written).toEqual(['done\n', '\n']);
});
