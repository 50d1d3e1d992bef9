import { CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Dependable, type IConstruct, type IDependable } from 'constructs';

/**
 * How the names of the services end in a template that the functions and the jobs of a VPC speak with.
 * Answers to CloudFormation go to Amazon S3.
 */
const SERVICES = /\.(?:bedrock|cloudformation|dynamodb|s3|states|sts)(?:-fips)?"/;

/**
 * What has to be there before a VPC leads anywhere, as it is at synthesis: its subnets with their routes, its
 * gateways, and the endpoints of the services that are spoken with, also those that the stack of what is served
 * makes for it. Other endpoints may come later, because the policy of one may name the model.
 *
 * @param scope what is served from the VPC
 */
export function networkDependencies(vpc: ec2.IVpc, scope: IConstruct): IDependable {
  const ways: IDependable = {};
  Dependable.implement(ways, {
    get dependencyRoots(): IConstruct[] {
      return [...vpc.node.children.filter(isEgress), ...madeElsewhere(vpc, Stack.of(scope))];
    },
  });
  return ways;
}

function isEgress(child: IConstruct): boolean {
  if (child instanceof ec2.InterfaceVpcEndpoint) {
    return isOfService(child.node.defaultChild as ec2.CfnVPCEndpoint);
  }
  return (
    child instanceof ec2.VpcEndpoint || CfnResource.isCfnResource(child) || ec2.Subnet.isVpcSubnet(child)
  );
}

/** The endpoints and routes of a VPC that a stack makes beside it. */
function madeElsewhere(vpc: ec2.IVpc, stack: Stack): IConstruct[] {
  const routeTables = [...vpc.privateSubnets, ...vpc.isolatedSubnets, ...vpc.publicSubnets].map(
    ({ routeTable }) => routeTable.routeTableId,
  );
  return stack.node.findAll().filter((node) => {
    if (Stack.of(node) !== stack) {
      return false;
    }
    if (node instanceof ec2.CfnVPCEndpoint) {
      return node.vpcId === vpc.vpcId && (node.vpcEndpointType !== 'Interface' || isOfService(node));
    }
    return node instanceof ec2.CfnRoute && routeTables.includes(node.routeTableId);
  });
}

function isOfService(endpoint: ec2.CfnVPCEndpoint): boolean {
  return SERVICES.test(JSON.stringify(endpoint.stack.resolve(endpoint.serviceName)));
}
