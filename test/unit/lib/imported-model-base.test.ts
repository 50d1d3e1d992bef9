import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  ImportedModel,
  ModelImportJobWaiter,
  type IImportedModel,
  type ImportedModelAttributes,
} from '../../../lib/index';
import { JOB_ARN } from '../../support/job';
import { ENV } from '../../support/templates';

const MODEL_ARN = 'arn:aws:bedrock:us-west-2:111122223333:imported-model/abc123def456';
const KEY_ARN = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const attributeOfWaiter = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^Import/), name] });

function newStack() {
  return new Stack(new App(), 'Stack', { env: ENV });
}

function newCaller(stack: Stack) {
  return new iam.Role(stack, 'Caller', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
}

function newWaiter() {
  const stack = newStack();
  const waiter = new ModelImportJobWaiter(stack, 'Import', { jobIdentifier: JOB_ARN });
  return { stack, waiter, caller: newCaller(stack) };
}

function newReference(attrs?: (stack: Stack) => Partial<ImportedModelAttributes>) {
  const stack = newStack();
  const model: IImportedModel = ImportedModel.fromImportedModelAttributes(stack, 'Model', {
    importedModelArn: MODEL_ARN,
    ...attrs?.(stack),
  });
  return { stack, model, caller: newCaller(stack) };
}

test('a reference takes a key, not an alias of one', () => {
  expect(() =>
    newReference((stack) => ({ kmsKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/models') })),
  ).toThrow("'kmsKey' must be a key, not an alias of one");
});

test('a reference by ARN is taken to be under a key that AWS owns', () => {
  const stack = newStack();
  const caller = newCaller(stack);
  const model = ImportedModel.fromImportedModelArn(stack, 'Model', MODEL_ARN);
  model.grantInvoke(caller);
  expect(model.importedModelKmsKeyArn).toBe('');
  expect(JSON.stringify(statementsOfCaller(stack))).not.toContain('kms:');
});

/** The statements that the caller's role was given. */
function statementsOfCaller(stack: Stack): object[] {
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return policies
    .filter(([id]) => id.startsWith('Caller'))
    .flatMap(([, { Properties }]) => (Properties as StatementsOfPolicy).PolicyDocument.Statement);
}

interface StatementsOfPolicy {
  readonly PolicyDocument: { readonly Statement: object[] };
}

describe('grantInvoke', () => {
  test('on a waiter allows to invoke exactly its model', () => {
    const { stack, waiter, caller } = newWaiter();
    waiter.grantInvoke(caller).assertSuccess();
    expect(statementsOfCaller(stack)[0]).toEqual({
      Effect: 'Allow',
      Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      Resource: attributeOfWaiter('importedModelArn'),
    });
  });

  test('on a waiter allows to decrypt with the key that the import turns out to have', () => {
    const { stack, waiter, caller } = newWaiter();
    waiter.grantInvoke(caller);
    expect(statementsOfCaller(stack).slice(1)).toEqual([
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: attributeOfWaiter('encryptionResourceArn'),
        Condition: { StringEquals: { 'kms:ViaService': expect.anything() as unknown } },
      },
    ]);
  });

  test('with a known key allows to decrypt with it, through Bedrock in the Region of the model', () => {
    const { stack, model, caller } = newReference((scope) => ({
      kmsKey: kms.Key.fromKeyArn(scope, 'Key', KEY_ARN),
    }));
    model.grantInvoke(caller);
    expect(statementsOfCaller(stack)).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: KEY_ARN,
      Condition: {
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['bedrock.us-west-2.', { Ref: 'AWS::URLSuffix' }]] },
        },
      },
    });
  });

  test('without a key allows nothing of AWS KMS', () => {
    const { stack, model, caller } = newReference();
    model.grantInvoke(caller);
    expect(statementsOfCaller(stack)).toEqual([
      {
        Effect: 'Allow',
        Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
        Resource: MODEL_ARN,
      },
    ]);
  });
});

