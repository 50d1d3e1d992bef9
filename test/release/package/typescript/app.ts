import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { ImportedModel, ModelImportJobWaiter, ModelSource } from 'cdk-bedrock-model-import';

const app = new App();
const stack = new Stack(app, 'Consumer');

const model = new ModelImportJobWaiter(stack, 'Import', {
  jobIdentifier: 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456',
  timeout: Duration.hours(2),
  pollInterval: Duration.seconds(30),
});
const own = new ImportedModel(stack, 'Model', { source: ModelSource.fromS3Uri('s3://weights/model/') });
new CfnOutput(stack, 'OwnModelArn', { value: own.importedModelArn });
new CfnOutput(stack, 'ModelArn', { value: model.importedModelArn });

app.synth();
