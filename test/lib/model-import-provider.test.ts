import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ModelImportProvider, type ModelImportProviderProps } from '../../lib/index';
import { newStack, policyDocuments, resourcesOfType, statementsAllowing } from '../support/templates';

const FUNCTION = 'AWS::Lambda::Function';

/** A stack with a provider, whose props may need constructs of that stack. */
function withProvider(props: (stack: Stack) => ModelImportProviderProps = () => ({})): {
  stack: Stack;
  provider: ModelImportProvider;
} {
  const stack = newStack();
  return { stack, provider: new ModelImportProvider(stack, 'Provider', props(stack)) };
}

function functionProperties(stack: Stack): Record<string, unknown>[] {
  return resourcesOfType(stack, FUNCTION).map(({ Properties }) => Properties);
}

test('there are two functions on Node.js 24 and arm64 with JSON logs', () => {
  const { stack } = withProvider();
  const functions = functionProperties(stack);
  expect(functions).toHaveLength(2);
  for (const properties of functions) {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON' },
    });
  }
});

test('nothing that it creates logs execution data or holds a ResponseURL', () => {
  const { stack } = withProvider();
  const [stateMachine] = resourcesOfType(stack, 'AWS::StepFunctions::StateMachine');
  expect(stateMachine.Properties).not.toHaveProperty('LoggingConfiguration');
  expect(stateMachine.Properties).not.toHaveProperty('TracingConfiguration');
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('ResponseURL');
});

describe('permissions', () => {
  test('name their resources, none of them `*`', () => {
    const { stack } = withProvider();
    ModelImportProvider.getOrCreate(stack)._allowGetJob('a-name');
    const resources = policyDocuments(stack).flatMap(({ Statement }) => Statement.map((s) => s.Resource));
    expect(resources.length).toBeGreaterThan(0);
    expect(resources.flat()).not.toContain('*');
  });

  test('in a VPC, `*` is for looking at the network only', () => {
    const { stack } = withProvider((scope) => ({ vpc: new ec2.Vpc(scope, 'Vpc') }));
    const open = policyDocuments(stack)
      .flatMap(({ Statement }) => Statement)
      .filter(({ Resource }) => Resource === '*');
    expect(open).toHaveLength(2);
    for (const { Action } of open) {
      expect([Action].flat().every((action) => action.startsWith('ec2:Describe'))).toBe(true);
    }
  });

  test('to log are for the one log group', () => {
    const { stack, provider } = withProvider();
    const logGroup: unknown = stack.resolve(provider.logGroup.logGroupArn);
    const statements = statementsAllowing(stack, 'logs:PutLogEvents');
    expect(statements.map(({ Resource }) => Resource)).toEqual([logGroup, logGroup]);
  });

  test('to start and find executions are for the one state machine', () => {
    const { stack, provider } = withProvider();
    const stateMachine: unknown = stack.resolve(provider.stateMachineArn);
    for (const action of ['states:StartExecution', 'states:ListExecutions']) {
      expect(statementsAllowing(stack, action).map((s) => s.Resource)).toEqual([stateMachine]);
    }
  });

  test('to stop executions are for those of the one state machine', () => {
    const { stack } = withProvider();
    const [{ Resource }] = statementsAllowing(stack, 'states:StopExecution');
    expect(JSON.stringify(Resource)).toMatch(/:execution:.*StateMachine.*"Name".*":\*"/);
  });

  test('to invoke are for the two functions', () => {
    const { stack } = withProvider();
    const [{ Resource }] = statementsAllowing(stack, 'lambda:InvokeFunction');
    expect(Resource).toHaveLength(2);
  });

  test('to ask for jobs do not exist before somebody asks', () => {
    const { stack } = withProvider();
    expect(statementsAllowing(stack, 'bedrock:GetModelImportJob')).toEqual([]);
  });
});

describe('vpc', () => {
  test('is none by default', () => {
    const { stack } = withProvider();
    Template.fromStack(stack).allResourcesProperties(FUNCTION, { VpcConfig: Match.absent() });
  });

  test('places both functions in its private subnets, each with a security group', () => {
    const { stack } = withProvider((scope) => ({ vpc: new ec2.Vpc(scope, 'Vpc') }));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 2);
    template.allResourcesProperties(FUNCTION, {
      VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
    });
    expect(statementsAllowing(stack, 'ec2:CreateNetworkInterface')).toHaveLength(2);
  });

  test('with vpcSubnets places the functions there', () => {
    const { stack } = withProvider((scope) => {
      const vpc = new ec2.Vpc(scope, 'Vpc', {
        subnetConfiguration: [{ name: 'inner', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      });
      return { vpc, vpcSubnets: { subnets: [vpc.isolatedSubnets[0]] } };
    });
    const subnets = functionProperties(stack).map(
      ({ VpcConfig }) => (VpcConfig as { SubnetIds: unknown[] }).SubnetIds,
    );
    expect(subnets.map((ids) => ids.length)).toEqual([1, 1]);
  });

  test('with securityGroups uses those and creates none', () => {
    const { stack } = withProvider((scope) => {
      const vpc = new ec2.Vpc(scope, 'Vpc');
      const group = ec2.SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-12345678');
      return { vpc, securityGroups: [group] };
    });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    template.allResourcesProperties(FUNCTION, { VpcConfig: { SecurityGroupIds: ['sg-12345678'] } });
  });

  test('is required by vpcSubnets and securityGroups', () => {
    expect(() => withProvider(() => ({ vpcSubnets: {} }))).toThrow(
      new Error("'vpcSubnets' can only be used with 'vpc'"),
    );
    expect(() => withProvider(() => ({ securityGroups: [] }))).toThrow(
      new Error("'securityGroups' can only be used with 'vpc'"),
    );
  });
});

describe('logs', () => {
  test('are kept for a month by default, in a group that goes with the stack', () => {
    const { stack } = withProvider();
    Template.fromStack(stack).hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 30 },
      DeletionPolicy: 'Delete',
    });
  });

  test('are kept as long as logRetention says', () => {
    const { stack } = withProvider(() => ({ logRetention: logs.RetentionDays.ONE_DAY }));
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 1 });
  });

  test('go to a group of your own, and no other is created', () => {
    const { stack, provider } = withProvider((scope) => ({
      logGroup: logs.LogGroup.fromLogGroupName(scope, 'Mine', '/mine'),
    }));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Logs::LogGroup', 0);
    template.allResourcesProperties(FUNCTION, { LoggingConfig: { LogGroup: '/mine' } });
    expect(provider.logGroup.logGroupName).toBe('/mine');
  });

  test('cannot have both a group of your own and a retention', () => {
    expect(() =>
      withProvider((scope) => ({
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