describe('grantRead', () => {
  test('on a waiter allows to describe the model and its job', () => {
    const { stack, waiter, caller } = newWaiter();
    waiter.grantRead(caller).assertSuccess();
    expect(statementsOfCaller(stack)).toEqual([
      {
        Effect: 'Allow',
        Action: 'bedrock:GetImportedModel',
        Resource: attributeOfWaiter('importedModelArn'),
      },
      { Effect: 'Allow', Action: 'bedrock:GetModelImportJob', Resource: attributeOfWaiter('jobArn') },
    ]);
  });

  test('on a reference allows to describe the model alone, unless its job is known', () => {
    const bare = newReference();
    bare.model.grantRead(bare.caller);
    expect(statementsOfCaller(bare.stack)).toEqual([
      { Effect: 'Allow', Action: 'bedrock:GetImportedModel', Resource: MODEL_ARN },
    ]);

    const withJob = newReference(() => ({ jobArn: JOB_ARN }));
    withJob.model.grantRead(withJob.caller);
    expect(statementsOfCaller(withJob.stack)).toContainEqual({
      Effect: 'Allow',
      Action: 'bedrock:GetModelImportJob',
      Resource: JOB_ARN,
    });
  });
});

describe('metrics', () => {
  test.each<[string, string, (model: IImportedModel) => cloudwatch.Metric]>([
    ['Invocations', 'Sum', (model) => model.metricInvocations()],
    ['InvocationLatency', 'Average', (model) => model.metricInvocationLatency()],
    ['InvocationClientErrors', 'Sum', (model) => model.metricInvocationClientErrors()],
    ['InvocationServerErrors', 'Sum', (model) => model.metricInvocationServerErrors()],
    ['InvocationThrottles', 'Sum', (model) => model.metricInvocationThrottles()],
    ['InputTokenCount', 'Sum', (model) => model.metricInputTokenCount()],
    ['OutputTokenCount', 'Sum', (model) => model.metricOutputTokenCount()],
    ['TimeToFirstToken', 'Average', (model) => model.metric('TimeToFirstToken')],
  ])('%s is the %s of the model', (metricName, statistic, metricOf) => {
    expect(metricOf(newReference().model)).toMatchObject({
      namespace: 'AWS/Bedrock',
      metricName,
      statistic,
      dimensions: { ModelId: MODEL_ARN },
      region: 'us-west-2',
      account: '111122223333',
    });
  });

  test('can be looked at another way', () => {
    const metric = newReference().model.metricInvocations({ statistic: 'SampleCount', label: 'Calls' });
    expect(metric).toMatchObject({ statistic: 'SampleCount', label: 'Calls' });
  });

  test('raise an alarm in the stack of the waiter', () => {
    const { stack, waiter } = newWaiter();
    waiter.metricInvocationServerErrors().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Bedrock',
      MetricName: 'InvocationServerErrors',
      Dimensions: [{ Name: 'ModelId', Value: stack.resolve(waiter.importedModelArn) as unknown }],
    });
  });
});

describe('a reference', () => {
  test('is known by its ARN, under the names that other libraries use too', () => {
    const { model } = newReference();
    expect([model.importedModelArn, model.modelArn, model.invokableArn]).toEqual(Array(3).fill(MODEL_ARN));
  });

  test('has the name and the key that it is given', () => {
    const { model } = newReference((stack) => ({
      importedModelName: 'my-model',
      kmsKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    }));
    expect(model.importedModelName).toBe('my-model');
    expect(model.importedModelKmsKeyArn).toBe(KEY_ARN);
  });

  test('throws when its name is read and not known', () => {
    expect(() => newReference().model.importedModelName).toThrow(/'fromImportedModelAttributes'/);
  });

  test('without a key is taken to be under a key that AWS owns', () => {
    const { model } = newReference();
    expect(model.importedModelKmsKeyArn).toBe('');
    expect(model.kmsKey).toBeUndefined();
  });

  test('can be in any partition', () => {
    const arn = MODEL_ARN.replace('arn:aws:', 'arn:aws-us-gov:').replace('us-west-2', 'us-gov-west-1');
    expect(newReference(() => ({ importedModelArn: arn })).model.importedModelArn).toBe(arn);
  });

  test('rejects an ARN that is not of an imported model', () => {
    expect(() => newReference(() => ({ importedModelArn: JOB_ARN }))).toThrow(
      `'importedModelArn' must be the ARN of an imported model, got: '${JOB_ARN}'`,
    );
  });

  test('takes a token', () => {
    const { stack, model } = newReference((scope) => ({
      importedModelArn: new CfnParameter(scope, 'Parameter').valueAsString,
    }));
    expect(stack.resolve(model.importedModelArn)).toEqual({ Ref: 'Parameter' });
    expect(model.metricInvocations().region).toBe('us-east-1');
  });
});
