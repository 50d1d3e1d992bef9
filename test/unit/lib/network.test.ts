import { NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ModelImportProvider, type ImportedModel } from '../../../lib/index';
import { addModel } from '../../support/constructs';
import { MODEL_TYPE } from '../../support/resource-types';
import { ENV, newStack, resourcesOfType } from '../../support/templates';

let stack: Stack;
let vpc: ec2.Vpc;
beforeEach(() => {
  stack = newStack({}, ENV);
  vpc = new ec2.Vpc(stack, 'Vpc', {
    maxAzs: 1,
    gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
  });
});

const own = (): ImportedModel =>
  addModel(stack, { provider: new ModelImportProvider(stack, 'Provider', { vpc }), vpc });

const endpoint = (id: string, service: ec2.InterfaceVpcEndpointAwsService): ec2.InterfaceVpcEndpoint =>
  vpc.addInterfaceEndpoint(id, { service });

/** The resources of the VPC that the model waits for, by the ends of their paths. */
function waitedFor(): string[] {
  const { DependsOn = [] } = resourcesOfType(stack, MODEL_TYPE)[0];
  return DependsOn.filter((id) => id.startsWith('Vpc'));
}

test('an endpoint whose policy names the model waits for the model', () => {
  const runtime = endpoint('Runtime', ec2.InterfaceVpcEndpointAwsService.BEDROCK_RUNTIME);
  runtime.addToPolicy(
    new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions: ['bedrock:InvokeModel'],
      resources: [own().importedModelArn],
    }),
  );
  // Assertions refuse a circle.
  expect(() => Template.fromStack(stack)).not.toThrow();
  expect(waitedFor().filter((id) => id.includes('Runtime'))).toEqual([]);
});

test('a model waits for the endpoints that its functions and jobs use', () => {
  endpoint('Bedrock', ec2.InterfaceVpcEndpointAwsService.BEDROCK);
  endpoint('States', ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS);
  endpoint('Events', ec2.InterfaceVpcEndpointAwsService.CLOUDFORMATION);
  endpoint('Sts', ec2.InterfaceVpcEndpointAwsService.STS);
  endpoint('Logs', ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS);
  own();
  const ids = Object.keys(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint'));
  const used = ids.filter((id) => !id.includes('Logs'));
  expect(used).toHaveLength(5);
  expect(waitedFor()).toEqual(expect.arrayContaining(used));
  expect(waitedFor().filter((id) => id.includes('Logs'))).toEqual([]);
});

test('a model waits for the endpoints of the VPC of its job, also when its functions are in none', () => {
  addModel(stack, { vpc });
  const [endpoint] = Object.keys(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint'));
  expect(waitedFor()).toContain(endpoint);
});

test('a model waits for the routes of its subnets and the gateways', () => {
  own();
  const template = Template.fromStack(stack);
  for (const type of ['AWS::EC2::Route', 'AWS::EC2::NatGateway', 'AWS::EC2::InternetGateway']) {
    const ids = Object.keys(template.findResources(type));
    expect(ids).not.toEqual([]);
    expect(waitedFor()).toEqual(expect.arrayContaining(ids));
  }
});

test('endpoints that are added later are waited for, too', () => {
  own();
  endpoint('Bedrock', ec2.InterfaceVpcEndpointAwsService.BEDROCK);
  expect(waitedFor().join()).toContain('VpcBedrock');
});

describe('endpoints and routes that are made beside the VPC', () => {
  const add = (scope: Stack): void => {
    new ec2.InterfaceVpcEndpoint(scope, 'BesideStates', {
      vpc,
      service: ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
    });
    new ec2.InterfaceVpcEndpoint(scope, 'BesideLogs', {
      vpc,
      service: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    });
    new ec2.GatewayVpcEndpoint(scope, 'BesideS3', { vpc, service: ec2.GatewayVpcEndpointAwsService.S3 });
    new ec2.CfnRoute(scope, 'BesideRoute', {
      routeTableId: vpc.privateSubnets[0].routeTable.routeTableId,
      destinationCidrBlock: '10.9.0.0/16',
      transitGatewayId: 'tgw-1',
    });
  };
  const beside = (): string[] => {
    const { DependsOn = [] } = resourcesOfType(stack, MODEL_TYPE)[0];
    return DependsOn.filter((id) => id.startsWith('Beside')).map((id) => id.replace(/[0-9A-F]{8}$/, ''));
  };

  test('are waited for, if they lead where a model has to reach', () => {
    own();
    add(stack);
    expect(beside()).toEqual(['BesideRoute', 'BesideS3', 'BesideStates']);
  });

  test('are waited for beside a VPC of another stack', () => {
    const networks = new Stack(stack.node.root, 'Networks', { env: ENV });
    vpc = new ec2.Vpc(networks, 'Vpc', { maxAzs: 1 });
    own();
    add(stack);
    expect(beside()).toEqual(['BesideRoute', 'BesideS3', 'BesideStates']);
  });

  test('are not waited for in stacks below, which may need the model', () => {
    own();
    add(new NestedStack(stack, 'Nested'));
    expect(beside()).toEqual([]);
  });

  test('of another VPC are not', () => {
    own();
    vpc = new ec2.Vpc(stack, 'Other', { maxAzs: 1 });
    add(stack);
    expect(beside()).toEqual([]);
  });
});
