import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ImportedModel, ModelImportJobWaiter, ModelSource } from '../../../lib/index';
import { WAITER_TYPE } from '../../support/resource-types';
import { ENV, newStack, resourcesOfType } from '../../support/templates';

/** What callers in JavaScript can pass, and what only looks wrong. */

let stack: Stack;
beforeEach(() => {
  stack = newStack({}, ENV);
});

const wait = (props: object): ModelImportJobWaiter =>
  new ModelImportJobWaiter(stack, 'Wait', { jobIdentifier: 'job', ...props });
const own = (props: object): ImportedModel =>
  new ImportedModel(stack, 'Own', {
    source: ModelSource.fromS3Uri('s3://weights/llama/'),
    ...props,
  });
const sourceOf = (uri: unknown): ModelSource => ModelSource.fromS3Uri(uri as string);

test.each<[string, () => unknown, string]>([
  ['no job', () => wait({ jobIdentifier: undefined }), "'jobIdentifier' must be a string, got: undefined"],
  ['a number for a job', () => wait({ jobIdentifier: 1 }), "'jobIdentifier' must be a string, got: 1"],
  ['an empty job', () => wait({ jobIdentifier: '' }), "'jobIdentifier' must be a model import job ARN"],
  [
    'an empty Region',
    () => wait({ region: '' }),
    "'region' must be the name of a Region like us-east-1, got: ''",
  ],
  ['a Region that is none', () => wait({ region: 'mars' }), "got: 'mars'"],
  ['a number for a time', () => wait({ timeout: 3600 }), "'timeout' must be a Duration, got: 3600"],
  ['nothing for a time', () => own({ pollInterval: null }), "'pollInterval' must be a Duration, got: null"],
  [
    'a text for a source',
    () => own({ source: 's3://weights/llama/' }),
    "'source' must be a ModelSource like ModelSource.fromS3Uri('s3://bucket/prefix/'), got: s3://weights/llama/",
  ],
  ['no source', () => own({ source: undefined }), "'source' must be a ModelSource"],
  ['no URI', () => sourceOf(undefined), "'uri' must be a string, got: undefined"],
  [
    'a number for a name',
    () => own({ importedModelName: 7 }),
    "'importedModelName' must be a string, got: 7",
  ],
  ['a text for a provider', () => own({ provider: 'p' }), "'provider' must be a ModelImportProvider, got: p"],
  [
    'no ARN',
    () => ImportedModel.fromImportedModelArn(stack, 'Model', undefined as unknown as string),
    "'importedModelArn' must be a string, got: undefined",
  ],
])('%s is an error with prop, rule and value', (_, use, message) => {
  expect(use).toThrow(message);
});

test('an error leaves nothing behind in the stack', () => {
  expect(() => wait({ jobIdentifier: '' })).toThrow();
  expect(() => own({ source: undefined })).toThrow();
  expect(stack.node.children).toEqual([]);
});

test.each(['us-east-1', 'us-gov-west-1', 'ap-southeast-7', 'eusc-de-east-1', 'us-isob-east-1'])(
  'the Region %s is one',
  (region) => {
    expect(() => wait({ region })).not.toThrow();
  },
);

test('a construct in the place of the provider is named', () => {
  new ssm.StringParameter(stack, 'BedrockModelImportProvider', { stringValue: 'x' });
  expect(() => wait({})).toThrow(
    'Stack/BedrockModelImportProvider must be a ModelImportProvider: give what is there another ID',
  );
});

describe('a dynamic reference', () => {
  test.each(['{{resolve:ssm:/job}}', '{{resolve:ssm:/job:3}}', '{{resolve:secretsmanager:job}}'])(
    '%s reaches CloudFormation, which resolves it',
    (jobIdentifier) => {
      wait({ jobIdentifier });
      expect(resourcesOfType(stack, WAITER_TYPE)[0].Properties).toMatchObject({ jobIdentifier });
    },
  );

  test('passes in every text', () => {
    const text = '{{resolve:ssm:/text}}';
    own({ importedModelName: text });
    wait({ region: text, expectedModelDataSourceS3Uri: text });
    ImportedModel.fromImportedModelArn(stack, 'Model', text).metricInvocations();
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test.each<[string, () => string]>([
    ['text', () => '{{resolve:ssm-secure:/job:1}}'],
    [
      'a token',
      () =>
        ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Secret', {
          parameterName: '/job',
          version: 1,
        }).stringValue,
    ],
  ])('to a secure parameter is refused, as CloudFormation would, as %s', (_, jobIdentifier) => {
    expect(() => wait({ jobIdentifier: jobIdentifier() })).toThrow(
      "'jobIdentifier' cannot be a secure parameter, which CloudFormation gives to a few of its own resources only, got: '{{resolve:ssm-secure:/job:1}}'",
    );
  });
});
