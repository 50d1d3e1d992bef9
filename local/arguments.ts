import { parseArgs, type ParseArgsConfig } from 'util';

/** An error that the person who runs a command can fix. The message says what is wrong, and what to do. */
export class UserError extends Error {}

/**
 * Reads the arguments of a command.
 *
 * @param hint what to type instead, for the message of an error: a sentence
 * @throws UserError
 */
export function readArguments<T extends ParseArgsConfig>(
  config: T,
  hint: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (cause) {
    // Node adds advice on positional arguments that begin with a hyphen, which no command here has.
    const [sentence] = (cause as Error).message.split(/\.\s/);
    throw new UserError(`${sentence}. ${hint}`, { cause });
  }
}

/**
 * The value of an option that takes a whole number from 0.
 *
 * @throws UserError
 */
export function toWholeNumber(option: string, given: string, hint: string): number {
  if (!/^\d+$/.test(given)) {
    throw new UserError(`--${option} must be a whole number, got: ${given}. ${hint}`);
  }
  return Number(given);
}

/** Prints the message of an error: a sentence for what a person can fix, the stack trace of anything else. */
export function printError(error: unknown): void {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
}
