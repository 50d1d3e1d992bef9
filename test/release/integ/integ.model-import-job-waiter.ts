import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ModelImportJobWaiter } from '../../../lib/index';

/**
 * Waits for a job that exists in the account: `IMPORT_JOB` is its ARN. The snapshot is made without it.
 */
const app = new App();
const stack = new Stack(app, 'ModelImportJobWaiterInteg');
const waiter = new ModelImportJobWaiter(stack, 'Import', {
  jobIdentifier:
    process.env.IMPORT_JOB ?? 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456',
});
const parameter = new ssm.StringParameter(stack, 'ModelArn', { stringValue: waiter.importedModelArn });
new CfnOutput(stack, 'Status', { value: waiter.status });

const test = new IntegTest(app, 'ModelImportJobWaiterTest', {
  testCases: [stack],
  regions: ['us-east-1'],
});

test.assertions
  .awsApiCall('SSM', 'getParameter', { Name: parameter.parameterName })
  .assertAtPath('Parameter.Value', ExpectedResult.stringLikeRegexp('^arn:[^:]+:bedrock:.+:imported-model/'));
