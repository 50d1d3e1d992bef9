import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ImportedModel, ModelImportJobWaiter } from '../../../lib/index';

/**
 * Shares the model of a job that exists in the account with another stack, by a parameter: `IMPORT_JOB` is the
 * job's ARN. The snapshot is made without it.
 */
const PARAMETER = '/cdk-bedrock-model-import/integ/model';

const app = new App();
const owner = new Stack(app, 'HandOverOwnerInteg');
const waiter = new ModelImportJobWaiter(owner, 'Import', {
  jobIdentifier:
    process.env.IMPORT_JOB ?? 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456',
});
waiter.publishArn(PARAMETER);

const consumer = new Stack(app, 'HandOverConsumerInteg');
const model = ImportedModel.fromParameterName(consumer, 'Model', PARAMETER);
const caller = new iam.Role(consumer, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
model.grantInvoke(caller);

const test = new IntegTest(app, 'HandOverTest', { testCases: [owner, consumer], regions: ['us-east-1'] });

test.assertions
  .awsApiCall('SSM', 'getParameter', { Name: PARAMETER })
  .assertAtPath('Parameter.Value', ExpectedResult.stringLikeRegexp('^arn:[^:]+:bedrock:.+:imported-model/'));
