import { Lazy, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ImportedModel, ModelSource, SmokeTest, type ImportedModelProps } from '../../../lib/index';
import { MODEL_TYPE } from '../../support/resource-types';
import { newStack, resourcesOf, resourcesOfType, type Statement } from '../../support/templates';

let stack: Stack;
beforeEach(() => {
  stack = newStack();
});

const add = (props: Partial<ImportedModelProps> = {}, id = 'Llama'): ImportedModel =>
  new ImportedModel(stack, id, { source: ModelSource.fromS3Uri('s3://weights/models/llama/'), ...props });

/** What policies beside the import role allow the model function to do with Amazon S3 and keys. */
const looks = (): Statement[] =>
  Object.values(resourcesOf(stack))
    .filter(({ Properties = {} }) => JSON.stringify(Properties.Roles ?? '').includes('ModelRole'))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .filter(({ Action }) => /^(s3|kms):/.test([Action].flat()[0]));
const wanted = (): unknown => resourcesOfType(stack, MODEL_TYPE)[0].Properties.preflight;

test('the weights are looked at unless the app says no', () => {
  add();
  expect(wanted()).toBe(true);

  stack = newStack();
  add({ preflight: false });
  expect(wanted()).toBe(false);
  expect(looks()).toEqual([]);
});

describe('a smoke test that needs a chat template', () => {
  const usesChatTemplate = (smokeTest: SmokeTest): unknown => {
    stack = newStack();
    add({ smokeTest });
    return resourcesOfType(stack, MODEL_TYPE)[0].Properties.usesChatTemplate;
  };
  const messages = [{ role: 'user', content: 'Hello' }];

  test('is known to the pre-flight check', () => {
    expect(usesChatTemplate(SmokeTest.converse({ prompt: 'Hello' }))).toBe(true);
    expect(usesChatTemplate(SmokeTest.invokeModel({ body: { messages } }))).toBe(true);
    expect(usesChatTemplate(SmokeTest.invokeModel({ body: JSON.stringify({ messages }) }))).toBe(true);
    const token = { messages: Lazy.any({ produce: () => messages }), max_tokens: 8 };
    expect(usesChatTemplate(SmokeTest.invokeModel({ body: token }))).toBe(true);
  });

  test('is not one that only speaks of messages', () => {
    expect(
      usesChatTemplate(SmokeTest.invokeModel({ body: { prompt: 'Write "messages" twice' } })),
    ).toBeUndefined();
  });

  test('changes nothing without the check', () => {
    add({ preflight: false, smokeTest: SmokeTest.converse({ prompt: 'Hello' }) });
    expect(resourcesOfType(stack, MODEL_TYPE)[0].Properties).not.toHaveProperty('usesChatTemplate');
  });
});

test('the model function lists the folder, and reads the JSON files in it', () => {
  add();
  const inAccount = { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } };
  expect(looks()).toEqual([
    {
      Action: 's3:GetObject',
      Effect: 'Allow',
      Resource: inS3('weights/models/llama/*.json'),
      Condition: { StringEquals: inAccount },
    },
    {
      Action: 's3:ListBucket',
      Effect: 'Allow',
      Resource: inS3('weights'),
      Condition: {
        StringEquals: inAccount,
        StringLike: { 's3:prefix': ['models/llama/*'] },
      },
    },
  ]);
});

test('buckets of another account are those of that account only', () => {
  add({ source: ModelSource.fromS3Uri('s3://weights/llama/', { bucketOwnerAccountId: '111122223333' }) });
  expect(looks().map(({ Condition }) => Condition)).toEqual([
    { StringEquals: { 'aws:ResourceAccount': '111122223333' } },
    expect.objectContaining({ StringEquals: { 'aws:ResourceAccount': '111122223333' } }),
  ]);
});

test('a URI that is a token is looked at, too', () => {
  add({ source: ModelSource.fromS3Uri(Lazy.string({ produce: () => 's3://weights/models/' })) });
  expect(JSON.stringify(looks()[0].Resource)).toContain('*.json');
});

test("the bucket's key decrypts through Amazon S3 only", () => {
  const encryptionKey = new kms.Key(stack, 'Key');
  add({ source: ModelSource.fromBucket(new s3.Bucket(stack, 'Bucket', { encryptionKey }), 'models/') });
  expect(looks()[2]).toMatchObject({
    Action: 'kms:Decrypt',
    Resource: stack.resolve(encryptionKey.keyArn) as unknown,
    Condition: {
      StringEquals: {
        'kms:ViaService': {
          'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]],
        },
      },
    },
  });
});

test('a role that is passed is not widened, and the look is allowed all the same', () => {
  add({ role: iam.Role.fromRoleName(stack, 'Role', 'import') });
  const others = resourcesOfType(stack, 'AWS::IAM::Policy').filter(({ Properties }) =>
    JSON.stringify(Properties.Roles).includes('"import"'),
  );
  expect(others).toEqual([]);
  expect(looks()).toHaveLength(2);
});

test('every model is looked at, also when its permission stands in a shared policy', () => {
  const folders = Array.from({ length: 13 }, (_, index) => `weights/model-${index}/*.json`);
  folders.forEach((_, index) =>
    add({ source: ModelSource.fromS3Uri(`s3://weights/model-${index}/`) }, `Model${index}`),
  );
  const read = looks().flatMap(({ Action, Resource }) => (Action === 's3:GetObject' ? [Resource] : []));
  expect(
    read
      .flat()
      .map((each) => JSON.stringify(each))
      .sort(),
  ).toEqual(folders.map((folder) => JSON.stringify(inS3(folder))).sort());
});

test('models that wait for each other do not wait for the policy that others share', () => {
  const models = Array.from({ length: 6 }, (_, index) => add({}, `Model${index}`));
  models.slice(1).forEach((model, index) => model.node.addDependency(models[index]));
  expect(() => resourcesOf(stack)).not.toThrow();
});

function inS3(path: string): object {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${path}`]] };
}
