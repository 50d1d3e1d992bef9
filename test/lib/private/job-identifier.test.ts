import * as fc from 'fast-check';
import { jobIdentifierRule, parseJobArn } from '../../../lib/private/job-identifier';
import { JOB_ARN } from '../../support/job';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const HEAD = [...LETTERS, ...LETTERS.toUpperCase(), ...DIGITS];
const TAIL = [...HEAD, '+', '-', '.'];

/** The pattern for job names as the API reference documents it. */
const SERVICE_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9+\-.])*$/;

const anyName = fc
  .tuple(fc.constantFrom(...HEAD), fc.string({ unit: fc.constantFrom(...TAIL), maxLength: 62 }))
  .map(([head, tail]) => head + tail);

const anyJobArn = fc
  .record({
    partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
    region: fc.constantFrom('us-east-1', 'us-west-2', 'eu-central-1'),
    account: fc.string({ unit: fc.constantFrom(...DIGITS), minLength: 12, maxLength: 12 }),
    id: fc.string({ unit: fc.constantFrom(...LETTERS, ...DIGITS), minLength: 12, maxLength: 12 }),
  })
  .map((parts) => ({
    ...parts,
    arn: `arn:${parts.partition}:bedrock:${parts.region}:${parts.account}:model-import-job/${parts.id}`,
  }));

test.each(['a', 'llama-3', '7b', 'a.b+c-d', 'ends-with-hyphen-', 'a'.repeat(63), JOB_ARN])(
  '%p is accepted',
  (identifier) => {
    expect(jobIdentifierRule(identifier)).toBeUndefined();
  },
);

test.each([
  ['', /^must be a model import job ARN, or a job name/],
  ['-a', /^must be a model import job ARN, or a job name/],
  ['a_b', /^must be a model import job ARN, or a job name/],
  ['a\n', /^must be a model import job ARN, or a job name/],
  ['ä', /^must be a model import job ARN, or a job name/],
  ['a'.repeat(64), /^must have at most 63 characters when it is a job name$/],
  ['a'.repeat(1012), /^must have at most 1011 characters$/],
  [`${JOB_ARN}x`, /^must be the ARN of a model import job$/],
  [JOB_ARN.replace('model-import-job', 'imported-model'), /^must be the ARN of a model import job$/],
  [JOB_ARN.replace('123456789012', '12345'), /^must be the ARN of a model import job$/],
])('%p is rejected', (identifier, rule) => {
  expect(jobIdentifierRule(identifier)).toMatch(rule);
});

test('any name that the service documents is accepted', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      expect(jobIdentifierRule(name)).toBeUndefined();
    }),
  );
});

test('any job ARN is accepted, and its Region and account are read', () => {
  fc.assert(
    fc.property(anyJobArn, ({ arn, region, account }) => {
      expect(jobIdentifierRule(arn)).toBeUndefined();
      expect(parseJobArn(arn)).toEqual({ region, account });
    }),
  );
});

test("the name rule agrees with the service's own pattern on short input", () => {
  const short = fc.string({
    unit: fc.constantFrom('a', 'Z', '9', '-', '+', '.', '_', ' ', 'é'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(short, (text) => {
      expect(jobIdentifierRule(text) === undefined).toBe(SERVICE_NAME.test(text));
    }),
    { numRuns: 1000 },
  );
});

/**
 * The steps that a backtracking matcher takes to find that the service's pattern does not match `a`, then
 * hyphens, then a character outside of the class: each hyphen may be matched by `-*` or by the class.
 */
function backtrackingSteps(hyphens: number): number {
  let steps = 0;
  const group = (position: number): void => {
    steps++;
    for (let run = hyphens - position; run >= 0; run--) {
      // `-*` takes `run` hyphens, and the class must match the character behind them.
      if (position + run < hyphens) {
        group(position + run + 1);
      }
    }
  };
  group(0);
  return steps;
}

test("the service's own pattern backtracks exponentially: each hyphen doubles the steps", () => {
  const steps = [10, 11, 12, 13].map(backtrackingSteps);
  expect(steps).toEqual([2 ** 10, 2 ** 11, 2 ** 12, 2 ** 13]);
});

test('any hostile input is judged without backtracking', () => {
  // A thousand hyphens would take the service's own pattern 2^1000 steps: that this test ends shows it.
  const hostile = fc
    .tuple(fc.constantFrom('a', 'arn:', 'arn:aws-'), fc.constantFrom('-', 'a-', '+', ':'), fc.nat(100_000))
    .map(([head, unit, count]) => `${head}${unit.repeat(count)}!`);
  fc.assert(
    fc.property(hostile, (text) => {
      expect(jobIdentifierRule(text)).toBeDefined();
    }),
  );
});
