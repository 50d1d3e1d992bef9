import { isConstraintViolation, isRefusal, toFault } from '../shared/bedrock';
import { extend, graceSeconds, pause, PROPAGATION } from '../shared/patience';
import type { Context } from './context';
import { CallError } from './model-imports';
import * as reasons from './reasons';
import type { Step, Wait } from './step';

/** Seconds that a grace lasts at the pace of these polls. */
export function graceOf(grace: Parameters<typeof graceSeconds>[0], { properties }: Context): number {
  return graceSeconds(grace, Number(properties.pollIntervalSeconds));
}

/** Waits while answers of one kind do not outlast a grace. Undefined once they have. */
export function bear(
  context: Context,
  kind: string,
  grace: Parameters<typeof graceSeconds>[0],
  waitFor: string,
): Wait | undefined {
  const streak = extend(context.previous.streak, kind, context.now);
  return streak.seconds < graceOf(grace, context) ? { waitFor, streak } : undefined;
}

/**
 * What an error means. A refusal may pass: what was made a moment ago, a permission, a role or its access to
 * Amazon S3, is not known everywhere yet, and Bedrock has many words for that. What has no clear answer says
 * nothing.
 */
export function ofError(error: unknown, context: Context): Step {
  const fault = error instanceof CallError ? error.fault : toFault(error);
  const waitFor = `an answer from Bedrock, which said ${fault.name}: ${fault.message}`;
  if (!(error instanceof CallError) || !isRefusal(fault)) {
    return { waitFor, streak: pause(context.previous.streak) };
  }
  const { operation, identifier } = error;
  if (fault.name === 'TooManyTagsException') {
    return { fail: reasons.tooManyTags(context.progress, fault) };
  }
  // What refuses now has to be what refused before: things are made, and spread, one by one.
  const kind = `${operation} ${identifier}`.trim();
  const isPassing = isConstraintViolation(fault) ? undefined : bear(context, kind, PROPAGATION, waitFor);
  return (
    isPassing ?? {
      fail:
        operation === 'CreateModelImportJob' && fault.httpStatus !== 403
          ? reasons.invalid(context.progress, fault)
          : reasons.refused(context.progress, operation, fault),
    }
  );
}
