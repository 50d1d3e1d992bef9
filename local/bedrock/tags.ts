import type { BedrockAccount } from './account';
import { BedrockException } from './exceptions';
import type { Body, Tag } from './import-job';

const TAGS_PER_RESOURCE = 50;

export function listTagsForResource(account: BedrockAccount, { resourceARN }: Body): Body {
  return { tags: [...find(account, resourceARN)].map(([key, value]) => ({ key, value })) };
}

export function tagResource(account: BedrockAccount, { resourceARN, tags }: Body): Body {
  const existing = find(account, resourceARN);
  const added = tags as Tag[];
  refuseBadTags(added, existing);
  added.forEach(({ key, value }) => existing.set(key, value));
  return {};
}

export function untagResource(account: BedrockAccount, { resourceARN, tagKeys }: Body): Body {
  const existing = find(account, resourceARN);
  (tagKeys as string[]).forEach((key) => existing.delete(key));
  return {};
}

/** Refuses what the shapes of the tags do not tell: a key twice, and more tags than a resource may have. */
export function refuseBadTags(added: Tag[] = [], existing: ReadonlyMap<string, string> = new Map()): void {
  const keys = added.map(({ key }) => key);
  if (new Set(keys).size < keys.length) {
    throw new BedrockException('ValidationException', 'The tags contain a key more than once');
  }
  if (new Set([...existing.keys(), ...keys]).size > TAGS_PER_RESOURCE) {
    const message = `A resource can have at most ${TAGS_PER_RESOURCE} tags`;
    throw new BedrockException('TooManyTagsException', message);
  }
}

function find(account: BedrockAccount, arn: unknown): Map<string, string> {
  const tags = account.records.tagsOf(arn as string);
  if (!tags) {
    throw account.absence('Could not find a resource with the given ARN');
  }
  return tags;
}
