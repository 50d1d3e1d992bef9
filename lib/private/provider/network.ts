import { CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Dependable, type IConstruct, type IDependable } from 'constructs';

/**
 * The ends of the service names, in a template, that the functions and import jobs in a VPC call. Answers to
 * CloudFormation go to Amazon S3.
 */
const SERVICES = /\.(?:bedrock|cloudformation|dynamodb|s3|states|sts)(?:-fips)?"/;

/**
 * What has to exist before anything in a VPC can reach a service, as of synthesis: its subnets with their routes, its
 * gateways, and the endpoints of the services above, also those that the scope's stack creates for the VPC. Other
 * endpoints may be created later, because the policy of one may name the model.
 *
 * @param scope the construct that uses the VPC
 */
export function networkDependencies(vpc: ec2.IVpc, scope: IConstruct): IDependable {
  const dependencies: IDependable = {};
  Dependable.implement(dependencies, {
    get dependencyRoots(): IConstruct[] {
      return [...vpc.node.children.filter(isEgress), ...createdElsewhere(vpc, Stack.of(scope))];
    },
  });
  return dependencies;
}

function isEgress(child: IConstruct): boolean {
  if (child instanceof ec2.InterfaceVpcEndpoint) {
    return isOfService(child.node.defaultChild as ec2.CfnVPCEndpoint);
  }
  return (
    child instanceof ec2.VpcEndpoint || CfnResource.isCfnResource(child) || ec2.Subnet.isVpcSubnet(child)
  );
}

/** The endpoints and routes of a VPC that a stack creates outside of the VPC construct. */
function createdElsewhere(vpc: ec2.IVpc, stack: Stack): IConstruct[] {
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
