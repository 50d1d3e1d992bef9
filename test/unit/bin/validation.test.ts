import { readFileSync } from 'fs';
import { App, Stack } from 'aws-cdk-lib';
import { OwnedModelStack } from '../../../bin/owned-model-stack';
import { SampleStack } from '../../../bin/sample-stack';
import { lockedDown } from '../../../scripts/lint/samples';
import { JOB_ARN } from '../../support/job';

/** The only test with the template validation of the CDK, which the others do without to save time. */

const { CDK_VALIDATION } = process.env;
beforeAll(() => delete process.env.CDK_VALIDATION);
afterAll(() => {
  process.env.CDK_VALIDATION = CDK_VALIDATION;
});

/** An app as `cdk init` creates it: with all flags that it writes, one of which turns violations into errors. */
function newApp(): App {
  const flags = readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8');
  return new App({ context: JSON.parse(flags) as Record<string, unknown> });
}

test('the samples pass the validation of the CDK, with the flags of a new app', () => {
  const app = newApp();
  new SampleStack(app, 'Wait', { jobIdentifier: JOB_ARN });
  new OwnedModelStack(app, 'Own', { source: 's3://weights/llama/', version: '1' });
  lockedDown(app);
  // The CDK warns of a subnet that is given by its ID.
  const print = jest.spyOn(console, 'error').mockReturnValue();
  expect(() => app.synth()).not.toThrow();
  print.mockRestore();
}, 120_000);

test('what breaks a rule does not pass', () => {
  const app = newApp();
  new Stack(app, 'Empty');
  expect(() => app.synth()).toThrow('Resources section must exist and be non-empty');
});
