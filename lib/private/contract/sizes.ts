/**
 * What a request may carry. An execution of the state machine holds 262,144 bytes, of its input and of its state
 * alike, and fails at its start or in its course when it is given more. What could be too much is refused at
 * synthesis. Imports nothing, so that constructs and functions can share it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAX_EXECUTION_BYTES = 262_144;

/**
 * The largest test request of a smoke test, in the form in which the execution holds it: a string in JSON, in UTF-8.
 *
 * The execution holds it once. What is left beside it, more than 60,000 bytes, is ample room for the rest of the
 * request: ResponseURL, ARNs, expectations, and what is remembered between polls.
 */
export const MAX_TEST_REQUEST_BYTES = 200_000;

/** The largest `triggers` of a model. The execution holds them twice on an update: those of before, and those of now. */
export const MAX_TRIGGERS_BYTES = 20_000;

/** The size of a value as JSON in UTF-8: a string with its quotes and escapes. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
