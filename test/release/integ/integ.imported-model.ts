import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack, Tags } from 'aws-cdk-lib';
import { ImportedModel, ModelSource } from '../../../lib/index';

/**
 * Imports a model from weights that exist in the account, tags it, and deletes it with the stack:
 * `WEIGHTS` is their URI. The snapshot is made without it.
 */
const app = new App();
const stack = new Stack(app, 'ImportedModelInteg');
const model = new ImportedModel(stack, 'Model', {
  source: ModelSource.fromS3Uri(process.env.WEIGHTS ?? 's3://amzn-s3-demo-bucket/weights/'),
});
Tags.of(model).add('purpose', 'integration-test');

const test = new IntegTest(app, 'ImportedModelTest', { testCases: [stack], regions: ['us-east-1'] });

test.assertions
  .awsApiCall('Bedrock', 'getImportedModel', { modelIdentifier: model.importedModelArn })
  .expect(ExpectedResult.objectLike({ modelName: model.importedModelName, jobArn: model.jobArn }));
test.assertions
  .awsApiCall('Bedrock', 'listTagsForResource', { resourceARN: model.importedModelArn })
  .expect(ExpectedResult.objectLike({ tags: [{ key: 'purpose', value: 'integration-test' }] }));
