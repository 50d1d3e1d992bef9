import { App, Aspects, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  ImportedModel,
  ModelImportJobWaiter,
  ModelImportProvider,
  ModelSource,
  type ModelImportProviderProps,
} from '../../../lib/index';
import { BedrockEndpoint } from '../../../local/cloud/bedrock-endpoint';

/** What the provider can be like. */
const SETTINGS = {
  plain: (): ModelImportProviderProps => ({}),
  locked: (stack: Stack): ModelImportProviderProps => {
    const encryptionKey = new kms.Key(stack, 'Key');
    return {
      encryptionKey,
      stateMachineLogLevel: sfn.LogLevel.ALL,
      tracing: true,
      reservedConcurrentExecutions: 5,
      deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey: encryptionKey }),
    };
  },
};

/**
 * A waiter, and a model unless `model` says no, on a provider. Context: `stack`, `jobIdentifier`, `settings`
 * and `model`.
 */
const app = new App();
const context = (name: string): string => app.node.getContext(name) as string;
const stack = new Stack(app, context('stack'));
ModelImportProvider.getOrCreate(stack, SETTINGS[context('settings') as keyof typeof SETTINGS](stack));
const pollInterval = Duration.seconds(5);
const waiter = new ModelImportJobWaiter(stack, 'Wait', {
  jobIdentifier: context('jobIdentifier'),
  pollInterval,
});
new CfnOutput(stack, 'WaitedFor', { value: waiter.importedModelArn });
if (app.node.tryGetContext('model') !== 'no') {
  const model = new ImportedModel(stack, 'Model', {
    source: ModelSource.fromS3Uri('s3://weights/llama/'),
    pollInterval,
  });
  new CfnOutput(stack, 'Imported', { value: model.importedModelArn });
}
Aspects.of(app).add(new BedrockEndpoint());
