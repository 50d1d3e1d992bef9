import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { ModelImportJobWaiter, ModelImportProvider } from '../../../lib/index';

/**
 * Waits for a job that exists in the account with a provider that has everything on, in a VPC without a way to
 * the internet: `IMPORT_JOB` is the job's ARN. The snapshot is made without it.
 */
const app = new App();
const stack = new Stack(app, 'LockedDownProviderInteg');
const vpc = new ec2.Vpc(stack, 'Vpc', {
  maxAzs: 2,
  natGateways: 0,
  subnetConfiguration: [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
});
const { BEDROCK, CLOUDFORMATION, STEP_FUNCTIONS } = ec2.InterfaceVpcEndpointAwsService;
for (const [id, service] of Object.entries({ BEDROCK, CLOUDFORMATION, STEP_FUNCTIONS })) {
  vpc.addInterfaceEndpoint(id, { service });
}
const encryptionKey = new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
const provider = ModelImportProvider.getOrCreate(stack, {
  vpc,
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  encryptionKey,
  stateMachineLogLevel: sfn.LogLevel.ALL,
  tracing: true,
  deadLetterQueue: new sqs.Queue(stack, 'DeadLetters', { enforceSSL: true }),
});
const waiter = new ModelImportJobWaiter(stack, 'Import', {
  jobIdentifier:
    process.env.IMPORT_JOB ?? 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456',
  provider,
});
const parameter = new ssm.StringParameter(stack, 'ModelArn', { stringValue: waiter.importedModelArn });

const test = new IntegTest(app, 'LockedDownProviderTest', { testCases: [stack], regions: ['us-east-1'] });

test.assertions
  .awsApiCall('SSM', 'getParameter', { Name: parameter.parameterName })
  .assertAtPath('Parameter.Value', ExpectedResult.stringLikeRegexp('^arn:[^:]+:bedrock:.+:imported-model/'));
