import { log } from '../shared/log';
import { describeFinding, isError } from '../../weights/finding';
import type { S3Check } from '../../weights/s3';
import type { Failed, Waiting } from '../shared/worker';
import type { Context, Memory } from './context';
import * as reasons from './reasons';

/** All calls of one pre-flight check end within this many milliseconds. */
const LIMIT_MS = 15_000;

/** On a first deployment the permission is as new as the model, and arrives within a minute. */
const DENIAL_LIMIT = { leastSeconds: 60, lagSeconds: 0 };
const SECONDS_BETWEEN_DENIALS = 5;

/**
 * Checks the weights before a job starts: once for a request, and as a step of its own, so that the start has the
 * time of an invocation to itself. Undefined when that is over, or not wanted.
 */
export async function checkWeights(context: Context): Promise<Failed | Waiting<Memory> | undefined> {
  const { poll, properties, progress, dependencies } = context;
  if (poll.memory.hasChecked || properties.preflight === 'false') {
    return undefined;
  }
  const checked = await dependencies.preflight(properties.definition.s3Uri, {
    region: progress.region,
    limitMs: Math.min(LIMIT_MS, context.remainingMs),
    usesChatTemplate: properties.usesChatTemplate === 'true',
  });
  const denial =
    'denied' in checked
      ? context.tolerate('pre-flight check', DENIAL_LIMIT, `the permission ${checked.denied}`)
      : undefined;
  return denial ? { ...denial, withinSeconds: SECONDS_BETWEEN_DENIALS } : conclude(context, checked);
}

function conclude(context: Context, checked: S3Check): Failed | Waiting<Memory> {
  const { progress, properties, event } = context;
  if ('findings' in checked && checked.findings.some(isError)) {
    const { s3Uri } = properties.definition;
    return { type: 'fail', reason: reasons.badWeights(progress, s3Uri, checked.findings) };
  }
  for (const remark of remarksOn(checked)) {
    const { LogicalResourceId: logicalId, RequestId: requestId } = event;
    log('WARN', { message: `Pre-flight check: ${remark}`, logicalId, requestId });
  }
  return context.wait('the start of the import', { memory: { hasChecked: true }, withinSeconds: 1 });
}

/** What does not fail an import, and is worth a line. */
function remarksOn(checked: S3Check): string[] {
  if ('skipped' in checked) {
    return [`skipped, because ${checked.skipped}`];
  }
  const denial = 'denied' in checked ? [`not complete, for want of ${checked.denied}`] : [];
  return [...denial, ...checked.findings.map(describeFinding)];
}
