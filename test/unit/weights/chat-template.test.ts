import { check } from '../../../weights/check';
import type { Weights } from '../../../weights/weights';
import { file, find, QWEN, verdicts, withConfig, withFiles, without, withText } from '../../support/weights';

const withTokenizer = (config: object, weights = QWEN): Weights =>
  withText(weights, 'tokenizer_config.json', JSON.stringify(config));
const BASE = withTokenizer({ eos_token: '<|endoftext|>' });

describe('a model without a chat template', () => {
  test.each([
    withTokenizer({ eos_token: '<|im_end|>' }),
    withTokenizer({ eos_token: { content: '<|eot_id|>' }, chat_template: '' }),
    withTokenizer({ chat_template: null }, withConfig(QWEN, { _name_or_path: 'Qwen/Qwen2.5-7B-Instruct' })),
    withTokenizer({ chat_template: [] }, { ...QWEN, location: 's3://weights/gemma-2-2b-it/' }),
    withTokenizer({}, { ...QWEN, location: 'models/llama-2-7b-chat-hf/' }),
  ])('has a warning when it is an instruct model: %#', (weights) => {
    expect(verdicts(weights)).toEqual(['warning: no-chat-template']);
    expect(find(weights, 'no-chat-template').problem).toContain('looks like an instruct model');
  });

  test.each([BASE, { ...BASE, location: 's3://instruct-models/llama-3-8b/' }])(
    'has none when it is a base model: %#',
    (weights) => {
      expect(check(weights)).toEqual([]);
    },
  );

  test('has a stronger warning when it is called with messages or Converse, whatever model it is', () => {
    const called = { ...BASE, usesChatTemplate: true };
    expect(verdicts(called)).toEqual(['warning: no-chat-template']);
    expect(find(called, 'no-chat-template').problem).toContain('will fail');
    expect(verdicts({ ...without(QWEN, 'tokenizer_config.json'), usesChatTemplate: true })).toEqual([
      'warning: no-tokenizer',
      'warning: no-chat-template',
    ]);
  });

  test('is not known to lack one when its tokenizer_config.json cannot be read', () => {
    const broken = withText(QWEN, 'tokenizer_config.json', '{');
    expect(verdicts({ ...broken, usesChatTemplate: true })).toEqual(['warning: not-json']);
  });
});

describe('a chat template', () => {
  test.each(['chat_template.jinja', 'chat_template.json'])('can be in %s', (name) => {
    expect(check({ ...withFiles(BASE, file(name, 500)), usesChatTemplate: true })).toEqual([]);
    expect(verdicts({ ...withFiles(BASE, file(name, 0)), usesChatTemplate: true })).toEqual([
      'warning: no-chat-template',
    ]);
  });

  test.each([
    ['{{ messages }}'],
    [[{ name: 'default', template: '{{ messages }}' }]],
    [{ default: '{{ m }}' }],
  ])('can be %j in tokenizer_config.json', (chat_template) => {
    expect(check({ ...withTokenizer({ chat_template }), usesChatTemplate: true })).toEqual([]);
  });

  test.each(['chat_template.jinja', 'chat_template.json'])(
    'that is in %s and in tokenizer_config.json is a warning that says which one wins',
    (name) => {
      const both = withFiles(QWEN, file(name, 500));
      expect(verdicts(both)).toEqual(['warning: chat-template-twice']);
      expect(find(both, 'chat-template-twice')).toMatchObject({
        file: name,
        problem: expect.stringContaining('Bedrock uses the separate file') as string,
      });
    },
  );

  test('that is in two files of its own is a warning, too', () => {
    const both = withFiles(BASE, file('chat_template.jinja', 500), file('chat_template.json', 500));
    expect(find(both, 'chat-template-twice').problem).toContain('does not say which one');
  });
});
