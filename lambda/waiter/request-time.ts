/**
 * When CloudFormation made a request. The event does not say, but its `ResponseURL` does: it is presigned when
 * the request is made, and lives for two hours.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */

/** Seconds after which nobody can answer a request any more. */
export const URL_LIFETIME_SECONDS = 7200;

/** The end of the year 9999, which is as far as a time has a common form. */
const LAST_SECOND = 253_402_300_799;

/** The time of a request in milliseconds since the epoch, a whole second. Absent when the URL does not tell. */
export function requestTime(responseUrl: string): number | undefined {
  const parameters = new URLSearchParams(responseUrl.split('?')[1]);
  return parseStamp(parameters.get('X-Amz-Date') ?? '') ?? timeOfExpiry(parameters.get('Expires') ?? '');
}

/** The time that `20260131T120000Z` says, in milliseconds since the epoch. */
function parseStamp(stamp: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp);
  const [, year, month, day, hour, minute, second] = parts ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** Older signatures say when the URL expires, in seconds since the epoch. */
function timeOfExpiry(expires: string): number | undefined {
  const second = Number(/^\d+$/.exec(expires)?.[0]) - URL_LIFETIME_SECONDS;
  return second >= 0 && second <= LAST_SECOND ? second * 1000 : undefined;
}
