/**
 * The tags that the model function adds to jobs and models, beside those of the app. They tell people and other tools
 * which stack owns a model; nothing depends on them. This module imports nothing, so constructs and functions can share it.
 */

/** The prefix of their keys. */
export const TAG_PREFIX = 'cdk-bedrock-model-import:';

/** Their number: the stack and the logical ID. */
const OWN_TAGS = 2;

/**
 * The most tags that a resource can have.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/tagging.html
 */
export const MAX_TAGS = 50;

/** The most tags that an app can give to a job and its model. */
export const MAX_USER_TAGS = MAX_TAGS - OWN_TAGS;
