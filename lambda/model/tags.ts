import type { Tag } from '../../lib/private/contract/protocol';
import { TAG_PREFIX } from '../../lib/private/contract/ownership-tags';
import type { ResourceEvent } from '../shared/engine';
import type { Properties } from './context';

/** The tags of a job and its model: the app's, and where they come from, for people. Nothing depends on them. */
export function tagsOf({ StackId, LogicalResourceId }: ResourceEvent, { tags = [] }: Properties): Tag[] {
  return [
    ...tags,
    { key: `${TAG_PREFIX}stack`, value: StackId.split('/')[1] },
    { key: `${TAG_PREFIX}logical-id`, value: LogicalResourceId },
  ];
}
