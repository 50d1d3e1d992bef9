/**
 * The tags that the functions put on jobs and models, beside those of the app. They tell people and other tools
 * where a model comes from; nothing depends on them. Imports nothing, so that the rules at synthesis count the same.
 */

/** What the keys of all of them begin with. */
export const TAG_PREFIX = 'cdk-bedrock-model-import:';

/** How many there are: the stack and the logical ID. */
const OWN_TAGS = 2;

/**
 * The most tags that a resource may carry.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/tagging.html
 */
export const MAX_TAGS = 50;

/** The most tags that an app may give to a job and its model. */
export const MAX_USER_TAGS = MAX_TAGS - OWN_TAGS;
