import { App, Aspects, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ImportedModel, ModelSource } from '../../../lib/index';
import { BedrockEndpoint } from '../../../local/cloud/bedrock-endpoint';

/**
 * A model that a stack owns and another one uses, handed over by a parameter. Context: `version` of the
 * weights, `retain` the old model until the other stack has moved, `only` one of the stacks.
 */
const app = new App();
const only = app.node.tryGetContext('only') as string | undefined;
const parameterName = '/models/llama';

const models = new Stack(app, 'Models');
const owned = new ImportedModel(models, 'Llama', {
  source: ModelSource.fromS3Uri('s3://weights/llama/'),
  triggers: { version: app.node.getContext('version') as string },
  timeout: Duration.minutes(2),
  pollInterval: Duration.seconds(5),
  removalPolicy: app.node.tryGetContext('retain') ? RemovalPolicy.RETAIN : undefined,
});
owned.publishArn(parameterName);

if (only !== 'Models') {
  const consumer = new Stack(app, 'Consumer');
  const model = ImportedModel.fromParameterName(consumer, 'Llama', parameterName);
  const caller = new iam.Role(consumer, 'Caller', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  model.grantInvoke(caller);
  new CfnOutput(consumer, 'CallerName', { value: caller.roleName });
}
Aspects.of(app).add(new BedrockEndpoint());
