import type { PollLog } from './function-log';
import type { Screen } from './screen';

/** A statement, and whether it holds. */
export type Claim = readonly [statement: string, holds: boolean];

/** Prints the statements of a proof, and returns whether all of them hold. */
export function prove(screen: Screen, claims: readonly Claim[]): boolean {
  for (const [statement, holds] of claims) {
    screen.line(`  ${holds ? '✔' : '✘'} ${statement}`);
  }
  return claims.every(([, holds]) => holds);
}

/** The errors of Bedrock that polls met and tolerated, as a statement; none where there were none. */
export function tolerated(polls: readonly PollLog[]): Claim[] {
  const names = polls.flatMap(({ message }) => /\w+Exception/.exec(message)?.[0] ?? []);
  const count = `${names.length} error${names.length === 1 ? '' : 's'}`;
  return names.length > 0
    ? [[`the deployment tolerated ${count} of Bedrock: ${[...new Set(names)].join(', ')}`, true]]
    : [];
}

/** A duration in milliseconds as seconds. */
export function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
