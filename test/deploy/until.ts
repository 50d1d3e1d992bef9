import { setTimeout as sleep } from 'timers/promises';

/** Waits for a condition, a minute at most. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`Not within a minute: ${condition.toString()}`);
    }
    await sleep(100);
  }
}
