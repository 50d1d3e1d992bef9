import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { ModelImportProvider, type ModelImportProviderProps } from '../../../lib/index';
import { addModel, addWaiter } from '../../support/constructs';
import { ENV, newStack, resourcesOfType, statementsAllowing } from '../../support/templates';

const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';

/** A waiter and a model of a stack, so that it has all functions. */
function addAll(stack: Stack): void {
  addWaiter(stack);
  addModel(stack);
  expect(resourcesOfType(stack, 'AWS::Lambda::Function')).toHaveLength(2);
}

/** A stack whose provider has a key. */
function encrypted(
  keyFor: (stack: Stack) => kms.IKey = (stack) => new kms.Key(stack, 'Key'),
  props: Omit<ModelImportProviderProps, 'encryptionKey'> = {},
  stack: Stack = newStack({}, ENV),
): { stack: Stack; keyArn: object; template: Template } {
  const key = keyFor(stack);
  ModelImportProvider.getOrCreate(stack, { ...props, encryptionKey: key });
  addAll(stack);
  return { stack, keyArn: stack.resolve(key.keyArn) as object, template: Template.fromStack(stack) };
}

const imported = (stack: Stack): kms.IKey => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);

const viaService = (name: string): object => ({
  StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', [`${name}.us-east-1.`, { Ref: 'AWS::URLSuffix' }]] } },
});

function warnings(stack: Stack): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('The policy of the key'))
    .map(({ entry }) => entry.data as string);
}

test('without a key everything is under keys that AWS owns', () => {
  const stack = newStack();
  addAll(stack);
  const template = Template.fromStack(stack);
  template.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: Match.absent() });
  template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.absent() });
  template.allResourcesProperties('AWS::StepFunctions::StateMachine', {
    EncryptionConfiguration: Match.absent(),
  });
  template.allResourcesProperties('AWS::DynamoDB::Table', { SSESpecification: Match.absent() });
});

test('a key encrypts the environment, the logs, the data of executions and the table of imports', () => {
  const { template, keyArn, stack } = encrypted();
  template.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: keyArn });
  template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: keyArn });
  template.allResourcesProperties('AWS::StepFunctions::StateMachine', {
    EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: keyArn },
  });
  template.allResourcesProperties('AWS::DynamoDB::Table', {
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn },
  });
  expect(warnings(stack)).toEqual([]);
});

test('the state machine uses the key for state machines only, and its caller through Step Functions only', () => {
  const { stack, keyArn } = encrypted();
  const conditions = statementsAllowing(stack, 'kms:GenerateDataKey')
    .filter(({ Resource }) => JSON.stringify(Resource) === JSON.stringify(keyArn))
    .map((statement) => (statement as { Condition?: object }).Condition);
  expect(conditions).toHaveLength(2);
  expect(conditions).toEqual(
    expect.arrayContaining([
      viaService('states'),
      {
        ArnLike: {
          'kms:EncryptionContext:aws:states:stateMachineArn': {
            'Fn::Join': [
              '',
              ['arn:', { Ref: 'AWS::Partition' }, ':states:us-east-1:123456789012:stateMachine:*'],
            ],
          },
        },
      },
    ]),
  );
});

test('each function decrypts its environment, through Lambda only', () => {
  const { stack } = encrypted();
  const ofLambda = statementsAllowing(stack, 'kms:Decrypt').filter(
    (statement) =>
      JSON.stringify((statement as { Condition?: object }).Condition) ===
      JSON.stringify(viaService('lambda')),
  );
  expect(ofLambda).toHaveLength(2);
});

/** What a key policy says of CloudWatch Logs. */
const FOR_LOGS = {
  Principal: { Service: 'logs.us-east-1.amazonaws.com' },
  Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
  Condition: {
    ArnLike: {
      'kms:EncryptionContext:aws:logs:arn': {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:us-east-1:123456789012:log-group:*']],
      },
    },
  },
};

