import { createHash } from 'crypto';
import { MARK_PREFIX, type MARKS } from '../../lib/private/contract/marks';
import type {
  ImportedModelProperties,
  ModelDefinition,
  OnTheWire,
  Tag,
} from '../../lib/private/contract/protocol';
import type { ResourceEvent } from '../shared/engine';

/**
 * How a job is recognized: by the name and the tags that it is started with. All of them follow from the
 * resource and the request, so that a repeated request comes to the same job. The name alone tells the owner
 * and the request, because tags can show late, and people can remove them.
 */

const MAX_NAME = 63;
const ID_LENGTH = 12;
const GENERATED_NAME = new RegExp(`-([0-9a-f]{${ID_LENGTH}})-([0-9a-f]{${ID_LENGTH}})$`);

/**
 * What the tags of a job and its model say about where they come from.
 *
 * `owner` is a hash of the stack ID and the logical ID, `request` the ID of the request that started the
 * job, `definition` a hash of what defines the model, `replaces` the physical ID whose model this one's
 * replaces, empty when it is the first, and `retain` whether the model outlives the resource: `true` or
 * `false`.
 */
export type Marks = Readonly<Record<(typeof MARKS)[number], string>>;

type Resource = Pick<ResourceEvent, 'StackId' | 'LogicalResourceId'>;
type Properties = OnTheWire<ImportedModelProperties>;

/** The owner of the jobs that serve a resource. */
export function ownerOf(resource: Resource): string {
  return hash(`${resource.StackId} ${resource.LogicalResourceId}`, 32);
}

/** What the names of all jobs of an owner contain. */
export function namePart(owner: string): string {
  return owner.slice(0, ID_LENGTH);
}

/** The name that is unique for a request: of a job with a prefix, or of a job and its model. */
export function generatedName(
  resource: Resource,
  requestId: string,
  prefix = defaultPrefix(resource),
): string {
  return prefix + uniquePart(resource, requestId);
}

/** Whether a job was started by a request, as its name tells. */
export function isStartedBy(jobName: string | undefined, requestId: string): boolean {
  return GENERATED_NAME.exec(jobName ?? '')?.[2] === hash(requestId, ID_LENGTH);
}

/** Whether a job is an owner's, as its name tells. */
export function isOwnedBy(jobName: string | undefined, owner: string): boolean {
  return GENERATED_NAME.exec(jobName ?? '')?.[1] === namePart(owner);
}

/** The idempotency token of a request. */
export function requestToken(owner: string, requestId: string): string {
  return hash(`${owner} ${requestId}`, 64);
}

/**
 * A hash of what a definition means: neither the order of keys matters, nor a slash at the
 * end of the source, nor what is empty, nor the way its weights were read. With another role, through another
 * network, it is the same model.
 */
export function definitionHash(definition: ModelDefinition): string {
  const { importedModelName, s3Uri, kmsKeyArn, triggers } = definition;
  const source = s3Uri.replace(/\/+$/, '');
  return hash(canonical({ importedModelName, s3Uri: source, kmsKeyArn, triggers }), 32);
}

/** The marks as tags. */
function toTags(marks: Partial<Marks>): Tag[] {
  return Object.entries(marks).map(([name, value]) => ({ key: MARK_PREFIX + name, value }));
}

/** The marks among a resource's tags. */
export function readMarks(tags: readonly Partial<Tag>[]): Partial<Marks> {
  return Object.fromEntries(
    tags
      .filter(({ key }) => key?.startsWith(MARK_PREFIX))
      .map(({ key, value }) => [key!.slice(MARK_PREFIX.length), value]),
  );
}

/** The tags of a job and its model. */
export function tagsWith(marks: Partial<Marks>, properties: Properties): Tag[] {
  return [...userTags(properties), ...toTags(marks)];
}

/** The marks that change without a new import. */
export function mutableMarks(properties: Properties): Pick<Marks, 'retain'> {
  return { retain: String(properties.deletionPolicy.startsWith('Retain')) };
}

export function userTags(properties: Properties): Tag[] {
  return properties.tags ?? [];
}

/** The stack's name and the logical ID, as far as there is room, in what the rules of all names admit. */
function defaultPrefix(resource: Resource): string {
  const stackName = resource.StackId.split('/')[1];
  return `${stackName}-${resource.LogicalResourceId}`
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, MAX_NAME - 2 * (ID_LENGTH + 1))
    .replace(/-$/, '');
}

function uniquePart(resource: Resource, requestId: string): string {
  return `-${namePart(ownerOf(resource))}-${hash(requestId, ID_LENGTH)}`;
}

function canonical(value: unknown): string {
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value)
      .filter(([, field]) => !isEmpty(field))
      .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
    return `{${fields.sort().join()}}`;
  }
  return JSON.stringify(value);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
