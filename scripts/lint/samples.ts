import { join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LibraryStack, ProviderFrameworkStack } from '../../bench/alternatives';
import { SampleStack } from '../../bin/sample-stack';
import { ImportedModel, ModelImportJobWaiter, ModelImportProvider, ModelSource } from '../../lib/index';
import { PROJECT } from '../tools';

/** The stacks whose templates are checked. */

/** Where their templates are. */
export const OUT = join(PROJECT, '.cache', 'templates');

const JOB = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
const ENV = { account: '123456789012', region: 'us-east-1' };

/** The file of a stack's template. */
export function templateOf({ templateFile }: Stack): string {
  return join(OUT, templateFile);
}

/** Stacks of all kinds, in an app of their own. */
export function sampleStacks(): Stack[] {
  const app = newApp();
  return [
    new SampleStack(app, 'SampleOfArn', { env: ENV, jobIdentifier: JOB }),
    new SampleStack(app, 'SampleOfName', { jobIdentifier: 'my-import-job' }),
    addModel(new Stack(app, 'OwnModel', { env: ENV })),
    addWaitInVpc(new SampleStack(app, 'SampleInVpc', { env: ENV, jobIdentifier: JOB })),
    lockedDown(app),
  ];
}

/** A waiter and a model whose provider has everything that checks ask for. */
export function lockedDown(app = newApp()): Stack {
  const stack = new Stack(app, 'LockedDown', { env: ENV });
  const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  const provider = ModelImportProvider.getOrCreate(stack, {
    vpc: someVpc(stack),
    encryptionKey,
    logRetention: logs.RetentionDays.ONE_YEAR,
    stateMachineLogLevel: sfn.LogLevel.ALL,
    tracing: true,
    reservedConcurrentExecutions: 5,
    deadLetterQueue: new sqs.Queue(stack, 'Queue', {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
    }),
  });
  new ModelImportJobWaiter(stack, 'Wait', { jobIdentifier: JOB, provider });
  return addModel(stack, encryptionKey);
}

/** One wait for the same job, with this library and with CDK's Provider framework. */
export function alternatives(): { ours: Stack; theirs: Stack } {
  const props = { env: ENV, jobIdentifiers: [JOB], pollInterval: Duration.seconds(10) };
  return {
    ours: new LibraryStack(newApp(), 'Ours', props),
    theirs: new ProviderFrameworkStack(newApp(), 'Theirs', props),
  };
}

function newApp(): App {
  return new App({ outdir: OUT, analyticsReporting: false });
}

function addModel(stack: Stack, kmsKey?: kms.IKey): Stack {
  new ImportedModel(stack, 'Model', { source: ModelSource.fromS3Uri('s3://weights/model/'), kmsKey });
  return stack;
}

function addWaitInVpc(stack: Stack): Stack {
  const provider = new ModelImportProvider(stack, 'Provider', { vpc: someVpc(stack) });
  new ModelImportJobWaiter(stack, 'LongWait', { jobIdentifier: JOB, timeout: Duration.hours(12), provider });
  return stack;
}

function someVpc(stack: Stack): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['us-east-1a'],
    privateSubnetIds: ['subnet-0123456789abcdef0'],
  });
}
