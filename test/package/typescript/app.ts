import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { ModelImportJobWaiter } from 'cdk-bedrock-model-import';

const app = new App();
const stack = new Stack(app, 'Consumer');

const waiter = new ModelImportJobWaiter(stack, 'Import', {
  jobIdentifier: 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456',
  timeout: Duration.hours(2),
  pollInterval: Duration.seconds(30),
});
new CfnOutput(stack, 'ModelArn', { value: waiter.importedModelArn });

app.synth();
