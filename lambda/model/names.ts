import { createHash } from 'crypto';
import { JOB_NAME, MAX_NAME } from '../../lib/private/contract/job-identifier';
import type { ModelDefinition } from '../../lib/private/contract/protocol';
import type { ResourceEvent } from '../shared/engine';

/** The names that a request gives to what it creates. All follow from the request: one that is repeated gives the same. */

const ID_LENGTH = 12;

/** What the two hashes with their hyphens leave of a name. */
const MAX_PREFIX = MAX_NAME - 2 * (ID_LENGTH + 1);

type Resource = Pick<ResourceEvent, 'StackId' | 'LogicalResourceId'>;

/** The key of a resource: `arn:aws:cloudformation:…:stack/Stack/6f2b8d10-…/Llama7C2C6F1E`. */
export function keyOf({ StackId, LogicalResourceId }: Resource): string {
  return `${StackId}/${LogicalResourceId}`;
}

/**
 * A name that is unique permanently, and readable: `Stack-Llama7C2C6F1E-1a2b3c4d5e6f-6f5e4d3c2b1a`. A prefix that
 * only the deployment knows is cut where it is too long.
 */
export function uniqueName(resource: Resource, requestId: string, prefix?: string): string {
  const start = (prefix ?? defaultPrefix(resource)).slice(0, MAX_PREFIX);
  return `${start}-${hash(keyOf(resource), ID_LENGTH)}-${hash(requestId, ID_LENGTH)}`;
}

/** The rule that a name breaks which only the deployment knows, or undefined when Bedrock takes it. */
export function jobNameRule(name: string): string | undefined {
  return name.length <= MAX_NAME && JOB_NAME.test(name)
    ? undefined
    : `must be 1 to ${MAX_PREFIX} letters, digits, "+", "-" and ".", and start with a letter or digit`;
}

/** The idempotency token of a request. */
export function requestToken(resource: Resource, requestId: string): string {
  return hash(`${keyOf(resource)} ${requestId}`, 64);
}

/**
 * A hash of what a definition means: neither the order of keys matters, nor a slash at the end of the source, nor
 * what is empty, nor how its weights are read. With another role, through another network, it is the same model.
 */
export function definitionHash({ importedModelName, s3Uri, kmsKeyArn, triggers }: ModelDefinition): string {
  return hash(canonical({ importedModelName, s3Uri: withoutFinalSlash(s3Uri), kmsKeyArn, triggers }), 32);
}

/** Whether two locations of weights are the same. */
export function withoutFinalSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}

/** JSON in which the order of keys and what is empty make no difference. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join()}]`;
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value)
      .filter(([, field]) => !isEmpty(field))
      .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
    return `{${fields.sort().join()}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

/** The stack's name and the logical ID, in what the rules of all names admit. */
function defaultPrefix({ StackId, LogicalResourceId }: Resource): string {
  return `${StackId.split('/')[1]}-${LogicalResourceId}`
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, MAX_PREFIX)
    .replace(/-$/, '');
}

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
