import type { Clock } from './bedrock';

const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** How long anything may take to become visible before the probe gives it up. */
export const PATIENCE_MS = 10 * MINUTE;

/** How long something took, and how many checks came before. */
export interface Delay {
  readonly seconds: number;
  readonly tries: number;
}

/** Asks until something is true, unless it does not become so. */
export async function until(
  clock: Clock,
  isTrue: () => Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<Delay | undefined> {
  const startedAt = clock.now();
  for (let tries = 0; clock.now() - startedAt <= patienceMs; tries += 1) {
    const seconds = Math.round((clock.now() - startedAt) / SECOND);
    if (await isTrue()) {
      return { seconds, tries };
    }
    await clock.sleep(5 * SECOND);
  }
  return undefined;
}
