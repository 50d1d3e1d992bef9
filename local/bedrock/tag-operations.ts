import type { AccountState } from './account-state';
import { absence, decide, isForgotten, isFresh } from './answers';
import { BedrockException } from './exceptions';
import type { Body, Tag } from './import-job';

const TAGS_PER_RESOURCE = 50;

export function listTagsForResource(account: AccountState, { resourceARN }: Body, region: string): Body {
  const tags = [...find(account, resourceARN, region)].map(([key, value]) => ({ key, value }));
  return { tags: isNewJob(account, resourceARN) && decide(account, 'newJobTags') === 'empty' ? [] : tags };
}

export function tagResource(account: AccountState, { resourceARN, tags }: Body, region: string): Body {
  const existing = find(account, resourceARN, region);
  const added = tags as Tag[];
  refuseBadTags(added, existing);
  added.forEach(({ key, value }) => existing.set(key, value));
  return {};
}

export function untagResource(account: AccountState, { resourceARN, tagKeys }: Body, region: string): Body {
  const existing = find(account, resourceARN, region);
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

function find(account: AccountState, arn: unknown, region: string): Map<string, string> {
  const tags = account.records.tagsOf(arn as string, region);
  const isAbsent = isNewJob(account, arn) && decide(account, 'newJobTags') === 'absent';
  if (!tags || isAbsent || isOfForgottenJob(account, arn as string)) {
    throw absence(account, 'a resource');
  }
  return tags;
}

function isNewJob(account: AccountState, arn: unknown): boolean {
  const job = account.records.job(arn as string);
  return job !== undefined && isFresh(account, 'newJobTags', job.startedAt);
}

function isOfForgottenJob(account: AccountState, arn: string): boolean {
  const job = account.records.job(arn);
  return job !== undefined && isForgotten(account, job);
}