function keyPolicyHolds(template: Template, statement: object): void {
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike(statement)]) },
  });
}

test('the policy of a key of the stack lets CloudWatch Logs encrypt', () => {
  keyPolicyHolds(encrypted().template, FOR_LOGS);
});

test('with a log group of your own the policy says nothing of it', () => {
  const { template } = encrypted(undefined, {
    logGroup: logs.LogGroup.fromLogGroupName(new Stack(new App(), 'Elsewhere'), 'Mine', '/mine'),
  });
  expect(JSON.stringify(template.findResources('AWS::KMS::Key'))).not.toContain('logs.us-east-1');
});

test('logs of the state machine are handed over under the key', () => {
  const { stack, template } = encrypted(undefined, { stateMachineLogLevel: sfn.LogLevel.ALL });
  keyPolicyHolds(template, {
    Principal: { Service: 'delivery.logs.amazonaws.com' },
    Action: 'kms:Decrypt*',
  });
  expect(JSON.stringify(statementsAllowing(stack, 'kms:GenerateDataKey'))).toContain(
    'kms:EncryptionContext:SourceArn',
  );
});

test('a key of another stack gets its policy there, and the stacks do not wait for each other in a circle', () => {
  const app = new App();
  const other = new Stack(app, 'Keys', { env: ENV });
  const key = new kms.Key(other, 'Key');
  const stack = new Stack(app, 'Stack', { env: ENV });
  encrypted(() => key, {}, stack);
  app.synth();
  keyPolicyHolds(Template.fromStack(other), FOR_LOGS);
  expect(stack.dependencies).toEqual([other]);
  expect(other.dependencies).toEqual([]);
  expect(warnings(stack)).toEqual([]);
});

test('a key of another stack with no environment gets its policy there as well', () => {
  const app = new App();
  const other = new Stack(app, 'Keys');
  const key = new kms.Key(other, 'Key');
  encrypted(() => key, {}, new Stack(app, 'Stack'));
  keyPolicyHolds(Template.fromStack(other), { Action: FOR_LOGS.Action });
});

describe('an imported key', () => {
  test('takes no policy: a warning names what CloudWatch Logs and Step Functions need', () => {
    const { stack } = encrypted(imported);
    const [warning, ...others] = warnings(stack);
    expect(others).toEqual([]);
    expect(warning).toContain('The policy of the key Stack/Key cannot be changed from here');
    expect(warning).toContain('logs.us-east-1.amazonaws.com');
    expect(warning).toContain('kms:GenerateDataKey*');
    expect(warning).toContain('log-group:*');
    expect(warning).toMatch(
      /the state machine use kms:Decrypt and kms:GenerateDataKey, for AWS Step Functions/,
    );
  });

  test('still encrypts everything', () => {
    const { template } = encrypted(imported);
    template.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: KEY_ARN });
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: KEY_ARN });
  });

  test('with a log group of your own still is warned of for Step Functions', () => {
    const logGroup = logs.LogGroup.fromLogGroupName(new Stack(new App(), 'Elsewhere'), 'Mine', '/mine');
    const [warning] = warnings(encrypted(imported, { logGroup }).stack);
    expect(warning).not.toContain('logs.us-east-1');
    expect(warning).toContain('Step Functions');
  });
});

test('an L1 key whose policy can be changed is not warned of', () => {
  const { stack } = encrypted((scope) =>
    kms.Key.fromCfnKey(new kms.CfnKey(scope, 'Cfn', { keyPolicy: { Version: '2012-10-17', Statement: [] } })),
  );
  expect(warnings(stack)).toEqual([]);
});

test('an alias is no key', () => {
  expect(() => encrypted((stack) => kms.Alias.fromAliasName(stack, 'Key', 'alias/mine'))).toThrow(
    /^'encryptionKey' must be a key, not an alias of one, got: .+:alias\/mine$/,
  );
});
