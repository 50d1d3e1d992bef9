import { App, Duration, NestedStack, Stack, type Environment } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { ModelImportProvider, type ModelImportProviderProps } from '../../../lib/index';
import { addModel, addWaiter, newProvider } from '../../support/constructs';
import {
  ENV,
  newStack,
  policyDocuments,
  resourcesOf,
  resourcesOfType,
  statementsAllowing,
} from '../../support/templates';

const FUNCTION = 'AWS::Lambda::Function';
const MACHINE = 'AWS::StepFunctions::StateMachine';

test('there are two functions on Node.js 24 and arm64 with JSON logs, one of them for models only', () => {
  const { stack, provider } = newProvider();
  addModel(stack, { provider });
  const functions = resourcesOfType(stack, FUNCTION).map(({ Properties }) => Properties);
  expect(functions).toHaveLength(2);
  expect(resourcesOfType(newProvider().stack, FUNCTION)).toHaveLength(1);
  for (const properties of functions) {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON' },
    });
  }
});

test('nothing that it creates logs execution data or holds a ResponseURL', () => {
  const { stack } = newProvider();
  const [stateMachine] = resourcesOfType(stack, MACHINE);
  expect(stateMachine.Properties).not.toHaveProperty('LoggingConfiguration');
  expect(stateMachine.Properties).not.toHaveProperty('TracingConfiguration');
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('ResponseURL');
});

describe('permissions', () => {
  test('name their resources, none of them `*`', () => {
    const { stack } = newProvider();
    ModelImportProvider.getOrCreate(stack)._allowGetJob('a-name');
    const resources = policyDocuments(stack).flatMap(({ Statement }) => Statement.map((s) => s.Resource));
    expect(resources.length).toBeGreaterThan(0);
    expect(resources.flat()).not.toContain('*');
  });

  test('in a VPC, `*` is for looking at the network only', () => {
    const { stack } = newProvider((scope) => ({ vpc: new ec2.Vpc(scope, 'Vpc') }));
    const open = policyDocuments(stack)
      .flatMap(({ Statement }) => Statement)
      .filter(({ Resource }) => Resource === '*');
    expect(open).toHaveLength(1);
    for (const { Action } of open) {
      expect([Action].flat().every((action) => action.startsWith('ec2:Describe'))).toBe(true);
    }
  });

  test('to log are for the one log group', () => {
    const { stack, provider } = newProvider();
    const logGroup: unknown = stack.resolve(provider.logGroup.logGroupArn);
    const statements = statementsAllowing(stack, 'logs:PutLogEvents');
    expect(statements.map(({ Resource }) => Resource)).toEqual([logGroup]);
  });

  test('to start executions are for the one state machine, and there are no other ones for it', () => {
    const { stack, provider } = newProvider();
    const stateMachine: unknown = stack.resolve(provider.stateMachineArn);
    const statements = policyDocuments(stack)
      .flatMap(({ Statement }) => Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('states:'));
    expect(statements).toEqual([
      expect.objectContaining({ Action: 'states:StartExecution', Resource: stateMachine }),
    ]);
  });

  test('to invoke are for each function, in policies of their own', () => {
    const { stack, provider } = newProvider();
    addModel(stack, { provider });
    const functions = Object.entries(resourcesOf(stack)).filter(([, { Type }]) => Type === FUNCTION);
    expect(statementsAllowing(stack, 'lambda:InvokeFunction').map(({ Resource }) => Resource)).toEqual(
      functions.map(([id]) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
    );
  });

  test('to ask for jobs do not exist before somebody asks', () => {
    const { stack } = newProvider();
    expect(statementsAllowing(stack, 'bedrock:GetModelImportJob')).toEqual([]);
  });
});

describe('logs', () => {
  test('are kept for a month by default, in a group that goes with the stack', () => {
    const { stack } = newProvider();
    Template.fromStack(stack).hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 30 },
      DeletionPolicy: 'Delete',
    });
  });

  test('are kept as long as logRetention says', () => {
    const { stack } = newProvider(() => ({ logRetention: logs.RetentionDays.ONE_DAY }));
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 1 });
  });

  test('go to a group of your own, and no other is created', () => {
    const { stack, provider } = newProvider((scope) => ({
      logGroup: logs.LogGroup.fromLogGroupName(scope, 'Mine', '/mine'),
    }));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Logs::LogGroup', 0);
    template.allResourcesProperties(FUNCTION, { LoggingConfig: { LogGroup: '/mine' } });
    expect(provider.logGroup.logGroupName).toBe('/mine');
  });

  test('cannot have both a group of your own and a retention', () => {
    expect(() =>
      newProvider((scope) => ({
        logGroup: new logs.LogGroup(scope, 'Mine'),
        logRetention: logs.RetentionDays.ONE_DAY,
      })),
    ).toThrow(
      new Error(
        "'logRetention' is for the log group that the provider creates: it cannot be used with 'logGroup'",
      ),
    );
  });
});

