/** The values that each parameter can take. */
type Parameters = Readonly<Record<string, readonly string[]>>;

/**
 * Combinations of the parameters' values in which any two values of two different parameters occur
 * together: greedily, so that few are needed, and always the same ones.
 *
 * @param only Covers the pairs of this parameter alone.
 */
export function coverPairs(parameters: Parameters, only?: string): Record<string, string>[] {
  const missing = pairsOf(parameters, only);
  const combinations: Record<string, string>[] = [];
  while (missing.size > 0) {
    const combination = nextCombination(parameters, missing);
    pairsIn(combination).forEach((pair) => missing.delete(pair));
    combinations.push(combination);
  }
  return combinations;
}

/** Starts with one missing pair, then gives each other parameter the value that covers the most. */
function nextCombination(parameters: Parameters, missing: ReadonlySet<string>): Record<string, string> {
  const [first] = missing;
  const combination = Object.fromEntries(JSON.parse(first) as [string, string][]);
  for (const [name, values] of Object.entries(parameters)) {
    combination[name] ??= best(values, (value) => {
      const partners = Object.entries(combination);
      return partners.filter((partner) => missing.has(pairKey(partner, [name, value]))).length;
    });
  }
  return combination;
}

function best(values: readonly string[], score: (value: string) => number): string {
  return values.reduce((leader, value) => (score(value) > score(leader) ? value : leader));
}

function pairsOf(parameters: Parameters, only?: string): Set<string> {
  const names = Object.keys(parameters);
  const pairs = names.flatMap((one, index) =>
    names
      .slice(index + 1)
      .filter((other) => !only || one === only || other === only)
      .flatMap((other) =>
        parameters[one].flatMap((a) => parameters[other].map((b) => pairKey([one, a], [other, b]))),
      ),
  );
  return new Set(pairs);
}

function pairsIn(combination: Record<string, string>): string[] {
  const entries = Object.entries(combination);
  return entries.flatMap((one, index) => entries.slice(index + 1).map((other) => pairKey(one, other)));
}

function pairKey(one: [string, string], other: [string, string]): string {
  return JSON.stringify([one, other].sort(([a], [b]) => (a < b ? -1 : 1)));
}
