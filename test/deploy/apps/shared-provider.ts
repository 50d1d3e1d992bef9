import { App, Aspects, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ModelImportJobWaiter } from '../../../lib/index';
import { BedrockEndpoint } from '../../../local/cloud/bedrock-endpoint';

/** Two waiters of one stack, the second on a job whose ARN another resource of the stack provides. */
const app = new App();
const stack = new Stack(app, app.node.getContext('stack') as string);
const source = new ssm.StringParameter(stack, 'Source', {
  stringValue: app.node.getContext('secondJob') as string,
});
const jobs = { First: app.node.getContext('firstJob') as string, Second: source.stringValue };
for (const [id, jobIdentifier] of Object.entries(jobs)) {
  const waiter = new ModelImportJobWaiter(stack, id, { jobIdentifier, pollInterval: Duration.seconds(5) });
  new CfnOutput(stack, `${id}Model`, { value: waiter.importedModelArn });
}
Aspects.of(app).add(new BedrockEndpoint());
