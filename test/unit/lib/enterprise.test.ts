import { App, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ModelImportProvider, type ModelImportProviderProps } from '../../../lib/index';
import { addModel, addWaiter } from '../../support/constructs';
import { WAITER_TYPE } from '../../support/resource-types';
import { ENV, type Statement } from '../../support/templates';

/** A stack with a waiter whose provider is made by hand. */
function newStack(props: (stack: Stack) => ModelImportProviderProps = () => ({})) {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const provider = new ModelImportProvider(stack, 'Provider', props(stack));
  addWaiter(stack, { provider });
  return { stack, provider, template: () => Template.fromStack(stack) };
}

const roleOf = (stack: Stack, name: string) =>
  iam.Role.fromRoleArn(stack, name, `arn:aws:iam::123456789012:role/${name}`, { mutable: false });

test('a permissions boundary reaches every role', () => {
  const { stack, template } = newStack();
  const boundary = iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary');
  iam.PermissionsBoundary.of(stack).apply(boundary);
  template().allResourcesProperties('AWS::IAM::Role', {
    PermissionsBoundary: stack.resolve(boundary.managedPolicyArn) as object,
  });
  expect(Object.keys(template().findResources('AWS::IAM::Role'))).toHaveLength(2);
});

/** What the policies of a role allow. */
function actionsOf(template: Template, role: string): string[] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy')) as {
    Properties: { Roles: unknown; PolicyDocument: { Statement: Statement[] } };
  }[];
  return policies
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement.flatMap(({ Action }) => Action));
}

describe('roles that are made elsewhere', () => {
  const given = (stack: Stack): ModelImportProviderProps => ({
    waiterRole: roleOf(stack, 'waiter'),
    stateMachineRole: roleOf(stack, 'state-machine'),
  });

  test('serve everything, and no role or policy is made or changed', () => {
    const { provider, template } = newStack(given);
    template().resourceCountIs('AWS::IAM::Role', 0);
    template().resourceCountIs('AWS::IAM::Policy', 0);
    template().allResourcesProperties('AWS::Lambda::Function', {
      Role: 'arn:aws:iam::123456789012:role/waiter',
    });
    template().hasResourceProperties('AWS::StepFunctions::StateMachine', {
      RoleArn: 'arn:aws:iam::123456789012:role/state-machine',
    });
    expect(provider.waiterRole.roleArn).toBe('arn:aws:iam::123456789012:role/waiter');
  });

  test('are given what they need when they take policies', () => {
    const assumedBy = new iam.ServicePrincipal('lambda.amazonaws.com');
    const { template } = newStack((stack) => ({
      waiterRole: new iam.Role(stack, 'MyWaiterRole', { assumedBy }),
    }));
    expect(actionsOf(template(), 'MyWaiterRole').sort()).toEqual([
      'bedrock:GetImportedModel',
      'bedrock:GetModelImportJob',
      'bedrock:ListImportedModels',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'states:StartExecution',
    ]);
  });

  test('serve an imported model, too', () => {
    const { stack, provider, template } = newStack((scope) => ({
      ...given(scope),
      modelRole: roleOf(scope, 'model'),
    }));
    addModel(stack, { provider, role: roleOf(stack, 'import'), kmsKey: new kms.Key(stack, 'Key') });
    template().resourceCountIs('AWS::IAM::Role', 0);
    template().resourceCountIs('AWS::IAM::Policy', 0);
    template().hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('deletes imported models'),
      Role: 'arn:aws:iam::123456789012:role/model',
    });
  });

  test('are given what the life of an imported model takes when they take policies', () => {
    const { stack, provider, template } = newStack((scope) => ({
      modelRole: new iam.Role(scope, 'MyModelRole', {
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      }),
    }));
    addModel(stack, { provider, kmsKey: new kms.Key(stack, 'Key') });
    expect([...new Set(actionsOf(template(), 'MyModelRole'))].sort()).toEqual([
      'bedrock:CreateModelImportJob',
      'bedrock:DeleteImportedModel',
      'bedrock:GetImportedModel',
      'bedrock:GetModelImportJob',
      'bedrock:ListImportedModels',
      'bedrock:ListModelImportJobs',
      'bedrock:TagResource',
      'bedrock:UntagResource',
      'cloudformation:DescribeStackEvents',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'iam:PassRole',
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
    ]);
  });
});

test('functions in a VPC without egress reach everything by endpoints', () => {
  const { template } = newStack((scope) => {
    const vpc = new ec2.Vpc(scope, 'Vpc', {
      subnetConfiguration: [{ name: 'private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
    vpc.addInterfaceEndpoint('Bedrock', { service: ec2.InterfaceVpcEndpointAwsService.BEDROCK });
    vpc.addInterfaceEndpoint('States', { service: ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS });
    return { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } };
  });
  template().allResourcesProperties('AWS::Lambda::Function', { VpcConfig: { SubnetIds: Match.anyValue() } });
  const endpoints = Object.keys(template().findResources('AWS::EC2::VPCEndpoint'));
  expect(endpoints).toHaveLength(3);
  const [waiter] = Object.values(template().findResources(WAITER_TYPE));
  expect(waiter.DependsOn).toEqual(expect.arrayContaining(endpoints));
  template().hasResourceProperties('AWS::IAM::Role', {
    Policies: [
      Match.objectLike({
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Action: Match.arrayWith(['ec2:CreateNetworkInterface']) }),
          ]),
        },
      }),
    ],
  });
});

test('tags reach everything that can have them', () => {
  const { stack, template } = newStack();
  Tags.of(stack).add('cost-center', '42');
  for (const type of [
    'AWS::IAM::Role',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::StepFunctions::StateMachine',
  ]) {
    template().allResourcesProperties(type, {
      Tags: Match.arrayWith([{ Key: 'cost-center', Value: '42' }]),
    });
  }
});
