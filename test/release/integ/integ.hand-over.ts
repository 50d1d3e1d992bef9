import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ImportedModel, ModelImportJobWaiter } from '../../../lib/index';

/**
 * Hands the model of a job that exists in the account to another stack, by a parameter: `IMPORT_JOB` is the
 * job's ARN. The snapshot is made without it.
 */
const PARAMETER = '/cdk-bedrock-model-import/integ/model';

const app = new App();
const owner = new Stack(app, 'HandOverOwnerInteg');
const waiter = new ModelImportJobWaiter(owner, 'Import', {
  jobIdentifier:
    process.env.IMPORT_JOB ?? 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456',
});
new ssm.StringParameter(owner, 'ModelArn', {
  parameterName: PARAMETER,
  stringValue: waiter.importedModelArn,
});

const consumer = new Stack(app, 'HandOverConsumerInteg');
consumer.addDependency(owner);
const arn = ssm.StringParameter.valueForStringParameter(consumer, PARAMETER);
const model = ImportedModel.fromImportedModelArn(consumer, 'Model', arn);
const caller = new iam.Role(consumer, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
model.grantInvoke(caller);

const test = new IntegTest(app, 'HandOverTest', { testCases: [owner, consumer], regions: ['us-east-1'] });

test.assertions
  .awsApiCall('SSM', 'getParameter', { Name: PARAMETER })
  .assertAtPath('Parameter.Value', ExpectedResult.stringLikeRegexp('^arn:[^:]+:bedrock:.+:imported-model/'));
