import { BedrockAccount } from '../../../../local/bedrock/account';
import type { BedrockException } from '../../../../local/bedrock/exceptions';
import type { Body } from '../../../../local/bedrock/import-job';
import type { Operation } from '../../../../local/bedrock/inputs';
import { CREATION } from '../../../support/bedrock-account';

/** What an input is refused with. */
const refusalOf = (operation: Operation, input: Body): string => {
  try {
    new BedrockAccount().perform(operation, input);
    return 'accepted';
  } catch (error) {
    const { name, message } = error as BedrockException;
    return `${name}: ${message}`;
  }
};

const UUID = '2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `id-${index}`);
const vpc = (subnetIds: unknown, securityGroupIds: unknown = ['sg-1']): Body => ({
  vpcConfig: { subnetIds, securityGroupIds },
});
const tag = (key: unknown, value: unknown = ''): Body => ({ jobTags: [{ key, value }] });
const source = (s3Uri: string): Body => ({ modelDataSource: { s3DataSource: { s3Uri } } });

describe('CreateModelImportJob', () => {
  test.each<Body>([
    { jobName: '-job' },
    { jobName: '' },
    { jobName: 'a'.repeat(64) },
    { jobName: 1 },
    { jobName: undefined },
    { importedModelName: 'two--hyphens' },
    { importedModelName: 'model.1' },
    { importedModelName: null },
    { roleArn: 'arn:aws:iam::000000000000:user/me' },
    { roleArn: `${CREATION.roleArn}${'x'.repeat(2048)}` },
    { modelDataSource: {} },
    { modelDataSource: { s3DataSource: {} } },
    source('s3://weights//llama'),
    source('https://weights'),
    source(`s3://weights/${'a'.repeat(1024)}`),
    { clientRequestToken: 'not a token' },
    { clientRequestToken: 'a'.repeat(257) },
    { vpcConfig: { subnetIds: ['subnet-1'] } },
    { vpcConfig: [] },
    vpc([]),
    vpc(many(17)),
    vpc('subnet-1'),
    vpc(['subnet_1']),
    vpc(['subnet-1'], []),
    vpc(['subnet-1'], many(6)),
    vpc(['subnet-1'], ['s'.repeat(33)]),
    { importedModelKmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/1' },
    { importedModelKmsKeyId: 'key/1' },
    tag('what?'),
    tag(''),
    tag('a'.repeat(129)),
    tag('key', 'a'.repeat(257)),
    tag('key', null),
    { jobTags: ['key'] },
    { jobTags: [1, 2].map((value) => ({ key: 'twice', value: `${value}` })) },
    { importedModelTags: many(201).map((key) => ({ key, value: '' })) },
  ])('refuses %j', (input) => {
    expect(refusalOf('CreateModelImportJob', { ...CREATION, ...input })).toMatch(/^ValidationException: /);
  });

  test.each<Body>([
    {},
    { jobName: 'Job+1.2-' },
    { importedModelName: 'Model_1-' },
    { importedModelKmsKeyId: `arn:aws:kms:us-east-1:000000000000:key/${UUID}` },
    { importedModelKmsKeyId: UUID },
    { importedModelKmsKeyId: 'alias/models/llama' },
    source('s3://weights'),
    source("s3://weights/a/(b)_*'!/c.d"),
    vpc(many(16), many(5)),
    { jobTags: many(50).map((key) => ({ key, value: 'a/b:c@d' })) },
  ])('takes %j', (input) => {
    expect(refusalOf('CreateModelImportJob', { ...CREATION, ...input })).toBe('accepted');
  });

  test('refuses a hostile name in no time', () => {
    const jobName = `a${'-'.repeat(60)}!`;
    expect(refusalOf('CreateModelImportJob', { ...CREATION, jobName })).toContain('1 validation error');
  });
});

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:000000000000:imported-model/abcdefghijkl';
const VPC_ARN = 'arn:aws:ec2:us-east-1:000000000000:vpc/vpc-1';

test.each<[Operation, Body]>([
  ['GetModelImportJob', { jobIdentifier: 'job_1' }],
  ['GetModelImportJob', { jobIdentifier: MODEL_ARN }],
  ['GetModelImportJob', { jobIdentifier: 'a'.repeat(1012) }],
  ['GetImportedModel', { modelIdentifier: 'model.1' }],
  ['GetImportedModel', { modelIdentifier: '' }],
  ['DeleteImportedModel', { modelIdentifier: `${MODEL_ARN}m` }],
  ['ListModelImportJobs', { statusEquals: 'Complete' }],
  ['ListModelImportJobs', { sortBy: 'Name' }],
  ['ListModelImportJobs', { sortOrder: 'Up' }],
  ['ListModelImportJobs', { nameContains: '-' }],
  ['ListModelImportJobs', { maxResults: 0 }],
  ['ListModelImportJobs', { maxResults: 1.5 }],
  ['ListModelImportJobs', { creationTimeAfter: 'yesterday' }],
  ['ListModelImportJobs', { nextToken: 'a b' }],
  ['ListImportedModels', { maxResults: 1001 }],
  ['ListImportedModels', { sortBy: 'Size' }],
  ['ListTagsForResource', { resourceARN: VPC_ARN }],
  ['ListTagsForResource', {}],
  ['TagResource', { resourceARN: MODEL_ARN }],
  ['TagResource', { resourceARN: MODEL_ARN, tags: [{ key: '?', value: '' }] }],
  ['UntagResource', { resourceARN: MODEL_ARN, tagKeys: [''] }],
  ['UntagResource', { resourceARN: MODEL_ARN, tagKeys: 'team' }],
  ['InvokeModel', { modelId: 'model 1' }],
  ['Converse', { modelId: MODEL_ARN, messages: 'Hello' }],
])('%s refuses %j', (operation, input) => {
  expect(refusalOf(operation, input)).toMatch(/^ValidationException: \d validation errors? detected: /);
});

describe('the words of a refusal are those of AWS:', () => {
  const constraint = (input: Body): string =>
    refusalOf('CreateModelImportJob', { ...CREATION, ...input }).replace('ValidationException: ', '');

  test('a pattern', () => {
    expect(constraint({ importedModelKmsKeyId: 'key/1' })).toMatch(
      /^1 validation error detected: Value 'key\/1' at 'importedModelKmsKeyId' failed to satisfy constraint: Member must satisfy regular expression pattern: \(arn:aws/,
    );
  });

  test('a pattern as AWS documents it, though it is matched by another', () => {
    expect(constraint({ importedModelName: 'a.b' })).toMatch(/pattern: \(\[0-9a-zA-Z\]\[_-\]\?\)\+$/);
  });

  test('what is missing, what is too long and what is nested', () => {
    const input = {
      roleArn: undefined,
      jobName: 'a'.repeat(64),
      vpcConfig: { subnetIds: ['_'], securityGroupIds: ['sg'] },
    };
    expect(constraint(input)).toBe(
      [
        `3 validation errors detected: Value '${'a'.repeat(64)}' at 'jobName' failed to satisfy constraint: Member must have length less than or equal to 63`,
        "Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
        "Value '_' at 'vpcConfig.subnetIds.1.member' failed to satisfy constraint: Member must satisfy regular expression pattern: [-0-9a-zA-Z]+",
      ].join('; '),
    );
  });

  test('a set of values', () => {
    expect(refusalOf('ListModelImportJobs', { statusEquals: 'Done' })).toContain(
      "Value 'Done' at 'statusEquals' failed to satisfy constraint: Member must satisfy enum value set: [InProgress, Completed, Failed]",
    );
  });
});
