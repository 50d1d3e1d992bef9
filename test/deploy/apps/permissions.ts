import { App, Aspects, Duration, Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  ImportedModel,
  ModelImportJobWaiter,
  ModelImportProvider,
  ModelSource,
  SmokeTest,
} from '../../../lib/index';
import { BedrockEndpoint } from '../../../local/cloud/bedrock-endpoint';

/**
 * A waiter and a model with everything that takes a permission. Context: `stack`, `jobIdentifier`, the `tag` of the
 * model, and `pollSeconds` of the waiter.
 */
const app = new App();
const context = (name: string): string => app.node.getContext(name) as string;
const stack = new Stack(app, context('stack'));
const encryptionKey = new kms.Key(stack, 'Key');
const vpc = new ec2.Vpc(stack, 'Vpc', {
  maxAzs: 1,
  subnetConfiguration: [{ name: 'inner', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  restrictDefaultSecurityGroup: false,
});
const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
ModelImportProvider.getOrCreate(stack, {
  vpc,
  vpcSubnets,
  encryptionKey,
  stateMachineLogLevel: sfn.LogLevel.ALL,
  tracing: true,
  deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey: new kms.Key(stack, 'QueueKey') }),
});

new ModelImportJobWaiter(stack, 'Wait', {
  jobIdentifier: context('jobIdentifier'),
  pollInterval: Duration.seconds(Number(context('pollSeconds'))),
});
const model = new ImportedModel(stack, 'Model', {
  source: ModelSource.fromS3Uri('s3://weights/llama/'),
  kmsKey: new kms.Key(stack, 'ModelKey'),
  smokeTest: SmokeTest.converse({ prompt: 'Hello' }),
  vpc,
  vpcSubnets,
  pollInterval: Duration.seconds(5),
});
Tags.of(model).add(context('tag'), 'a');
Aspects.of(app).add(new BedrockEndpoint());
