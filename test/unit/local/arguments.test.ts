import { printError, readArguments, UserError } from '../../../local/arguments';

const read = (args: string[]): unknown =>
  readArguments({ args, options: { seed: { type: 'string' } } } as const, 'Options: --seed N.').values;

test('options are read', () => {
  expect({ ...(read(['--seed', '7']) as object) }).toEqual({ seed: '7' });
});

test.each([
  [['--bogus'], "Unknown option '--bogus'. Options: --seed N."],
  [['--seed'], "Option '--seed <value>' argument missing. Options: --seed N."],
  [['7'], "Unexpected argument '7'. Options: --seed N."],
])('%j is refused in a sentence, with a hint', (args, message) => {
  expect(() => read(args)).toThrow(expect.objectContaining({ constructor: UserError, message }) as Error);
});

test('an error that a person can fix is printed without its stack trace, a bug with it', () => {
  const print = jest.spyOn(console, 'error').mockReturnValue();
  const bug = new Error('no such thing');
  printError(new UserError('Type a number.'));
  printError(bug);
  expect(print.mock.calls).toEqual([['Type a number.'], [bug]]);
  expect(process.exitCode).toBe(1);
  process.exitCode = undefined;
  print.mockRestore();
});
