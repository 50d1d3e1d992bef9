import { printError, readArguments, toWholeNumber, UserError } from '../../../local/arguments';

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

test('a whole number is read, and anything else is refused in a sentence', () => {
  expect(toWholeNumber('seed', '12', 'Type 7.')).toBe(12);
  for (const given of ['', 'abc', '-1', '1.5']) {
    const message = `--seed must be a whole number, got: ${given}. Type 7.`;
    expect(() => toWholeNumber('seed', given, 'Type 7.')).toThrow(new UserError(message));
  }
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
