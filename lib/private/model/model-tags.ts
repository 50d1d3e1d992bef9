import { TagManager, TagType, type Stack } from 'aws-cdk-lib';
import { tagCountRule, tagRule } from './model-rules';
import type { Tag } from '../contract/protocol';
import { isLiteral } from '../validation';

/**
 * The tags of a resource type that CloudFormation does not know: it does not give them the tags of the
 * stack, as it does to its own. So they start with these, which the tags of constructs then override.
 */
export function modelTags(stack: Stack, resourceType: string): TagManager {
  const tags: Tag[] = Object.entries(stackTags(stack)).map(([key, value]) => ({ key, value }));
  return new TagManager(TagType.STANDARD, resourceType, tags);
}

/** A nested stack has the tags of those around it, too. */
function stackTags({ tags, nestedStackParent }: Stack): Record<string, string> {
  return { ...(nestedStackParent && stackTags(nestedStackParent)), ...tags.tagValues() };
}

/** What is wrong with the tags of a model, and the way out. */
export function tagErrors(tags: TagManager): string[] {
  const all = Object.entries(tags.tagValues()).map(([key, value]) => ({ key, value }));
  const known = (text: string): string => (isLiteral(text) ? text : 'token');
  const broken = all.flatMap(({ key, value }) => {
    const rule = tagRule({ key: known(key), value: known(value) });
    return rule
      ? `${rule}, got: '${key}' = '${value}'; Tags.of(model).remove('${key}') keeps it off the model`
      : [];
  });
  return [tagCountRule(all.length) ?? [], broken].flat().map((error) => `Tags of an imported model ${error}`);
}
