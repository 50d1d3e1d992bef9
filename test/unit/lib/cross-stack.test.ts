import { CfnOutput, Fn, NestedStack, Stack, Stage, CfnResource } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ImportedModel, ModelImportJobWaiter } from '../../../lib/index';
import { own, SOURCE, use, useApp } from '../../support/cross-stack';
import { ENV } from '../../support/templates';

const apps = useApp();
const { newStack, warned, messageOf } = apps;

describe('an export of what the next import changes brings a warning', () => {
  test('of an owned model in another stack', () => {
    use(newStack('Other'), own(newStack('Models'), 'Llama').importedModelArn);
    expect(warned()).toEqual(['Models/Llama']);
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
    expect(warned()).toEqual(['Models/Llama']);
  });

  test('of a part of a text', () => {
    use(newStack('Other'), `model=${own(newStack('Models'), 'Llama').importedModelArn}`);
    expect(warned()).toEqual(['Models/Llama']);
  });

  test('by an output with a name of its own, which another stack imports', () => {
    const models = newStack('Models');
    const value = `is ${own(models, 'Llama').importedModelArn}`;
    new CfnOutput(models, 'Output', { value, exportName: 'llama' });
    use(newStack('Other'), Fn.importValue('llama'));
    expect(warned()).toEqual(['Models/Llama']);
  });

  test('out of a nested stack', () => {
    const nested = new NestedStack(newStack('Models'), 'Nested');
    use(newStack('Other'), own(nested, 'Llama').importedModelArn);
    expect(warned()).toEqual(['Models/Nested/Llama']);
  });

  test('to another Region', () => {
    const models = newStack('Models', ENV, true);
    use(newStack('Other', { ...ENV, region: 'us-west-2' }, true), own(models, 'Llama').importedModelArn);
    expect(warned()).toEqual(['Models/Llama']);
  });
});

test('the warning names both stacks and the way out', () => {
  use(newStack('Other'), own(newStack('Models'), 'Llama').importedModelArn);
  expect(warned()).toEqual(['Models/Llama']);
  const message = messageOf('Models/Llama');
  for (const part of ['Other', 'Models', 'publishArn', 'fromParameterName', 'docs/handing-a-model-over.md']) {
    expect(message).toContain(part);
  }
});

test('the stacks of a stage warn like those of an app', () => {
  const stage = new Stage(apps.app, 'Stage', { env: ENV });
  use(new Stack(stage, 'Other'), own(new Stack(stage, 'Models'), 'Llama').importedModelArn);
  expect(warned()).toEqual(['Stage/Models/Llama']);
});

test('what depends on the default child of a model waits for the start of its import only', () => {
  const models = newStack('Models');
  const model = own(models, 'Llama');
  const start = model.node.defaultChild as CfnResource;
  const early = new CfnResource(models, 'Early', { type: 'Custom::Early' });
  const late = new CfnResource(models, 'Late', { type: 'Custom::Late' });
  early.addDependency(start);
  late.node.addDependency(model);
  const { Resources } = Template.fromStack(models).toJSON() as {
    Resources: Record<string, { DependsOn: string[] }>;
  };
  const wait = models.getLogicalId(model.node.findChild('Waiter').node.defaultChild as CfnResource);
  expect(Resources.Early.DependsOn).toEqual([models.getLogicalId(start)]);
  expect(Resources.Late.DependsOn).toContain(wait);
});

describe('there is no warning', () => {
  test('of an export that nobody imports', () => {
    const models = newStack('Models');
    new CfnOutput(models, 'Output', { value: own(models, 'Llama').importedModelArn, exportName: 'llama' });
    expect(warned()).toEqual([]);
  });

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
    expect(warned()).toEqual(['Models/Qwen']);
  });

  test('of a model that is handed over by a parameter', () => {
    const models = newStack('Models');
    own(models, 'Llama').publishArn('/models/llama');
    const other = newStack('Other');
    const caller = new iam.Role(other, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
    ImportedModel.fromParameterName(other, 'Llama', '/models/llama').grantInvoke(caller);

    expect(warned('cdk-bedrock-model-import:')).toEqual([]);
    Template.fromStack(models).templateMatches(Match.objectLike({ Outputs: Match.absent() }));
  });
});
