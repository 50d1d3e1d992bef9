import { CfnDynamicReference, CfnDynamicReferenceService, CfnParameter, type Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ImportedModel, ModelSource } from '../../../lib/index';
import { ENV, newStack, statementsAllowing } from '../../support/templates';

const OTHER = '222233334444';

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const bucket = (): s3.IBucket => s3.Bucket.fromBucketName(stack, 'Bucket', 'weights');
const parameter = (): string => new CfnParameter(stack, 'Parameter').valueAsString;

/** What a role may do that imports from a source. */
function reads(source: ModelSource) {
  new ImportedModel(stack, 'Model', { source });
  const [get] = statementsAllowing(stack, 's3:GetObject');
  const [list] = statementsAllowing(stack, 's3:ListBucket') as unknown as {
    readonly Condition: Record<string, Record<string, unknown>>;
  }[];
  return {
    objects: get.Resource,
    owner: list.Condition.StringEquals['aws:ResourceAccount'],
    prefixes: list.Condition.StringLikeIfExists?.['s3:prefix'],
  };
}

const arn = (...rest: unknown[]): object => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...rest]],
});

describe('a source', () => {
  test('is a bucket and a prefix', () => {
    expect(ModelSource.fromBucket(bucket(), 'models/llama/').uri).toBe('s3://weights/models/llama/');
  });

  test('has a URI that is well formed', () => {
    expect(() => ModelSource.fromS3Uri('s3://weights//x')).toThrow(
      "'uri' must be a URI of at most 1024 characters like s3://bucket/prefix/, got: 's3://weights//x'",
    );
  });

  test('has a prefix that does not start with a slash', () => {
    expect(() => ModelSource.fromBucket(bucket(), '/models')).toThrow(
      "'prefix' must be a prefix like models/llama/",
    );
  });
});

describe('the import role reads', () => {
  test.each(['models/llama', 'models/llama/'])('the folder %s and no other', (prefix) => {
    expect(reads(ModelSource.fromBucket(bucket(), prefix))).toMatchObject({
      objects: arn(':s3:::weights/models/llama/*'),
      prefixes: ['models/llama', 'models/llama/*'],
    });
  });

  test('the whole bucket, without a prefix', () => {
    expect(reads(ModelSource.fromBucket(bucket(), ''))).toMatchObject({
      objects: arn(':s3:::weights/*'),
      prefixes: undefined,
    });
  });

  test('what begins with a token, which may end with a slash', () => {
    expect(reads(ModelSource.fromBucket(bucket(), parameter()))).toMatchObject({
      objects: arn(':s3:::weights/', { Ref: 'Parameter' }, '*'),
      prefixes: [{ 'Fn::Join': ['', [{ Ref: 'Parameter' }, '*']] }],
    });
  });

  test('the folder that a token names with a slash behind it', () => {
    expect(reads(ModelSource.fromBucket(bucket(), `${parameter()}/`))).toMatchObject({
      objects: arn(':s3:::weights/', { Ref: 'Parameter' }, '/*'),
    });
  });

  test('what begins with a token in a URI', () => {
    expect(reads(ModelSource.fromS3Uri(`s3://weights/${parameter()}`))).toMatchObject({
      objects: arn(':s3:::weights/', { Ref: 'Parameter' }, '*'),
    });
  });

  test('what a dynamic reference in a URI becomes', () => {
    expect(reads(ModelSource.fromS3Uri('s3://weights/{{resolve:ssm:/prefix}}'))).toMatchObject({
      objects: arn(':s3:::weights/{{resolve:ssm:/prefix}}*'),
    });
  });
});

describe('a bucket', () => {
  test('is one of the own account by default', () => {
    expect(reads(ModelSource.fromS3Uri('s3://weights/llama/')).owner).toEqual({ Ref: 'AWS::AccountId' });
  });

  test('without a known owner is taken to be of the own account', () => {
    expect(reads(ModelSource.fromBucket(bucket(), 'llama/')).owner).toBe(ENV.account);
  });

  test.each<[string, () => ModelSource]>([
    ['its URI', () => ModelSource.fromS3Uri('s3://weights/llama/', { bucketOwnerAccountId: OTHER })],
    ['its name', () => ModelSource.fromBucket(bucket(), 'llama/', { bucketOwnerAccountId: OTHER })],
    [
      'its attributes',
      () =>
        ModelSource.fromBucket(
          s3.Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'weights', account: OTHER }),
          'llama/',
        ),
    ],
  ])('of another account is given by %s', (_, source) => {
    expect(reads(source()).owner).toBe(OTHER);
  });

  test('has an owner of 12 digits', () => {
    expect(() => ModelSource.fromS3Uri('s3://weights/llama/', { bucketOwnerAccountId: 'me' })).toThrow(
      "'bucketOwnerAccountId' must be an account ID of 12 digits, got: 'me'",
    );
  });

  test.each<[string, () => string]>([
    ['text', () => '{{resolve:ssm:/uri}}'],
    ['text behind s3://', () => 's3://{{resolve:ssm:/bucket}}/llama/'],
    ['a token', () => new CfnDynamicReference(CfnDynamicReferenceService.SSM, '/uri').toString()],
  ])('cannot be named by a dynamic reference as %s, which Fn::Split does not see resolved', (_, uri) => {
    expect(() => ModelSource.fromS3Uri(uri())).toThrow(
      "'uri' must have the name of the bucket before a dynamic reference",
    );
  });
});
