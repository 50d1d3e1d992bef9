import { Aspects, Duration, PropertyInjectors, type IAspect, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { ModelImportProvider, type ModelImportProviderProps } from '../../lib/index';
import { addModel, addWaiter } from '../support/constructs';
import { ENV, newStack, resourcesOf, statementsAllowing } from '../support/templates';

const MACHINE = 'AWS::StepFunctions::StateMachine';
const FUNCTION = 'AWS::Lambda::Function';
const NETWORK = { SubnetIds: ['subnet-0123456789abcdef0'], SecurityGroupIds: ['sg-0123456789abcdef0'] };

/** A provider with all its functions. */
function templateWith(props: (stack: Stack) => ModelImportProviderProps = () => ({})): Template {
  const stack = newStack();
  ModelImportProvider.getOrCreate(stack, props(stack));
  addModel(stack);
  const template = Template.fromStack(stack);
  template.resourceCountIs(FUNCTION, 3);
  return template;
}

describe('what checks ask for is off by default', () => {
  const template = templateWith();
  test.each([
    [MACHINE, 'LoggingConfiguration'],
    [MACHINE, 'TracingConfiguration'],
    [FUNCTION, 'TracingConfig'],
    [FUNCTION, 'ReservedConcurrentExecutions'],
    [FUNCTION, 'DeadLetterConfig'],
    [FUNCTION, 'VpcConfig'],
  ])('%s has no %s', (type, property) => {
    template.allResourcesProperties(type, { [property]: Match.absent() });
  });
});

describe('stateMachineLogLevel', () => {
  test('logs to the log group, and never the data of executions', () => {
    const template = templateWith(() => ({ stateMachineLogLevel: sfn.LogLevel.ALL }));
    template.hasResourceProperties(MACHINE, {
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [
          {
            CloudWatchLogsLogGroup: {
              LogGroupArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Logs'), 'Arn'] },
            },
          },
        ],
      },
    });
  });

  test('OFF is as if it were not given', () => {
    const off = templateWith(() => ({ stateMachineLogLevel: sfn.LogLevel.OFF }));
    expect(off.toJSON()).toEqual(templateWith().toJSON());
  });
});

test('tracing traces the functions and the state machine', () => {
  const template = templateWith(() => ({ tracing: true }));
  template.allResourcesProperties(FUNCTION, { TracingConfig: { Mode: 'Active' } });
  template.allResourcesProperties(MACHINE, { TracingConfiguration: { Enabled: true } });
});

describe('reservedConcurrentExecutions', () => {
  test('is that of each function', () => {
    const template = templateWith(() => ({ reservedConcurrentExecutions: 5 }));
    template.allResourcesProperties(FUNCTION, { ReservedConcurrentExecutions: 5 });
  });

  test.each([0, -1, 1.5, NaN])('cannot be %s', (reservedConcurrentExecutions) => {
    expect(() => templateWith(() => ({ reservedConcurrentExecutions }))).toThrow(
      new Error(
        `'reservedConcurrentExecutions' must be a whole number of 1 or more, got: ${reservedConcurrentExecutions}`,
      ),
    );
  });
});

describe('deadLetterQueue', () => {
  test('takes the events of the function that is called asynchronously, and of no other', () => {
    const template = templateWith((stack) => ({ deadLetterQueue: new sqs.Queue(stack, 'Queue') }));
    const withQueue = template.findResources(FUNCTION, {
      Properties: { DeadLetterConfig: Match.anyValue() },
    });
    expect(Object.keys(withQueue)).toEqual([expect.stringContaining('OnEvent')]);
  });

  test('may be written to, and its key used, before the function is created', () => {
    const stack = newStack();
    const encryptionMasterKey = new kms.Key(stack, 'QueueKey');
    ModelImportProvider.getOrCreate(stack, {
      deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey }),
    });
    expect(statementsAllowing(stack, 'sqs:SendMessage')).toHaveLength(1);
    const resources = Object.entries(resourcesOf(stack));
    const [, onEvent] = resources.find(([id, { Type }]) => id.includes('OnEvent') && Type === FUNCTION)!;
    const [policyId] = resources.find(([, { Properties }]) =>
      JSON.stringify(Properties).includes('sqs:SendMessage'),
    )!;
    expect(onEvent.DependsOn).toContain(policyId);
    expect(statementsAllowing(stack, 'kms:GenerateDataKey')).toHaveLength(1);
  });
});

