/** What a checker says against a resource. */
export interface Finding {
  readonly rule: string;
  /** The template or construct, and the resource in it. */
  readonly resource: string;
}

/** The findings of a checker, counted by rule. */
export function byRule(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of findings) {
    counts[rule] = (counts[rule] ?? 0) + 1;
  }
  return counts;
}
