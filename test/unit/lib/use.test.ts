import type { IBedrockInvokable } from '@aws-cdk/aws-bedrock-alpha';
import { App, CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnAgent, type IModel } from 'aws-cdk-lib/aws-bedrock';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import type { Construct } from 'constructs';
import { ImportedModel, ModelImportJobWaiter, ModelSource } from '../../../lib/index';
import { JOB_ARN } from '../../support/job';
import { ENV, hasStatement } from '../../support/templates';

/** A stack with a model, and what a template calls its ARN. */
function newModel(scope: Construct = new App()) {
  const stack = new Stack(scope, 'Models', { env: ENV });
  const waiter = new ModelImportJobWaiter(stack, 'Import', { jobIdentifier: JOB_ARN });
  return { stack, waiter, modelArn: stack.resolve(waiter.importedModelArn) as object };
}

const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

test('a waiter is a model of the CDK, and one of the alpha library by shape', () => {
  const { waiter } = newModel();
  const model: IModel = waiter;
  const invokable: IBedrockInvokable = waiter;
  expect([model.modelArn, invokable.invokableArn]).toEqual([
    waiter.importedModelArn,
    waiter.importedModelArn,
  ]);
});

test('Step Functions invokes the model, and may invoke no other', () => {
  const { stack, waiter, modelArn } = newModel();
  new sfn.StateMachine(stack, 'Chat', {
    definitionBody: sfn.DefinitionBody.fromChainable(
      new tasks.BedrockInvokeModel(stack, 'Ask', { model: waiter, body: sfn.TaskInput.fromObject({}) }),
    ),
  });
  hasStatement(Template.fromStack(stack), { Action: 'bedrock:InvokeModel', Resource: modelArn });
  const machines = Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine');
  const [, { Properties }] = Object.entries(machines).find(([id]) => id.startsWith('Chat'))!;
  const { DefinitionString } = Properties as { DefinitionString: unknown };
  expect(JSON.stringify(DefinitionString)).toContain(JSON.stringify(modelArn));
});

test('Step Functions invokes a model under a customer managed key when it is granted so', () => {
  const stack = new Stack(new App(), 'Models', { env: ENV });
  const kmsKey = new kms.Key(stack, 'Key');
  const model = new ImportedModel(stack, 'Llama', {
    source: ModelSource.fromS3Uri('s3://weights/llama/'),
    kmsKey,
  });
  const chat = new sfn.StateMachine(stack, 'Chat', {
    definitionBody: sfn.DefinitionBody.fromChainable(
      new tasks.BedrockInvokeModel(stack, 'Ask', { model, body: sfn.TaskInput.fromObject({}) }),
    ),
  });
  model.grantInvoke(chat);

  const [policy] = Object.values(
    Template.fromStack(stack).findResources('AWS::IAM::Policy', {
      Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^ChatRole') }] },
    }),
  );
  const { Statement } = (policy.Properties as { PolicyDocument: { Statement: object[] } }).PolicyDocument;
  const modelArn = stack.resolve(model.importedModelArn) as object;
  expect(Statement).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ Action: INVOKE, Resource: modelArn }),
      expect.objectContaining({
        Action: 'kms:Decrypt',
        Resource: stack.resolve(kmsKey.keyArn) as unknown,
        Condition: {
          StringEquals: {
            'kms:ViaService': { 'Fn::Join': ['', ['bedrock.us-east-1.', { Ref: 'AWS::URLSuffix' }]] },
          },
        },
      }),
    ]),
  );
});

test('a function invokes the model, and may invoke no other', () => {
  const { stack, waiter, modelArn } = newModel();
  const fn = new lambda.Function(stack, 'Ask', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {};'),
    environment: { MODEL_ARN: waiter.importedModelArn },
  });
  waiter.grantInvoke(fn);
  hasStatement(Template.fromStack(stack), { Action: INVOKE, Resource: modelArn });
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { MODEL_ARN: modelArn } },
  });
});

describe('an agent', () => {
  test('of the L1 constructs runs on the model', () => {
    const { stack, waiter, modelArn } = newModel();
    const role = new iam.Role(stack, 'Role', {
      assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com'),
    });
    waiter.grantInvoke(role);
    new CfnAgent(stack, 'Agent', {
      agentName: 'agent',
      agentResourceRoleArn: role.roleArn,
      foundationModel: waiter.importedModelArn,
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Bedrock::Agent', { FoundationModel: modelArn });
    hasStatement(Template.fromStack(stack), { Action: INVOKE, Resource: modelArn });
  });
});

test('a parameter and an export hold the ARN of the model', () => {
  const { stack, waiter, modelArn } = newModel();
  new ssm.StringParameter(stack, 'Parameter', { stringValue: waiter.importedModelArn });
  new CfnOutput(stack, 'Output', { value: waiter.importedModelArn, exportName: 'model' });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::SSM::Parameter', { Value: modelArn });
  template.hasOutput('Output', { Value: modelArn, Export: { Name: 'model' } });
});

test('a nested stack gets the ARN of the model as a parameter', () => {
  const { stack, waiter, modelArn } = newModel();
  const nested = new NestedStack(stack, 'Nested');
  new ssm.StringParameter(nested, 'Parameter', { stringValue: waiter.importedModelArn });
  const parameters = Template.fromStack(nested).findParameters('*');
  expect(Object.keys(parameters)).toHaveLength(1);
  Template.fromStack(stack).hasResourceProperties('AWS::CloudFormation::Stack', {
    Parameters: { [Object.keys(parameters)[0]]: modelArn },
  });
});

/** Grants to a role of another stack of the same scope. */
function grantFromOtherStack(scope: Construct, waiter: ModelImportJobWaiter): Stack {
  const other = new Stack(scope, 'Other', { env: ENV });
  const caller = new iam.Role(other, 'Caller', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  waiter.grantInvoke(caller);
  return other;
}

test('two stacks of an app share a model', () => {
  const app = new App();
  const { stack, waiter, modelArn } = newModel(app);
  const other = grantFromOtherStack(app, waiter);
  hasStatement(Template.fromStack(other), {
    Action: INVOKE,
    Resource: { 'Fn::ImportValue': Match.stringLikeRegexp('importedModelArn') },
  });
  Template.fromStack(stack).hasOutput('*', { Value: modelArn });
  expect(other.dependencies).toEqual([stack]);
});

test('the stacks of a pipeline stage share a model', () => {
  const app = new App();
  const toolchain = new Stack(app, 'Toolchain', { env: ENV });
  const repository = codecommit.Repository.fromRepositoryName(toolchain, 'Repository', 'app');
  const pipeline = new CodePipeline(toolchain, 'Pipeline', {
    synth: new ShellStep('Synth', {
      input: CodePipelineSource.codeCommit(repository, 'main'),
      commands: ['npx cdk synth'],
    }),
  });
  const stage = new Stage(app, 'Production', { env: ENV });
  const { waiter } = newModel(stage);
  const other = grantFromOtherStack(stage, waiter);
  pipeline.addStage(stage);

  hasStatement(Template.fromStack(other), {
    Action: INVOKE,
    Resource: { 'Fn::ImportValue': Match.stringLikeRegexp('importedModelArn') },
  });
  Template.fromStack(toolchain).hasResourceProperties('AWS::CodePipeline::Pipeline', {
    Stages: Match.arrayWith([Match.objectLike({ Name: 'Production' })]),
  });
});
