import type { Faults, Place, Trouble } from './faults';
import type { Random } from './random';

/** What may fail for longer than a moment. */

const PLACES: readonly Place[] = ['bedrock', 'dynamodb', 'events', 'invoke', 'start', 'url'];

/** A permission that was made a moment ago may be refused for so many seconds. */
const NEW_PERMISSION_SECONDS = 300;

/** Draws what fails for a while: new permissions from now on, and now and then the infrastructure. */
export function drawOutages(faults: Faults, random: Random): void {
  if (faults.mood === 0) {
    return;
  }
  for (const place of PLACES) {
    if (place !== 'url' && random.chance(0.06)) {
      faults.breakDown(place, 'denied', random.logarithmic(1, NEW_PERMISSION_SECONDS));
    }
  }
  if (random.chance(0.1)) {
    const trouble = random.pick<Trouble>(['unreached', 'server error', 'throttling']);
    faults.breakDown(random.pick(PLACES), trouble, random.logarithmic(30, 5000), random.logarithmic(1, 7200));
  }
  if (random.chance(0.01)) {
    faults.breakDown(
      random.pick(PLACES),
      'denied',
      random.logarithmic(500, 5000),
      random.logarithmic(1, 7200),
    );
  }
}
