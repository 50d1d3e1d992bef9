import { cut } from '../lambda/shared/text';
import type { FindingCode, Level } from './rules';

/** One thing that is wrong with the weights, or may be. */
export interface Finding {
  readonly code: FindingCode;
  /** An error fails an import, as AWS documents or users report. A warning may. */
  readonly level: Level;
  /** The file that it is about, when it is about one. */
  readonly file?: string;
  /** A sentence without its period. */
  readonly problem: string;
  /** What to do, a sentence without its period. */
  readonly remedy: string;
}

/** The longest name that is shown whole, in bytes. */
const MAX_NAME_BYTES = 200;
const MAX_NAMES = 4;

export function isError({ level }: Finding): boolean {
  return level === 'error';
}

/** A finding in words for a person. */
export function describeFinding({ file, problem, remedy }: Finding): string {
  const subject = file === undefined ? '' : `${shortName(file)}: `;
  return `${subject}${problem}. ${remedy}.`;
}

/** A text from outside, short and plain enough to stand in a sentence. */
export function shortName(name: string): string {
  return cut(name.replace(/\p{Cc}/gu, '?'), MAX_NAME_BYTES);
}

/** Names in a sentence: the first few, and how many more there are. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(shortName);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** A size as people write it: `16.1 GB`. */
export function humanSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${Number((bytes / 1000 ** power).toFixed(1))} ${units[power]}`;
}
