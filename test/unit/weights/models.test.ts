import { check } from '../../../weights/check';
import { configFindings } from '../../../weights/config';
import { isError, type Finding } from '../../../weights/finding';
import { MODEL_NAMES, modelFolder, weightsOf } from '../../support/model-folders';

const codes = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code);

/** What is found in the folders of public models. */
const FINDINGS: Record<string, string[]> = {
  'gpt-oss-20b': ['weights-twice'],
  'llama-2-7b': ['weights-twice'],
  'llama-3-8b-chinese-custom-code': ['custom-code'],
  'llama-3.1-8b-bnb-8bit': ['quantization'],
  'llama-3.2-11b-vision-instruct': [],
  'llama-3.2-1b-instruct': ['rope-scaling'],
  'lora-deepseek-r1-distill-llama-8b': ['adapter-only'],
  'mistral-7b-instruct-v0.3': ['weights-twice'],
  'phi-4': ['architecture'],
  'qwen2.5-7b-instruct': [],
  'qwen3-8b': [],
  'santacoder-gpt-bigcode': [],
};

/** What speaks of the model, not of the place or the files that lie about. */
const ABOUT_THE_MODEL = [
  'architecture',
  'embedding',
  'custom-code',
  'context-length',
  'quantization',
  'transformers-version',
  'tokenizer',
  'size',
];

test('there is a line for every model', () => {
  expect(Object.keys(FINDINGS)).toEqual(MODEL_NAMES);
});

describe.each(MODEL_NAMES)('%s', (name) => {
  const folder = modelFolder(name);
  const findings = folder.filesKnown ? check(weightsOf(folder)) : configFindings(weightsOf(folder));

  test('comes to the findings of its folder', () => {
    expect(codes(findings)).toEqual(FINDINGS[name]);
  });

  test('has errors only when something is missing', () => {
    expect(findings.some(isError)).toBe(folder.expected.missing !== undefined);
  });

  test('has warnings about itself only when AWS does not list what it is', () => {
    const warnings = codes(findings).filter((code) => ABOUT_THE_MODEL.includes(code));
    const isListed = folder.expected.verdict === 'supported' || folder.expected.missing !== undefined;
    expect(warnings.length === 0).toBe(isListed);
  });
});

test('a warning names the architecture, the quantization and the code', () => {
  const problem = (name: string): string => check(weightsOf(modelFolder(name)))[0].problem;
  expect(problem('phi-4')).toContain('Phi3ForCausalLM');
  expect(problem('llama-3.1-8b-bnb-8bit')).toContain('bitsandbytes, 8 bits');
  expect(problem('llama-3-8b-chinese-custom-code')).toContain('auto_map');
});

test('an adapter is told which model it belongs to', () => {
  const [finding] = check(weightsOf(modelFolder('lora-deepseek-r1-distill-llama-8b')));
  expect(finding.remedy).toContain('unsloth/deepseek-r1-distill-llama-8b-unsloth-bnb-4bit');
});

test('what lies there twice is named with its size', () => {
  const [finding] = check(weightsOf(modelFolder('gpt-oss-20b')));
  expect(finding.problem).toContain('27.5 GB in all: metal/model.bin, original/model.safetensors');
});
