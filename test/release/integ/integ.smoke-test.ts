import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import { ImportedModel, ImportedModelDashboard, ModelSource, SmokeTest } from '../../../lib/index';

/**
 * Imports a model from weights that exist in the account, looks at them before, waits until the model has
 * answered, and shows it on a dashboard: `WEIGHTS` is their URI. The snapshot is made without it.
 */
const app = new App();
const stack = new Stack(app, 'SmokeTestInteg');
const model = new ImportedModel(stack, 'Model', {
  source: ModelSource.fromS3Uri(process.env.WEIGHTS ?? 's3://amzn-s3-demo-bucket/weights/'),
  smokeTest: SmokeTest.invokeModel({ body: { prompt: 'Hello', max_tokens: 4 } }),
});
new ImportedModelDashboard(stack, 'Dashboard', { models: [model] });

const test = new IntegTest(app, 'SmokeTestTest', { testCases: [stack], regions: ['us-east-1'] });

test.assertions
  .awsApiCall('Bedrock', 'getImportedModel', { modelIdentifier: model.importedModelArn })
  .expect(ExpectedResult.objectLike({ modelArchitecture: model.modelArchitecture }));
