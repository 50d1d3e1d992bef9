import { check } from '../../../weights/check';
import { describeFinding } from '../../../weights/finding';
import { RULES, type FindingCode } from '../../../weights/rules';
import { findingsOf } from '../../support/findings';
import { QWEN, verdicts, withConfig, withIndex } from '../../support/weights';

test('a good folder comes to nothing', () => {
  expect(check(QWEN)).toEqual([]);
});

test('the Region of the bucket has to be that of the import', () => {
  expect(check({ ...QWEN, region: 'us-east-1', bucketRegion: 'us-east-1' })).toEqual([]);
  expect(check({ ...QWEN, region: 'us-east-1' })).toEqual([]);
  expect(verdicts({ ...QWEN, region: 'us-east-1', bucketRegion: 'eu-central-1' })).toEqual([
    'warning: bucket-region',
  ]);
});

test('the words hold no control characters', () => {
  const broken = withConfig(QWEN, { architectures: ['Evil\n\u001b[31mForCausalLM'] });
  expect(describeFinding(check(broken)[0])).toContain('Evil??[31mForCausalLM');
});

test('the words stay short, whatever the names', () => {
  const long = 'x'.repeat(1000);
  const broken = withIndex(
    withConfig(QWEN, { architectures: [long], transformers_version: `9.${long}` }),
    ...Array.from({ length: 200 }, (_, index) => `${index}-${long}.safetensors`),
  );
  const findings = check({ ...broken, location: `s3://weights/${long}/` });
  expect(findings.length).toBeGreaterThan(2);
  for (const finding of findings) {
    expect(Buffer.byteLength(describeFinding(finding))).toBeLessThan(1200);
  }
});

test.each(Object.keys(RULES) as FindingCode[])('the rule %s says at which levels it is found', (code) => {
  const levels = [...new Set(findingsOf(code).map(({ level }) => level))].sort();
  expect(levels).toEqual(RULES[code].levels);
});
