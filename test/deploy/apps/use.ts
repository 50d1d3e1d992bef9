import { App, Aspects, CfnOutput, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { ModelImportJobWaiter } from '../../../lib/index';
import { BedrockEndpoint } from '../../../local/cloud/bedrock-endpoint';

/**
 * Imported models and what uses them: in the same stack, in a nested one and in another one. Context:
 * `job`, `remoteJob` in another Region, `remoteName` by its name there, `foreignName` as `assumedRole` with `externalId`.
 */
const app = new App();
const context = (name: string): string => app.node.getContext(name) as string;
const pollInterval = Duration.seconds(5);

const models = new Stack(app, 'Models');
const model = new ModelImportJobWaiter(models, 'Import', { jobIdentifier: context('job'), pollInterval });

const ask = new lambda.Function(models, 'Ask', {
  runtime: lambda.Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async () => process.env.MODEL_ARN;'),
  environment: { MODEL_ARN: model.importedModelArn },
});
model.grantInvoke(ask);
new CfnOutput(models, 'AskName', { value: ask.functionName });
new CfnOutput(models, 'AskRole', { value: ask.role!.roleName });

const chat = new sfn.StateMachine(models, 'Chat', {
  definitionBody: sfn.DefinitionBody.fromChainable(
    new tasks.BedrockInvokeModel(models, 'AskModel', { model, body: sfn.TaskInput.fromObject({}) }),
  ),
});
new CfnOutput(models, 'ChatArn', { value: chat.stateMachineArn });

const nested = new NestedStack(models, 'Nested');
new ssm.StringParameter(nested, 'Parameter', {
  parameterName: '/nested/model',
  stringValue: model.importedModelArn,
});

const other = new Stack(app, 'Other');
new ssm.StringParameter(other, 'Parameter', {
  parameterName: '/other/model',
  stringValue: model.importedModelArn,
});

const places = new Stack(app, 'Places');
const assumedRole = iam.Role.fromRoleArn(places, 'Role', context('role'));
const waits = {
  Remote: { jobIdentifier: context('remoteJob') },
  RemoteName: { jobIdentifier: context('remoteName'), region: 'us-west-2' },
  Foreign: { jobIdentifier: context('foreignName'), assumedRole, externalId: context('externalId') },
};
for (const [id, props] of Object.entries(waits)) {
  const waiter = new ModelImportJobWaiter(places, id, { ...props, pollInterval });
  new CfnOutput(places, `${id}Model`, { value: waiter.importedModelArn });
}
Aspects.of(app).add(new BedrockEndpoint());
