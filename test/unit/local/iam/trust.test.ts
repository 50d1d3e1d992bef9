import type { Statement } from '../../../../local/iam/policy';
import { trustsService } from '../../../../local/iam/trust';
import { BEDROCK_MAY_ASSUME, roleWith } from '../../../support/iam';

const BEDROCK = 'bedrock.amazonaws.com';
const JOB = {
  'aws:SourceAccount': '000000000000',
  'aws:SourceArn': 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/abcdefghijkl',
};

const trusts = (trust: Statement[], service = BEDROCK, context = JOB): boolean =>
  trustsService(roleWith('import', [], { trust }), service, context);

test('a service is trusted that the policy names, for the jobs that it names', () => {
  expect(trusts([BEDROCK_MAY_ASSUME])).toBe(true);
  expect(trusts([BEDROCK_MAY_ASSUME], 'lambda.amazonaws.com')).toBe(false);
  expect(trusts([BEDROCK_MAY_ASSUME], BEDROCK, { ...JOB, 'aws:SourceAccount': '111111111111' })).toBe(false);
  const elsewhere = JOB['aws:SourceArn'].replace('us-east-1', 'us-west-2');
  expect(trusts([BEDROCK_MAY_ASSUME], BEDROCK, { ...JOB, 'aws:SourceArn': elsewhere })).toBe(false);
});

test('another principal, another action or no statement is no trust', () => {
  expect(trusts([])).toBe(false);
  expect(trusts([{ ...BEDROCK_MAY_ASSUME, Principal: { AWS: '000000000000' } }])).toBe(false);
  expect(trusts([{ ...BEDROCK_MAY_ASSUME, Action: 'sts:TagSession' }])).toBe(false);
});

test('everybody is also Bedrock, and a Deny counts more', () => {
  const everybody: Statement = { ...BEDROCK_MAY_ASSUME, Principal: '*' };
  expect(trusts([everybody])).toBe(true);
  expect(trusts([everybody, { ...BEDROCK_MAY_ASSUME, Effect: 'Deny' }])).toBe(false);
});
