import { App } from 'aws-cdk-lib';
import { OwnedModelStack } from './owned-model-stack';
import { SampleStack } from './sample-stack';

const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name) as string | undefined;
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
const jobIdentifier = context('jobIdentifier');
const source = context('source');

try {
  if (jobIdentifier) {
    new SampleStack(app, 'BedrockModelImportSample', {
      description: 'Waits for an Amazon Bedrock model import job and uses the model',
      jobIdentifier,
      env,
    });
  } else if (source) {
    new OwnedModelStack(app, 'BedrockOwnedModelSample', {
      description: 'Imports a model into Amazon Bedrock and owns it',
      source,
      version: context('version') ?? '1',
      env,
    });
  } else {
    stop(
      'Which import job, or which weights? Pass the ARN or name of a job, or the S3 URI of the weights:\n' +
        '  npx cdk deploy -c jobIdentifier=arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456\n' +
        '  npx cdk deploy -c source=s3://my-bucket/llama/ -c version=1',
    );
  }
} catch (error) {
  // The message says which prop is wrong. A stack trace would hide it.
  stop((error as Error).message);
}

function stop(message: string): never {
  console.error(message);
  process.exit(1);
}
