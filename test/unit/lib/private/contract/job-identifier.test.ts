import * as fc from 'fast-check';
import { jobIdentifierRule, parseJobArn } from '../../../../../lib/private/contract/job-identifier';
import { JOB_ARN } from '../../../../support/job';

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
  ['a'.repeat(1011), /^must have at most 63 characters when it is a job name$/],
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

test('any hostile input is judged without backtracking', () => {
  // In the service's own pattern each hyphen doubles the steps, so a thousand of them would take 2^1000: that
  // this test ends shows it.
  const anyCount = fc.oneof(fc.nat(1000), fc.nat(100_000));
  const hostile = fc
    .tuple(fc.constantFrom('a', 'arn:', 'arn:aws-'), fc.constantFrom('-', 'a-', '+', ':'), anyCount)
    .map(([head, unit, count]) => `${head}${unit.repeat(count)}!`);
  fc.assert(
    fc.property(hostile, (text) => {
      expect(jobIdentifierRule(text)).toBeDefined();
    }),
  );
});
