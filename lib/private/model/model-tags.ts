import { TagManager, TagType, type Stack } from 'aws-cdk-lib';
import { tagCountRule, tagRule } from './model-rules';
import type { Tag } from '../contract/protocol';
import { isLiteral } from '../validation';

/**
 * The tags of a custom resource. CloudFormation adds the tags of the stack only to its own resource types, so these start
 * with the stack's tags, which the tags of constructs override.
 */
export function modelTags(stack: Stack, resourceType: string): TagManager {
  const tags: Tag[] = Object.entries(stackTags(stack)).map(([key, value]) => ({ key, value }));
  return new TagManager(TagType.STANDARD, resourceType, tags);
}

/** A nested stack also has the tags of its parent stacks. */
function stackTags({ tags, nestedStackParent }: Stack): Record<string, string> {
  return { ...(nestedStackParent && stackTags(nestedStackParent)), ...tags.tagValues() };
}

/** The errors in the tags of a model, with what to do. */
export function tagErrors(tags: TagManager): string[] {
  const all = Object.entries(tags.tagValues()).map(([key, value]) => ({ key, value }));
  const known = (text: string): string => (isLiteral(text) ? text : 'token');
  const broken = all.flatMap(({ key, value }) => {
    const rule = tagRule({ key: known(key), value: known(value) });
    return rule
      ? `${rule}, got: '${key}' = '${value}'; use Tags.of(model).remove('${key}') to keep it off the model`
      : [];
  });
  return [tagCountRule(all.length) ?? [], broken].flat().map((error) => `Tags of an imported model ${error}`);
}
