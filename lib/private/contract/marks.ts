/**
 * The tags that the functions put on what they make, beside those of the app. Imports nothing, so that the
 * rules at synthesis and the functions count the same ones.
 */

/** What the keys of all of them begin with. */
export const MARK_PREFIX = 'cdk-bedrock-model-import:';

/** What a job and its model are marked with: the model may outlive the record of its job. */
export const MARKS = ['owner', 'request', 'definition', 'replaces', 'retain'] as const;

/**
 * The most tags that a resource may carry.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/tagging.html
 */
export const MAX_TAGS = 50;

/** The most tags that an app may give to a job and its model alike. */
export const MAX_USER_TAGS = MAX_TAGS - MARKS.length;
