import { App, CfnOutput, NestedStack, Stack, type Environment } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ImportedModel, ModelImportJobWaiter, ModelSource } from '../../../lib/index';
import { ENV } from '../../support/templates';

const SOURCE = ModelSource.s3Uri('s3://weights/llama/');
const EXPORT_WARNING = 'cdk-bedrock-model-import:export';

let app: App;
beforeEach(() => {
  app = new App();
});

const newStack = (id: string, env: Environment = ENV, crossRegionReferences = false): Stack =>
  new Stack(app, id, { env, crossRegionReferences });
const own = (scope: Construct, id: string): ImportedModel => new ImportedModel(scope, id, { source: SOURCE });

/** The paths of the constructs that warn of an export. */
function warned(): string[] {
  app.synth();
  return app.node
    .findAll()
    .filter(({ node }) => node.metadata.some(({ data }) => String(data).includes(EXPORT_WARNING)))
    .map(({ node }) => node.path);
}

const use = (stack: Stack, value: string): unknown =>
  new ssm.StringParameter(stack, 'Use', { stringValue: value });

describe('an export of what the next import changes brings a warning', () => {
  test('of an owned model in another stack', () => {
    use(newStack('Other'), own(newStack('Models'), 'Llama').importedModelArn);
    expect(warned()).toEqual(['Models/Llama/Waiter']);
  });

  test('of a job that the deployment does not wait for', () => {
    const props = { source: SOURCE, waitForCompletion: false };
    use(newStack('Other'), new ImportedModel(newStack('Models'), 'Llama', props).jobArn);
    expect(warned()).toEqual(['Models/Llama']);
  });

  test('of a waiter', () => {
    const waiter = new ModelImportJobWaiter(newStack('Models'), 'Import', { jobIdentifier: 'job' });
    use(newStack('Other'), waiter.importedModelArn);
    expect(warned()).toEqual(['Models/Import']);
  });

  test('of a grant to a role of another stack', () => {
    const caller = new iam.Role(newStack('Other'), 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
    own(newStack('Models'), 'Llama').grantInvoke(caller);
    expect(warned()).toEqual(['Models/Llama/Waiter']);
  });

  test('of a part of a text', () => {
    use(newStack('Other'), `model=${own(newStack('Models'), 'Llama').importedModelArn}`);
    expect(warned()).toEqual(['Models/Llama/Waiter']);
  });

  test('by an output with a name of its own', () => {
    const models = newStack('Models');
    const value = `is ${own(models, 'Llama').importedModelArn}`;
    new CfnOutput(models, 'Output', { value, exportName: 'llama' });
    expect(warned()).toEqual(['Models/Llama/Waiter']);
  });

  test('out of a nested stack', () => {
    const nested = new NestedStack(newStack('Models'), 'Nested');
    use(newStack('Other'), own(nested, 'Llama').importedModelArn);
    expect(warned()).toEqual(['Models/Nested/Llama/Waiter']);
  });

  test('to another Region', () => {
    const models = newStack('Models', ENV, true);
    use(newStack('Other', { ...ENV, region: 'us-west-2' }, true), own(models, 'Llama').importedModelArn);
    expect(warned()).toEqual(['Models/Llama/Waiter']);
  });
});

describe('there is no warning', () => {
  test('of what stays in its stack, or goes to one that is nested in it', () => {
    const models = newStack('Models');
    const model = own(models, 'Llama');
    use(models, model.importedModelArn);
    use(new NestedStack(models, 'Nested'), model.importedModelArn);
    new CfnOutput(models, 'Output', { value: model.importedModelArn });
    expect(warned()).toEqual([]);
  });

  test('of a model whose neighbour is exported', () => {
    const models = newStack('Models');
    own(models, 'Llama');
    use(newStack('Other'), own(models, 'Qwen').importedModelArn);
    expect(warned()).toEqual(['Models/Qwen/Waiter']);
  });

  test('of a model that is handed over by a parameter', () => {
    const models = newStack('Models');
    const parameterName = '/models/llama';
    new ssm.StringParameter(models, 'Parameter', {
      parameterName,
      stringValue: own(models, 'Llama').importedModelArn,
    });
    const other = newStack('Other');
    other.addDependency(models);
    const arn = ssm.StringParameter.valueForStringParameter(other, parameterName);
    const caller = new iam.Role(other, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
    ImportedModel.fromImportedModelArn(other, 'Llama', arn).grantInvoke(caller);

    expect(warned()).toEqual([]);
    Template.fromStack(models).templateMatches(Match.objectLike({ Outputs: Match.absent() }));
  });
});
