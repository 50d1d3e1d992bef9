import { isArchive, isModelFile } from '../contract/file-names';
import { JOB_NAME, MAX_NAME } from '../contract/job-identifier';
import { MAX_TAGS, MAX_USER_TAGS, TAG_PREFIX } from '../contract/ownership-tags';
import type { Tag } from '../contract/protocol';
import { jsonBytes, MAX_TRIGGERS_BYTES } from '../contract/sizes';

/**
 * The rules for the input of `CreateModelImportJob`. The service documents patterns for them, some of
 * which take exponential time on hostile input; those below match the same languages in linear time.
 * Each function returns the rule that a literal breaks, or undefined when it is well formed.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelImportJob.html
 */

const MAX_URI = 1024;
const MODEL_NAME = /^[0-9a-zA-Z](?:[_-]?[0-9a-zA-Z])*[_-]?$/;
const BUCKET = /^[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]$/;
const PREFIX = /^[-!_*'().a-z0-9A-Z]+(?:\/[-!_*'().a-z0-9A-Z]+)*\/?$/;
const TAG_TEXT = /^[a-zA-Z0-9\s._:/=+@-]*$/;

const MAX_TAG_KEY = 128;
const MAX_TAG_VALUE = 256;
/** The prefixes of keys that AWS and the functions keep for themselves. */
const RESERVED_TAGS = ['aws:', TAG_PREFIX];

/** What the names of jobs leave beside the two hashes that make them unique. */
const MAX_JOB_NAME_PREFIX = 37;

export function jobNamePrefixRule(prefix: string): string | undefined {
  return prefix.length <= MAX_JOB_NAME_PREFIX && JOB_NAME.test(prefix)
    ? undefined
    : `must be 1 to ${MAX_JOB_NAME_PREFIX} letters, digits, "+", "-" and ".", and start with a letter or digit`;
}

export function modelNameRule(name: string): string | undefined {
  return name.length <= MAX_NAME && MODEL_NAME.test(name)
    ? undefined
    : 'must be 1 to 63 letters, digits, "-" and "_", start with a letter or digit, and have no two of "-" and "_" in a row';
}

export function s3UriRule(uri: string): string | undefined {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  return uri.length <= MAX_URI && BUCKET.test(bucket) && (prefix === '' || PREFIX.test(prefix))
    ? folderRule(prefix)
    : 'must be a URI of at most 1024 characters like s3://bucket/prefix/';
}

export function s3PrefixRule(prefix: string): string | undefined {
  return prefix === '' || PREFIX.test(prefix)
    ? folderRule(prefix)
    : "must be a path like models/llama/, without a slash in front, of letters, digits and any of -!_*'().";
}

/** In a policy it would match other prefixes, too. */
export function wildcardRule(text: string): string | undefined {
  return text.includes('*')
    ? 'must not contain "*", which is a wildcard in the policies of the roles'
    : undefined;
}

/** What ends with a slash is a folder, whatever its name. */
function folderRule(prefix: string): string | undefined {
  if (isArchive(prefix)) {
    return 'must be the folder that holds config.json and the weights, not an archive, which Bedrock does not unpack';
  }
  return isModelFile(prefix)
    ? 'must be the folder that holds config.json and the weights, not one of its files'
    : undefined;
}

/** The rule that triggers break which the functions cannot carry. */
export function triggersRule(triggers: Readonly<Record<string, string>>): string | undefined {
  const bytes = jsonBytes(triggers);
  return bytes <= MAX_TRIGGERS_BYTES
    ? undefined
    : `must be at most ${MAX_TRIGGERS_BYTES} bytes of JSON, got: ${bytes}; a checksum is enough`;
}

/** The rule that too many tags break. */
export function tagCountRule(count: number): string | undefined {
  return count <= MAX_USER_TAGS
    ? undefined
    : `must be at most ${MAX_USER_TAGS}, because ${MAX_TAGS - MAX_USER_TAGS} of the ${MAX_TAGS} that a resource can have are the library's own`;
}

/** The rule that a tag breaks. */
export function tagRule({ key, value }: Tag): string | undefined {
  if (!TAG_TEXT.test(key) || !TAG_TEXT.test(value)) {
    return 'must be of letters without accents, digits, spaces and any of ._:/=+@-';
  }
  if (key.length < 1 || key.length > MAX_TAG_KEY) {
    return `must have a key of 1 to ${MAX_TAG_KEY} characters`;
  }
  if (value.length > MAX_TAG_VALUE) {
    return `must have a value of at most ${MAX_TAG_VALUE} characters`;
  }
  const reserved = RESERVED_TAGS.find((prefix) => key.toLowerCase().startsWith(prefix));
  return reserved && `must not have a key that begins with ${reserved}, which is reserved`;
}