describe('the provider of a stack', () => {
  const add = (stack: Stack): void => {
    addWaiter(stack, { timeout: Duration.hours(2) });
    addModel(stack);
  };

  test('is one, whoever asks for it', () => {
    const stack = newStack();
    expect(ModelImportProvider.getOrCreate(stack)).toBe(ModelImportProvider.getOrCreate(stack));
  });

  test('is made with props before the first waiter, and found without them', () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const provider = ModelImportProvider.getOrCreate(stack, {
      vpc,
      vpcSubnets: { subnets: vpc.privateSubnets },
    });
    add(stack);
    expect(ModelImportProvider.getOrCreate(stack)).toBe(provider);
    expect(
      ModelImportProvider.getOrCreate(stack, { vpc, vpcSubnets: { subnets: [...vpc.privateSubnets] } }),
    ).toBe(provider);
    Template.fromStack(stack).resourceCountIs(MACHINE, 1);
  });

  test.each<[string, ModelImportProviderProps | undefined, ModelImportProviderProps]>([
    ['some, after a waiter made it with none', undefined, { tracing: true }],
    ['others', { reservedConcurrentExecutions: 2 }, { reservedConcurrentExecutions: 3 }],
  ])('cannot be asked for with other props: %s', (_, first, then) => {
    const stack = newStack();
    ModelImportProvider.getOrCreate(stack, first);
    expect(() => ModelImportProvider.getOrCreate(stack, then)).toThrow(
      new Error(
        'Stack/BedrockModelImportProvider exists with other props: choose them before the first waiter or model of the stack',
      ),
    );
  });

  test.each<[string, ModelImportProviderProps | undefined, ModelImportProviderProps | undefined]>([
    ['no props, as Python sends them, after some', { tracing: true }, {}],
    ['props without values', { tracing: true }, { tracing: undefined, vpc: undefined }],
    ['a default after nothing', {}, { tracing: false }],
    ['nothing after a default', { tracing: false }, undefined],
    ['another default', undefined, { stateMachineLogLevel: sfn.LogLevel.OFF }],
    ['the default retention', {}, { logRetention: logs.RetentionDays.ONE_MONTH }],
    [
      'the same beside a default',
      { tracing: true },
      { tracing: true, stateMachineLogLevel: sfn.LogLevel.OFF },
    ],
  ])('is found with what means the same: %s', (_, first, then) => {
    const stack = newStack();
    const provider = ModelImportProvider.getOrCreate(stack, first);
    expect(ModelImportProvider.getOrCreate(stack, then)).toBe(provider);
  });

  test('can have other settings later, and no model is imported again: what CloudFormation compares is the same', () => {
    const before = newStack();
    add(before);
    const after = newStack();
    ModelImportProvider.getOrCreate(after, {
      vpc: new ec2.Vpc(after, 'Vpc'),
      encryptionKey: new kms.Key(after, 'Key'),
      stateMachineLogLevel: sfn.LogLevel.ALL,
      tracing: true,
      reservedConcurrentExecutions: 3,
      deadLetterQueue: new sqs.Queue(after, 'Queue'),
      waiterRole: new iam.Role(after, 'WaiterRole', {
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      }),
    });
    add(after);
    const [old, next] = [before, after].map(resourcesOf);
    const served = Object.keys(old).filter((id) => old[id].Type.startsWith('Custom::'));
    expect(served).toHaveLength(5);
    for (const id of served) {
      expect(next[id].Properties).toEqual(old[id].Properties);
    }
    // What these properties name is updated in place: it keeps its logical ID, its type and its name.
    for (const id of Object.keys(old).filter((name) => [FUNCTION, MACHINE].includes(old[name].Type))) {
      expect(next[id].Type).toBe(old[id].Type);
      expect(next[id].Properties).not.toHaveProperty('FunctionName');
      expect(next[id].Properties).not.toHaveProperty('StateMachineName');
    }
  });
});

describe('metrics of the waits', () => {
  test.each([
    ['ImportDuration', 'Average', (provider: ModelImportProvider) => provider.metricImportDuration()],
    ['AnswerDelay', 'Average', (provider: ModelImportProvider) => provider.metricAnswerDelay()],
    ['Polls', 'Sum', (provider: ModelImportProvider) => provider.metricPolls()],
    ['Failures', 'Sum', (provider: ModelImportProvider) => provider.metricFailures()],
  ])('%s is the %s of the stack', (metricName, statistic, metricOf) => {
    expect(metricOf(newProvider().provider)).toMatchObject({
      namespace: 'BedrockModelImport',
      metricName,
      statistic,
      dimensions: { StackName: 'Stack' },
    });
  });

  test('can be looked at another way', () => {
    const metric = newProvider().provider.metricImportDuration({ statistic: 'Maximum' });
    expect(metric).toMatchObject({ statistic: 'Maximum' });
  });
});

describe('a provider', () => {
  let app: App;
  beforeEach(() => {
    app = new App();
  });

  const stackOf = (id: string, env: Environment = ENV): Stack => new Stack(app, id, { env });
  const message = (own: string, other: string): string =>
    `'provider' must be of the same stack as what it serves, ${own}, got: one of ${other}; make another there, or leave it out`;

  test.each<[string, () => [Stack, Stack]]>([
    ['another stack', () => [stackOf('Own'), stackOf('Other')]],
    ['another Region', () => [stackOf('Own'), stackOf('Other', { ...ENV, region: 'us-west-2' })]],
    [
      'the stack around a nested one',
      () => {
        const parent = stackOf('Parent');
        return [new NestedStack(parent, 'Nested'), parent];
      },
    ],
  ])('of %s cannot serve', (_, stacks) => {
    const [stack, other] = stacks();
    const provider = new ModelImportProvider(other, 'Provider');
    expect(() => addModel(stack, { provider })).toThrow(message(stack.node.path, other.node.path));
    expect(() => addWaiter(stack, { provider })).toThrow(message(stack.node.path, other.node.path));
  });

  test('of the same stack serves whatever lies in it, and metrics carry its name', () => {
    const stack = stackOf('Own');
    const provider = new ModelImportProvider(stack, 'Provider');
    addModel(new iam.Role(stack, 'Scope', { assumedBy: new iam.AccountRootPrincipal() }), { provider });
    expect(provider.metricFailures().dimensions).toEqual({ StackName: 'Own' });
  });
});
