import { App, CfnOutput, NestedStack, Stack, type Environment } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ImportedModel, ModelImportJobWaiter, ModelImportProvider, ModelSource } from '../../lib/index';
import { ENV } from '../support/templates';

const SOURCE = ModelSource.s3Uri('s3://weights/llama/');
const EXPORT_WARNING = 'cdk-bedrock-model-import:export';

let app: App;
beforeEach(() => {
  app = new App();
});

const newStack = (id: string, env: Environment = ENV, crossRegionReferences = false): Stack =>
  new Stack(app, id, { env, crossRegionReferences });
const own = (scope: Construct, id: string, provider?: ModelImportProvider): ImportedModel =>
  new ImportedModel(scope, id, { source: SOURCE, provider });

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

describe('a provider', () => {
  const message = (own: string, other: string): string =>
    `'provider' must be of the same stack as what it serves, ${own}, got: one of ${other}; make another there, or leave it out`;

  test.each<[string, () => [Stack, Stack]]>([
    ['another stack', () => [newStack('Own'), newStack('Other')]],
    ['another Region', () => [newStack('Own'), newStack('Other', { ...ENV, region: 'us-west-2' })]],
    [
      'the stack around a nested one',
      () => {
        const parent = newStack('Parent');
        return [new NestedStack(parent, 'Nested'), parent];
      },
    ],
  ])('of %s cannot serve', (_, stacks) => {
    const [stack, other] = stacks();
    const provider = new ModelImportProvider(other, 'Provider');
    expect(() => own(stack, 'Llama', provider)).toThrow(message(stack.node.path, other.node.path));
    expect(() => new ModelImportJobWaiter(stack, 'Wait', { jobIdentifier: 'job', provider })).toThrow(
      message(stack.node.path, other.node.path),
    );
  });

  test('of the same stack serves whatever lies in it, and metrics carry its name', () => {
    const stack = newStack('Own');
    const provider = new ModelImportProvider(stack, 'Provider');
    own(new iam.Role(stack, 'Scope', { assumedBy: new iam.AccountRootPrincipal() }), 'Llama', provider);
    expect(provider.metricFailures().dimensions).toEqual({ StackName: 'Own' });
  });
});

describe('a job of another account', () => {
  const jobIdentifier = 'arn:aws:bedrock:us-east-1:222233334444:model-import-job/abc123def456';
  const POLL_ROLE = Match.objectLike({
    'Fn::Join': [
      '',
      ['arn:', { Ref: 'AWS::Partition' }, Match.stringLikeRegexp(`^:iam::${ENV.account}:role/`)],
    ],
  });

  /** A stack that waits as a role of a stack of another account, which trusts a principal. */
  function newStacks(assumedBy: (provider: ModelImportProvider) => iam.IPrincipal): Stack {
    const stack = newStack('Waits');
    const other = newStack('Jobs', { ...ENV, account: '222233334444' });
    const provider = ModelImportProvider.getOrCreate(stack);
    const role = new iam.Role(other, 'Reader', { roleName: 'reader', assumedBy: assumedBy(provider) });
    new ModelImportJobWaiter(stack, 'Import', { jobIdentifier, role });
    app.synth();
    return other;
  }

  test('is asked for as a role that trusts the poll function', () => {
    const other = newStacks(({ pollRole }) => pollRole);
    Template.fromStack(other).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { AWS: POLL_ROLE } })] },
    });
  });

  test('is asked for as a role that trusts the account for the poll function, which need not exist yet', () => {
    const other = newStacks(({ pollRole }) =>
      new iam.AccountPrincipal(ENV.account).withConditions({
        ArnEquals: { 'aws:PrincipalArn': pollRole.roleArn },
      }),
    );
    Template.fromStack(other).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({ Condition: { ArnEquals: { 'aws:PrincipalArn': POLL_ROLE } } })],
      },
    });
  });

  test('gives the poll role no name where nobody needs it', () => {
    const stack = newStack('Waits');
    new ModelImportJobWaiter(stack, 'Import', { jobIdentifier: 'job' });
    Template.fromStack(stack).allResourcesProperties('AWS::IAM::Role', { RoleName: Match.absent() });
  });
});
