import { createHash } from 'crypto';
import type { ImportedModelProperties, ModelDefinition, OnTheWire, Tag } from '../../lib/private/protocol';
import type { ResourceEvent } from '../shared/engine';

/**
 * How a job is recognized: by the names and tags that it is started with. All of them follow from the
 * resource and the request, so that a repeated request comes to the same job.
 */

const TAG_PREFIX = 'cdk-bedrock-model-import:';
const MAX_NAME = 63;
const ID_LENGTH = 12;

/** What the tags of a job say about where it comes from. */
export interface Marks {
  /** Hash of the stack ID and the logical ID. */
  readonly owner: string;
  /** ID of the request that started the job. */
  readonly request: string;
  /** Hash of what defines the model. */
  readonly definition: string;
  /** ARN of the job whose model this one's replaces; empty when it is the first. */
  readonly replaces: string;
  /** Whether the model outlives the resource: `true` or `false`. */
  readonly retain: string;
}

type Resource = Pick<ResourceEvent, 'StackId' | 'LogicalResourceId'>;

/** The owner of the jobs that serve a resource. */
export function ownerOf(resource: Resource): string {
  return hash(`${resource.StackId} ${resource.LogicalResourceId}`, 32);
}

/** What the generated names of all jobs of an owner contain. */
export function namePart(owner: string): string {
  return owner.slice(0, ID_LENGTH);
}

/**
 * The name of a job and its model when none is given: unique for a request, readable, and within the
 * rules of both.
 */
export function generatedName(resource: Resource, requestId: string): string {
  const unique = `-${namePart(ownerOf(resource))}-${hash(requestId, ID_LENGTH)}`;
  const stackName = resource.StackId.split('/')[1];
  const readable = `${stackName}-${resource.LogicalResourceId}`
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, MAX_NAME - unique.length);
  return readable.replace(/-$/, '') + unique;
}

/** The idempotency token of a request. */
export function requestToken(owner: string, requestId: string): string {
  return hash(`${owner} ${requestId}`, 64);
}

/**
 * A hash of what defines a model. The order of keys and list members does not matter, nor does the way its
 * weights were read: with another role, through another network, it is the same model.
 */
export function definitionHash(definition: ModelDefinition): string {
  const { jobName, importedModelName, s3Uri, kmsKeyArn, triggers } = definition;
  return hash(canonical({ jobName, importedModelName, s3Uri, kmsKeyArn, triggers }), 32);
}

/** The marks as tags. */
export function toTags(marks: Partial<Marks>): Tag[] {
  return Object.entries(marks).map(([name, value]) => ({ key: TAG_PREFIX + name, value }));
}

/** The marks among a resource's tags. */
export function readMarks(tags: readonly Partial<Tag>[]): Partial<Marks> {
  return Object.fromEntries(
    tags
      .filter(({ key }) => key?.startsWith(TAG_PREFIX))
      .map(({ key, value }) => [key!.slice(TAG_PREFIX.length), value]),
  );
}

/** The marks of a job that change without a new import. */
export function mutableMarks(properties: OnTheWire<ImportedModelProperties>): Pick<Marks, 'retain'> {
  return { retain: String(properties.deletionPolicy.startsWith('Retain')) };
}

export function userTags(properties: OnTheWire<ImportedModelProperties>): Tag[] {
  return properties.tags ?? [];
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).sort().join()}]`;
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
    return `{${fields.sort().join()}}`;
  }
  return JSON.stringify(value);
}

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
