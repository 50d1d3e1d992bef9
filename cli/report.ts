import { describeFinding, isError, type Finding } from '../weights/finding';

/** What a check came to. */
export interface Outcome {
  readonly status: 0 | 1 | 2;
  readonly findings: readonly Finding[];
  /** Why it was not possible to look, or not at everything. */
  readonly error?: string;
}

/** The outcome of a check. What is certain stays certain, however much could not be looked at. */
export function outcomeOf(findings: readonly Finding[], error?: string): Outcome {
  return { status: findings.some(isError) ? 1 : error === undefined ? 0 : 2, findings, error };
}

/** The outcome in words, one line for each finding. */
export function render({ status, findings, error }: Outcome): string {
  const lines = findings.map((finding) => `${finding.level}: ${describeFinding(finding)}`);
  if (error !== undefined) {
    lines.push(`not checked: ${error}`);
  }
  const verdict = {
    0: findings.length === 0 ? 'Nothing speaks against an import.' : 'Nothing is certain to fail.',
    1: 'An import is certain to fail.',
    2: 'The check is not complete.',
  };
  return `${[...lines, verdict[status]].join('\n')}\n`;
}

/** The outcome for programs. */
export function renderJson(place: string, { status, findings, error }: Outcome): string {
  return `${JSON.stringify({ place, status, findings, error }, undefined, 2)}\n`;
}
