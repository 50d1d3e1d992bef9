import { log } from '../shared/log';
import { extend } from '../shared/patience';
import { describeFinding, isError } from '../../weights/finding';
import type { S3Check } from '../../weights/s3';
import type { Context } from './context';
import * as reasons from './reasons';
import type { Step, Wait } from './step';

/** All calls of one look end within this many milliseconds. */
const LOOK_LIMIT_MS = 15_000;

/** On a first deployment the permission is as new as the model, and arrives within a minute. */
const DENIAL_GRACE_SECONDS = 60;
const SECONDS_BETWEEN_DENIALS = 5;

/**
 * Looks at the weights before a job starts: once for a request, and as a step of its own, so that the start has
 * the time of an invocation to itself. Undefined when that is over, or not wanted.
 */
export async function look(context: Context): Promise<Step | undefined> {
  const { previous, properties, progress, remainingMs } = context;
  if (previous.hasLooked || properties.preflight === 'false') {
    return undefined;
  }
  // Loaded only now, because loading the client of Amazon S3 takes time.
  const { preflight } = await import('./preflight.js');
  const limitMs = Math.min(LOOK_LIMIT_MS, remainingMs());
  const seen = await preflight(properties.definition.s3Uri, progress.region, limitMs);
  const denial = 'denied' in seen ? bearDenial(context, seen.denied) : undefined;
  return denial ?? conclude(context, seen);
}

function bearDenial({ previous, now }: Context, denied: string): Wait | undefined {
  const streak = extend(previous.streak, 'look', now);
  return streak.seconds < DENIAL_GRACE_SECONDS
    ? { waitFor: `the permission ${denied}`, streak, withinSeconds: SECONDS_BETWEEN_DENIALS }
    : undefined;
}

function conclude(context: Context, seen: S3Check): Step {
  if ('findings' in seen && seen.findings.some(isError)) {
    const { progress, properties } = context;
    const fail = reasons.badWeights(progress, properties.definition.s3Uri, seen.findings);
    // The start comes after the look, in an invocation of its own.
    return { fail, nothingStarted: true };
  }
  for (const remark of remarksOn(seen)) {
    const { LogicalResourceId: logicalId, RequestId: requestId } = context.event;
    log('WARN', { message: 'Weights', logicalId, requestId, remark });
  }
  return { waitFor: 'the start of the import', hasLooked: true, withinSeconds: 1 };
}

/** What does not speak against an import, and is worth a line. */
function remarksOn(seen: S3Check): string[] {
  if ('skipped' in seen) {
    return [`They were not looked at: ${seen.skipped}`];
  }
  const denial = 'denied' in seen ? [`They were not looked at in full, for want of ${seen.denied}`] : [];
  return [...denial, ...seen.findings.map(describeFinding)];
}
