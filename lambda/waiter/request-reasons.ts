import type { PollResult, Request, ResourceEvent } from '../shared/engine';
import { isUnreached, type ServiceError } from '../shared/errors';
import { logs, quote, reason, said, whoRefuses } from '../shared/reasons';
import { humanDuration } from '../shared/text';
import { ownsModel, properties } from './event';

/** The reasons that a person reads when a request could not be served at all. */

export function pollsKeepFailing(
  error: { readonly Error?: string; readonly Cause?: string } = {},
  event: ResourceEvent,
  before: PollResult,
): string {
  const { jobIdentifier } = properties(event);
  const name = ownsModel(event) ? 'model' : 'waiter';
  const subject = jobIdentifier ? ` for model import job ${jobIdentifier}` : '';
  return reason(
    'PollsFailed',
    `The ${name} function kept failing: ${error.Error ?? 'unknown error'}, ${quote(causeMessage(error.Cause))}.`,
    'See its log for the cause, then redeploy.',
    `${before.attempt} polls${subject} succeeded before; last seen: ${before.lastSeen ?? 'nothing'}.`,
    logs(),
  );
}

export function late(ageSeconds: number, { requestedAt, deadline }: Request): string {
  return reason(
    'RequestTooLate',
    `AWS Lambda delivered the request ${humanDuration(ageSeconds)} after CloudFormation made it, and its deadline was after ${humanDuration((deadline - requestedAt) / 1000)}.`,
    'Redeploy. Check whether the account or the function runs into a concurrency limit.',
    logs(),
  );
}

export function notStarted(error: ServiceError, { event }: Request): string {
  const { stateMachineArn } = properties(event);
  return reason(
    'NotStarted',
    `Could not call states:StartExecution on ${stateMachineArn}: ${said(error)}.`,
    isUnreached(error)
      ? 'AWS Step Functions was never reached: in a VPC, check for an interface endpoint "states" or a NAT gateway, then redeploy.'
      : `${whoRefuses(error, 'the role of the waiter function')} Then redeploy.`,
    logs(),
  );
}

/** Lambda reports a crash as JSON with the message in it. */
function causeMessage(cause = ''): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}
