import { App, Lazy, NestedStack, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ImportedModel, ModelSource } from '../../../lib/index';
import { MODEL_TYPE, WAITER_TYPE } from '../../support/resource-types';
import { resourcesOfType } from '../../support/templates';

const SOURCE = ModelSource.fromS3Uri('s3://weights/llama/');

const newStack = (props?: StackProps): Stack => new Stack(new App(), 'Stack', props);
const add = (stack: Stack): ImportedModel => new ImportedModel(stack, 'Llama', { source: SOURCE });

/** The tags that the model of a stack gets. */
function tagsIn(stack: Stack): Record<string, unknown> {
  const [{ Properties }] = resourcesOfType(stack, MODEL_TYPE);
  const { tags = [] } = Properties as { tags?: { key: string; value: unknown }[] };
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

describe('tags reach the model', () => {
  test('from the construct, and not its wait', () => {
    const stack = newStack();
    Tags.of(add(stack)).add('team', 'search');
    expect(tagsIn(stack)).toEqual({ team: 'search' });
    expect(resourcesOfType(stack, WAITER_TYPE)[0].Properties).not.toHaveProperty('tags');
  });

  test('from the app', () => {
    const stack = newStack();
    add(stack);
    Tags.of(stack.node.root).add('team', 'search');
    expect(tagsIn(stack)).toEqual({ team: 'search' });
  });

  test('from the props of the stack', () => {
    const stack = newStack({ tags: { team: 'search', stage: 'prod' } });
    add(stack);
    expect(tagsIn(stack)).toEqual({ team: 'search', stage: 'prod' });
  });

  test('from the props of the stack around a nested one', () => {
    const nested = new NestedStack(newStack({ tags: { team: 'search' } }), 'Nested');
    add(nested);
    expect(tagsIn(nested)).toEqual({ team: 'search' });
  });

  test('from the construct before the stack', () => {
    const stack = newStack({ tags: { team: 'search' } });
    Tags.of(add(stack)).add('team', 'answers');
    expect(tagsIn(stack)).toEqual({ team: 'answers' });
  });

  test('as tokens, whatever they become', () => {
    const stack = newStack();
    Tags.of(add(stack)).add('team', Lazy.string({ produce: () => 'late' }));
    expect(tagsIn(stack)).toEqual({ team: 'late' });
  });
});

describe('tags that Bedrock would refuse', () => {
  test.each([
    ['owner', 'José'],
    ['k'.repeat(129), 'x'],
    ['team', 'v'.repeat(257)],
    ['aws:team', 'x'],
    ['cdk-bedrock-model-import:owner', 'x'],
  ])('fail the synthesis with key, value and way out: %p, %p', (key, value) => {
    const stack = newStack();
    add(stack);
    Tags.of(stack.node.root).add(key, value);
    expect(() => Template.fromStack(stack)).toThrow(
      `got: '${key}' = '${value}'; Tags.of(model).remove('${key}') keeps it off the model`,
    );
  });

  test('are named each', () => {
    const stack = newStack();
    Tags.of(add(stack)).add('a', '#');
    Tags.of(stack).add('b', '#');
    expect(() => Template.fromStack(stack)).toThrow(/'a' = '#'.*'b' = '#'/s);
  });

  test('come from the stack too', () => {
    const stack = newStack({ tags: { owner: 'José' } });
    add(stack);
    expect(() => Template.fromStack(stack)).toThrow("got: 'owner' = 'José'");
  });

  test.each<[string, (stack: Stack) => void]>([
    ['the app', (stack) => Tags.of(stack.node.root).add('owner', 'José')],
    ['the stack', () => undefined],
  ])('from %s can be kept off the model', (from, tag) => {
    const stack = newStack({ tags: from === 'the stack' ? { owner: 'José' } : {} });
    Tags.of(add(stack)).remove('owner');
    tag(stack);
    expect(tagsIn(stack)).toEqual({});
  });

  test('from the app can be kept off all models', () => {
    const stack = newStack();
    add(stack);
    const excludeResourceTypes = [MODEL_TYPE];
    Tags.of(stack.node.root).add('owner', 'José', { excludeResourceTypes });
    expect(tagsIn(stack)).toEqual({});
  });

  test('are more than 48', () => {
    const stack = newStack();
    const model = add(stack);
    Array.from({ length: 49 }, (_, index) => Tags.of(model).add(`key-${index}`, 'x'));
    expect(() => Template.fromStack(stack)).toThrow('Tags of an imported model must be at most 48');
  });
});
