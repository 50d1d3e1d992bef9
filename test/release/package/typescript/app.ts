import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  ImportedModel,
  ModelImportJobWaiter,
  ModelImportProvider,
  ModelSource,
  SmokeTest,
} from 'cdk-bedrock-model-import';

const app = new App();
const stack = new Stack(app, 'Consumer');
const provider = ModelImportProvider.getOrCreate(stack, { tracing: true });

const model = new ModelImportJobWaiter(stack, 'Import', {
  jobIdentifier: 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456',
  timeout: Duration.hours(2),
  pollInterval: Duration.seconds(30),
});
const own = new ImportedModel(stack, 'Model', {
  source: ModelSource.fromS3Uri('s3://weights/model/', { bucketOwnerAccountId: '123456789012' }),
  smokeTest: SmokeTest.converse({ prompt: 'Hello' }),
  provider: ModelImportProvider.getOrCreate(stack),
});
own.publishArn('/models/own');
const second = new ImportedModel(stack, 'Second', {
  source: ModelSource.fromBucket(Bucket.fromBucketName(stack, 'Bucket', 'weights'), 'second/'),
  provider,
});
const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
second.grants.actions(caller, 'bedrock:GetImportedModel');
ImportedModel.fromParameterName(stack, 'Elsewhere', '/models/elsewhere').grantInvoke(caller);
new CfnOutput(stack, 'OwnModelArn', { value: own.importedModelArn });
new CfnOutput(stack, 'ModelArn', { value: model.importedModelArn });

app.synth();
