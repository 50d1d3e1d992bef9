import { logs, quote, reason } from '../shared/reasons';
import { humanDuration } from '../shared/text';

/** The reasons that a person reads when a request could not be served. */

export function pollBroken(
  error: { readonly Error?: string; readonly Cause?: string } = {},
  worker = 'poll',
  before: { readonly jobIdentifier?: string; readonly attempt: number; readonly lastSeen?: string },
): string {
  const subject = before.jobIdentifier ? ` about model import job ${before.jobIdentifier}` : '';
  return reason(
    `The ${worker} function kept failing: ${error.Error ?? 'unknown error'}, ${quote(causeMessage(error.Cause))}.`,
    'See its log for the cause, then deploy again.',
    `Asked ${before.attempt} times before${subject}; last seen: ${before.lastSeen ?? 'nothing'}.`,
    logs(),
  );
}

export function superseded(newer: { readonly type: string; readonly requestId: string }): string {
  return reason(
    `Superseded by the ${newer.type} request ${newer.requestId} of the same resource, which is newer.`,
    'Nothing has to be done, unless the deployment failed with this: then deploy again.',
    logs(),
  );
}

export function overdue(ageSeconds: number, limitSeconds: number): string {
  return reason(
    `The request could be served only ${humanDuration(ageSeconds)} after it was made, and had ${humanDuration(limitSeconds)}.`,
    'Deploy again. If it was not AWS Lambda that was late, the log says what kept the wait from being started.',
    logs(),
  );
}

export function notStarted(error: Error, jobIdentifier?: string): string {
  const subject = jobIdentifier ? ` for model import job ${jobIdentifier}` : '';
  return reason(
    `The wait${subject} could not be started: ${error.name}, ${quote(error.message)}.`,
    'Deploy again if the cause has passed; otherwise check the permissions of the on-event function on AWS Step Functions.',
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
