/**
 * Size limits of a request. The input and the state of an execution can have 262,144 bytes each. An execution with more
 * does not start, or fails. Props that could exceed the limit are rejected at synthesis. This module imports nothing, so
 * constructs and functions can share it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAX_EXECUTION_BYTES = 262_144;

/**
 * The largest test request of a smoke test, as the execution contains it: a JSON string in UTF-8.
 *
 * The execution contains it once. More than 60,000 bytes remain for the rest of the request: ResponseURL, ARNs,
 * expectations, and what is remembered between polls.
 */
export const MAX_TEST_REQUEST_BYTES = 200_000;

/** The largest `triggers` of a model. The execution of an update contains them twice: the old and the new ones. */
export const MAX_TRIGGERS_BYTES = 20_000;

/** The size of a value as JSON in UTF-8: a string with its quotes and escapes. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
