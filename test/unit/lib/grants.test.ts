import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  ImportedModel,
  ModelImportJobWaiter,
  ModelSource,
  type IImportedModel,
  type ImportedModelGrants,
} from '../../../lib/index';
import { ENV, newStack } from '../../support/templates';

const OTHER_ACCOUNT = '222233334444';
const SOURCE = ModelSource.fromS3Uri('s3://weights/llama/');

/** Models under a customer managed key, of which the key's policy must not ask anything. */
const MODELS: [string, (stack: Stack, key: kms.IKey) => IImportedModel][] = [
  ['an owned model', (stack, kmsKey) => new ImportedModel(stack, 'Model', { source: SOURCE, kmsKey })],
  [
    'a wait for a job by its name',
    (stack, expectedKmsKey) =>
      new ModelImportJobWaiter(stack, 'Model', { jobIdentifier: 'job', expectedKmsKey }),
  ],
  [
    'a wait for a job by a token',
    (stack, expectedKmsKey) =>
      new ModelImportJobWaiter(stack, 'Model', {
        jobIdentifier: new CfnParameter(stack, 'Job').valueAsString,
        expectedKmsKey,
      }),
  ],
];

const ROLE_ARN = `arn:aws:iam::${ENV.account}:role/caller`;

/** Principals whose permission has to stand in the key's policy, or beside it. */
const GRANTEES: [string, (stack: Stack) => iam.IGrantable][] = [
  ['a role that is made elsewhere', (stack) => iam.Role.fromRoleArn(stack, 'Caller', ROLE_ARN)],
  ['a user', (stack) => iam.User.fromUserName(stack, 'Caller', 'caller')],
  ['a role of another account', () => new iam.ArnPrincipal(`arn:aws:iam::${OTHER_ACCOUNT}:role/caller`)],
  ['another account', () => new iam.AccountPrincipal(OTHER_ACCOUNT)],
];

const CASES = MODELS.flatMap(([model, newModel]) =>
  GRANTEES.map(([grantee, newGrantee]) => ({ model, newModel, grantee, newGrantee })),
);

/** Statements of a template that allow to decrypt through Bedrock. */
function viaBedrock(stack: Stack): unknown[] {
  const template = Template.fromStack(stack);
  const resources = {
    ...template.findResources('AWS::KMS::Key'),
    ...template.findResources('AWS::IAM::Policy'),
  };
  interface Document {
    readonly Statement: { Action: unknown; Condition?: { StringEquals?: Record<string, unknown> } }[];
  }
  return Object.values(resources)
    .map(({ Properties }) => Properties as { KeyPolicy?: Document; PolicyDocument?: Document })
    .flatMap(({ KeyPolicy, PolicyDocument }) => (KeyPolicy ?? PolicyDocument!).Statement)
    .filter(({ Action }) => Action === 'kms:Decrypt')
    .flatMap(({ Condition }) => Condition?.StringEquals?.['kms:ViaService'] ?? []);
}

const THROUGH_BEDROCK = { 'Fn::Join': ['', ['bedrock.us-east-1.', { Ref: 'AWS::URLSuffix' }]] };

test.each(CASES)('$grantee invokes $model under a key of the same stack', ({ newModel, newGrantee }) => {
  const stack = newStack({}, ENV);
  newModel(stack, new kms.Key(stack, 'Key')).grantInvoke(newGrantee(stack));
  expect(viaBedrock(stack)).toContainEqual(THROUGH_BEDROCK);
});

test.each(CASES)('$grantee invokes $model under a key of another stack', ({ newModel, newGrantee }) => {
  const app = new App();
  const keys = new Stack(app, 'Keys', { env: ENV });
  const stack = new Stack(app, 'Stack', { env: ENV });
  newModel(stack, new kms.Key(keys, 'Key')).grantInvoke(newGrantee(stack));
  app.synth();
  expect([...viaBedrock(keys), ...viaBedrock(stack)]).toContainEqual(THROUGH_BEDROCK);
});

test.each(MODELS)('a role that takes no policies changes nothing, with %s', (_, newModel) => {
  const app = new App();
  const keys = new Stack(app, 'Keys', { env: ENV });
  const stack = new Stack(app, 'Stack', { env: ENV });
  const caller = iam.Role.fromRoleArn(stack, 'Caller', ROLE_ARN, { mutable: false });
  newModel(stack, new kms.Key(keys, 'Key')).grantInvoke(caller);
  app.synth();
  expect([...viaBedrock(keys), ...viaBedrock(stack)]).not.toContainEqual(THROUGH_BEDROCK);
});

test('a model that was imported elsewhere is decrypted in the Region of its key', () => {
  const stack = newStack({}, ENV);
  const importedModelArn = new CfnParameter(stack, 'Arn').valueAsString;
  const kmsKey = new kms.Key(stack, 'Key');
  const model = ImportedModel.fromImportedModelAttributes(stack, 'Model', {
    importedModelArn,
    kmsKey,
  });
  model.grantInvoke(new iam.AccountPrincipal(OTHER_ACCOUNT));
  expect(viaBedrock(stack)).toEqual([THROUGH_BEDROCK]);
});

test.each<
  [
    string,
    (grants: ImportedModelGrants, role: iam.IRole) => iam.Grant,
    (model: IImportedModel, role: iam.IRole) => iam.Grant,
  ]
>([
  ['invoke', (grants, role) => grants.invoke(role), (model, role) => model.grantInvoke(role)],
  ['read', (grants, role) => grants.read(role), (model, role) => model.grantRead(role)],
])('grants.%s allows what the method of the model does', (_, ofGrants, ofModel) => {
  const templates = [(model: IImportedModel, role: iam.IRole) => ofGrants(model.grants, role), ofModel].map(
    (grant) => {
      const stack = newStack({}, ENV);
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
      grant(new ModelImportJobWaiter(stack, 'Model', { jobIdentifier: 'job' }), role).assertSuccess();
      return Template.fromStack(stack).toJSON();
    },
  );
  expect(templates[0]).toEqual(templates[1]);
});