describe('functions in a VPC', () => {
  /** Places all functions in a VPC as an aspect of a company might. */
  const asProperty: IAspect = {
    visit: (node: IConstruct) => {
      if (node instanceof lambda.CfnFunction) {
        node.vpcConfig = { subnetIds: NETWORK.SubnetIds, securityGroupIds: NETWORK.SecurityGroupIds };
      }
    },
  };
  const asOverride: IAspect = {
    visit: (node: IConstruct) => {
      if (node instanceof lambda.CfnFunction) {
        node.addPropertyOverride('VpcConfig', NETWORK);
      }
    },
  };

  function addAll(stack: Stack, provider?: ModelImportProvider): void {
    addWaiter(stack, { provider });
    addModel(stack, { provider });
  }

  test('that an aspect put there have network interfaces', () => {
    for (const aspect of [asProperty, asOverride]) {
      const stack = newStack();
      addAll(stack);
      Aspects.of(stack).add(aspect);
      expect(statementsAllowing(stack, 'ec2:CreateNetworkInterface')).toHaveLength(3);
      const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter((role) =>
        JSON.stringify(role).includes('ec2:CreateNetworkInterface'),
      );
      expect(roles).toHaveLength(3);
    }
  });

  test('that a property injector put there have network interfaces', () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc');
    PropertyInjectors.of(stack).add({
      constructUniqueId: lambda.Function.PROPERTY_INJECTION_ID,
      inject: (props: lambda.FunctionProps) => ({ ...props, vpc }),
    });
    addAll(stack);
    expect(statementsAllowing(stack, 'ec2:CreateNetworkInterface')).toHaveLength(3);
  });

  test('that an aspect put there with a role made elsewhere have network interfaces', () => {
    const stack = newStack();
    const onEventRole = new iam.Role(stack, 'Mine', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    addAll(stack, new ModelImportProvider(stack, 'Provider', { onEventRole }));
    Aspects.of(stack).add(asProperty);
    const resources = resourcesOf(stack);
    const [policyId] = Object.entries(resources).find(
      ([id, { Properties }]) =>
        id.startsWith('Mine') && JSON.stringify(Properties).includes('ec2:CreateNetworkInterface'),
    )!;
    const [, onEvent] = Object.entries(resources).find(
      ([id, { Type }]) => id.includes('OnEvent') && Type === FUNCTION,
    )!;
    expect(onEvent.DependsOn).toContain(policyId);
  });

  test('have them in their account, and subnets and security groups of any', () => {
    const stack = newStack({}, ENV);
    addAll(stack);
    Aspects.of(stack).add(asProperty);
    const [{ Resource, Action }] = statementsAllowing(stack, 'ec2:CreateNetworkInterface');
    const arn = (rest: string): object => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ec2:us-east-1:${rest}`]],
    });
    expect(Resource).toEqual([arn('123456789012:*/*'), arn('*:subnet/*'), arn('*:security-group/*')]);
    expect(Action).toEqual(expect.not.arrayContaining([expect.stringContaining('Describe')]));
  });

  test('are not given network interfaces otherwise', () => {
    const stack = newStack();
    addAll(stack);
    expect(JSON.stringify(resourcesOf(stack))).not.toContain('ec2:');
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
    ['none, after some', { tracing: true }, {}],
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
      pollRole: new iam.Role(after, 'PollRole', {
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
