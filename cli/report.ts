import { describeFinding, isError, type Finding } from '../weights/finding';

/** What the command was asked for, whatever it checks. */
export interface CheckOptions {
  /** The Region of the import. */
  readonly region?: string;
  /** Whether warnings fail. */
  readonly strict: boolean;
  readonly usesChatTemplate: boolean;
}

/** The result of a check. */
export interface Outcome {
  /** The exit code. */
  readonly status: 0 | 1 | 2;
  readonly findings: readonly Finding[];
  /** Why the check was not possible, or not complete. */
  readonly error?: string;
}

/** The outcome of a check. Errors that were found stay errors, however much could not be checked. */
export function outcomeOf(findings: readonly Finding[], strict: boolean, error?: string): Outcome {
  const fails = findings.some((finding) => strict || isError(finding));
  return { status: fails ? 1 : error === undefined ? 0 : 2, findings, error };
}

/** The outcome in words, one line for each finding. */
export function render({ status, findings, error }: Outcome): string {
  const lines = findings.map((finding) => `${finding.level}: ${describeFinding(finding)}`);
  if (error !== undefined) {
    lines.push(`not checked: ${error}`);
  }
  return `${[...lines, verdict(status, findings)].join('\n')}\n`;
}

function verdict(status: Outcome['status'], findings: readonly Finding[]): string {
  const errors = findings.filter(isError).length;
  const counts = `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`;
  return {
    0: findings.length === 0 ? 'No errors, no warnings.' : `${counts}.`,
    1: errors > 0 ? `${counts}: the import would fail.` : `${counts}: --strict fails on warnings.`,
    2: `The check is not complete. ${counts} so far.`,
  }[status];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The outcome for programs. */
export function renderJson(location: string | undefined, { status, findings, error }: Outcome): string {
  return `${JSON.stringify({ location, status, findings, error }, undefined, 2)}\n`;
}
