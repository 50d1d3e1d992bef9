import { App } from 'aws-cdk-lib';
import { SampleStack } from './sample-stack';

const app = new App();
const jobIdentifier = app.node.tryGetContext('jobIdentifier') as string | undefined;
if (!jobIdentifier) {
  console.error(
    'Which import job? Pass its ARN or its name:\n' +
      '  npx cdk deploy -c jobIdentifier=arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456',
  );
  process.exit(1);
}
new SampleStack(app, 'BedrockModelImportSample', {
  description: 'Waits for an Amazon Bedrock model import job and uses the model',
  jobIdentifier,
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
});
