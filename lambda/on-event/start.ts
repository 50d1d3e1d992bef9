import type { Network } from './cloudformation';

/**
 * The first call after a deployment has made its permission: it may be refused for minutes. The function tries
 * for half a minute, and Lambda brings the event again after one minute and after two more.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */

const TRY_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 5;

/** Lambda's third and last delivery comes three minutes after the first at the earliest, the second before. */
const LAST_TRY_SECONDS = 150;

/** Calls until it works. Gives up with the last error. */
export async function persist<T>(call: () => Promise<T>, now: () => number, network: Network): Promise<T> {
  const began = now();
  for (let pause = 0.5; ; pause = Math.min(pause * 2, LONGEST_PAUSE_SECONDS)) {
    try {
      return await call();
    } catch (error) {
      if ((now() - began) / 1000 + pause > TRY_SECONDS) {
        throw error;
      }
      await network.sleep(pause * 1000);
    }
  }
}

/**
 * Whether Lambda brings the event again when a delivery fails that began at this age of the request. Without
 * a time nobody can tell.
 */
export function comesAgain(ageSeconds: number | undefined): boolean {
  return ageSeconds !== undefined && ageSeconds <= LAST_TRY_SECONDS;
}
