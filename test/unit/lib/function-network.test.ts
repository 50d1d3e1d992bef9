import { Aspects, PropertyInjectors, type IAspect, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { ModelImportProvider } from '../../../lib/index';
import { addModel, addWaiter, newProvider } from '../../support/constructs';
import { ENV, newStack, resourcesOf, resourcesOfType, statementsAllowing } from '../../support/templates';

const FUNCTION = 'AWS::Lambda::Function';
const NETWORK = { SubnetIds: ['subnet-0123456789abcdef0'], SecurityGroupIds: ['sg-0123456789abcdef0'] };

describe('vpc', () => {
  test('is none by default', () => {
    const { stack } = newProvider();
    Template.fromStack(stack).allResourcesProperties(FUNCTION, { VpcConfig: Match.absent() });
  });

  test('places the functions in its private subnets, each with a security group', () => {
    const { stack, provider } = newProvider((scope) => ({ vpc: new ec2.Vpc(scope, 'Vpc') }));
    addModel(stack, { provider });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 2);
    template.allResourcesProperties(FUNCTION, {
      VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
    });
    expect(statementsAllowing(stack, 'ec2:CreateNetworkInterface')).toHaveLength(2);
  });

  test('with vpcSubnets places the functions there', () => {
    const { stack } = newProvider((scope) => {
      const vpc = new ec2.Vpc(scope, 'Vpc', {
        subnetConfiguration: [{ name: 'inner', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      });
      return { vpc, vpcSubnets: { subnets: [vpc.isolatedSubnets[0]] } };
    });
    const subnets = resourcesOfType(stack, FUNCTION).map(
      ({ Properties }) => (Properties.VpcConfig as { SubnetIds: unknown[] }).SubnetIds,
    );
    expect(subnets.map((ids) => ids.length)).toEqual([1]);
  });

  test('with securityGroups uses those and creates none', () => {
    const { stack } = newProvider((scope) => {
      const vpc = new ec2.Vpc(scope, 'Vpc');
      const group = ec2.SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-12345678');
      return { vpc, securityGroups: [group] };
    });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    template.allResourcesProperties(FUNCTION, { VpcConfig: { SecurityGroupIds: ['sg-12345678'] } });
  });

  test('is required by vpcSubnets and securityGroups', () => {
    expect(() => newProvider(() => ({ vpcSubnets: {} }))).toThrow(
      new Error("'vpcSubnets' can only be used with 'vpc'"),
    );
    expect(() => newProvider(() => ({ securityGroups: [] }))).toThrow(
      new Error("'securityGroups' can only be used with 'vpc'"),
    );
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
      expect(statementsAllowing(stack, 'ec2:CreateNetworkInterface')).toHaveLength(2);
      const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter((role) =>
        JSON.stringify(role).includes('ec2:CreateNetworkInterface'),
      );
      expect(roles).toHaveLength(2);
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
    expect(statementsAllowing(stack, 'ec2:CreateNetworkInterface')).toHaveLength(2);
  });

  test('that an aspect put there with a role made elsewhere have network interfaces', () => {
    const stack = newStack();
    const waiterRole = new iam.Role(stack, 'Mine', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    addAll(stack, new ModelImportProvider(stack, 'Provider', { waiterRole }));
    Aspects.of(stack).add(asProperty);
    const resources = resourcesOf(stack);
    const [policyId] = Object.entries(resources).find(
      ([id, { Properties }]) =>
        id.startsWith('Mine') && JSON.stringify(Properties).includes('ec2:CreateNetworkInterface'),
    )!;
    const [, waiter] = Object.entries(resources).find(
      ([id, { Type }]) => id.includes('Waiter') && Type === FUNCTION,
    )!;
    expect(waiter.DependsOn).toContain(policyId);
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
