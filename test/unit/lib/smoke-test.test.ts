import { Duration, Token, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  ImportedModel,
  ModelImportJobWaiter,
  ModelSource,
  SmokeTest,
  type ModelImportJobWaiterProps,
} from '../../../lib/index';
import { JOB_ARN } from '../../support/job';
import { WAITER_TYPE } from '../../support/resource-types';
import { newStack, resourcesOfType, statementsAllowing } from '../../support/templates';

const INVOKE = SmokeTest.invokeModel({ body: { prompt: 'Hello', max_tokens: 8 } });
const ANY_MODEL = {
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':bedrock:us-east-1:123456789012:imported-model/*']],
};

function wait(props: Partial<ModelImportJobWaiterProps>, stack = newStack()): Stack {
  new ModelImportJobWaiter(stack, 'Import', { jobIdentifier: JOB_ARN, ...props });
  return stack;
}

const questions = (stack: Stack): unknown[] =>
  resourcesOfType(stack, WAITER_TYPE).map(({ Properties }) => Properties.smokeTest);

describe('the question', () => {
  test('of a body is one JSON text, in which numbers stay numbers', () => {
    expect(questions(wait({ smokeTest: INVOKE }))).toEqual([
      {
        operation: 'InvokeModel',
        body: '{"prompt":"Hello","max_tokens":8}',
        contentType: 'application/json',
      },
    ]);
  });

  test('of a body with a token is resolved by CloudFormation', () => {
    const prompt = Token.asString({ Ref: 'AWS::StackName' });
    const [question] = questions(wait({ smokeTest: SmokeTest.invokeModel({ body: { prompt } }) }));
    expect(question).toMatchObject({
      body: { 'Fn::Join': ['', ['{"prompt":"', { Ref: 'AWS::StackName' }, '"}']] },
    });
  });

  test('of a text is that text, with the types that are given', () => {
    const smokeTest = SmokeTest.invokeModel({ body: 'Hello', contentType: 'text/plain', accept: '*/*' });
    expect(questions(wait({ smokeTest }))).toEqual([
      { operation: 'InvokeModel', body: 'Hello', contentType: 'text/plain', accept: '*/*' },
    ]);
  });

  test('of a conversation is what the user says', () => {
    const smokeTest = SmokeTest.converse({ prompt: 'Hello' });
    expect(questions(wait({ smokeTest }))).toEqual([{ operation: 'Converse', prompt: 'Hello' }]);
  });

  test.each([[''], [undefined], [null], [7]])('cannot have the body %p', (body) => {
    expect(() => SmokeTest.invokeModel({ body })).toThrow("'body' must be an object or a text");
  });

  test.each(['', ' '])('cannot have the prompt %p', (prompt) => {
    expect(() => SmokeTest.converse({ prompt })).toThrow("'prompt' must not be empty");
  });

  test('is not asked by default', () => {
    expect(questions(wait({}))).toEqual([undefined]);
  });

  test('is for the last link of a long wait only', () => {
    const asked = questions(wait({ smokeTest: INVOKE, timeout: Duration.hours(2) }));
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(asked).toHaveLength(3);
  });
});

describe('the permissions', () => {
  test('to describe a model come with every wait, once for a Region and account', () => {
    const stack = wait({});
    new ModelImportJobWaiter(stack, 'Another', { jobIdentifier: JOB_ARN.replace('abc', 'xyz') });
    new ModelImportJobWaiter(stack, 'Elsewhere', { jobIdentifier: 'llama', region: 'us-west-2' });
    expect(statementsAllowing(stack, 'bedrock:GetImportedModel').flatMap(({ Resource }) => Resource)).toEqual(
      [
        ANY_MODEL,
        {
          'Fn::Join': [
            '',
            [
              ...['arn:', { Ref: 'AWS::Partition' }, ':bedrock:us-west-2:', { Ref: 'AWS::AccountId' }],
              ':imported-model/*',
            ],
          ],
        },
      ],
    );
    expect(statementsAllowing(stack, 'bedrock:InvokeModel')).toEqual([]);
  });

  test('to ask a model come with a smoke test only', () => {
    const [statement, ...others] = statementsAllowing(wait({ smokeTest: INVOKE }), 'bedrock:InvokeModel');
    expect(statement.Resource).toEqual(ANY_MODEL);
    expect(others).toEqual([]);
  });

  test('are those of the role, where there is one', () => {
    const stack = newStack();
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/reader');
    wait({ assumedRole: role, smokeTest: INVOKE }, stack);
    expect(statementsAllowing(stack, 'bedrock:GetImportedModel')).toEqual([]);
    expect(statementsAllowing(stack, 'bedrock:InvokeModel')).toEqual([]);
  });

  test('include decryption under an expected key, through Bedrock only, where the model is asked', () => {
    const stack = newStack();
    const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/1');
    wait({ expectedKmsKey: key, smokeTest: INVOKE }, stack);
    const viaBedrock = { 'Fn::Join': ['', ['bedrock.us-east-1.', { Ref: 'AWS::URLSuffix' }]] };
    expect(statementsAllowing(stack, 'kms:Decrypt')).toMatchObject([
      {
        Resource: 'arn:aws:kms:us-east-1:123456789012:key/1',
        Condition: { StringEquals: { 'kms:ViaService': viaBedrock } },
      },
    ]);
    const unasked = newStack();
    wait({ expectedKmsKey: kms.Key.fromKeyArn(unasked, 'Key', key.keyArn) }, unasked);
    expect(statementsAllowing(unasked, 'kms:Decrypt')).toEqual([]);
  });
});

describe('an imported model', () => {
  const source = ModelSource.fromS3Uri('s3://weights/llama/');

  test('is asked, with the permission to decrypt it under its key', () => {
    const stack = newStack();
    const kmsKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/1');
    new ImportedModel(stack, 'Llama', { source, kmsKey, smokeTest: INVOKE });
    expect(questions(stack)).toMatchObject([{ operation: 'InvokeModel' }]);
    const decrypting = statementsAllowing(stack, 'kms:Decrypt').filter(
      ({ Action }) => Action === 'kms:Decrypt',
    );
    expect(decrypting).toMatchObject([{ Resource: kmsKey.keyArn }]);
  });

  test('that nobody waits for cannot be asked', () => {
    const props = { source, smokeTest: INVOKE, waitForCompletion: false };
    expect(() => new ImportedModel(newStack(), 'Llama', props)).toThrow(
      "'smokeTest' cannot be used with 'waitForCompletion: false': nobody would ask the model",
    );
  });

  test.each([
    'modelArchitecture' as const,
    'instructSupported' as const,
    'customModelUnitsPerModelCopy' as const,
    'customModelUnitsVersion' as const,
  ])('knows its %s after the import only', (attribute) => {
    const model = new ImportedModel(newStack(), 'Llama', { source });
    expect(Token.isUnresolved(model[attribute])).toBe(true);
    const started = new ImportedModel(newStack(), 'Llama', { source, waitForCompletion: false });
    expect(() => started[attribute]).toThrow(`'${attribute}' of Stack/Llama is known after the import only`);
  });
});
