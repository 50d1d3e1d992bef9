import { CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Dependable, type IConstruct, type IDependable } from 'constructs';

/**
 * How the names of the services end in a template that the functions and the jobs of a VPC speak with.
 * Answers to CloudFormation go to Amazon S3.
 */
const SPOKEN_WITH = /\.(?:bedrock|cloudformation|s3|states|sts)(?:-fips)?"/;

/**
 * What has to be there before a VPC leads anywhere, as it is at synthesis: its subnets with their routes, its
 * gateways, and the endpoints of the services that are spoken with. Other endpoints may come later, because
 * the policy of one may name the model.
 */
export function waysOut(vpc: ec2.IVpc): IDependable {
  const ways: IDependable = {};
  Dependable.implement(ways, {
    get dependencyRoots(): IConstruct[] {
      return vpc.node.children.filter(leadsOut);
    },
  });
  return ways;
}

function leadsOut(child: IConstruct): boolean {
  if (child instanceof ec2.InterfaceVpcEndpoint) {
    return isSpokenWith(child);
  }
  return (
    child instanceof ec2.VpcEndpoint || CfnResource.isCfnResource(child) || ec2.Subnet.isVpcSubnet(child)
  );
}

function isSpokenWith(endpoint: ec2.InterfaceVpcEndpoint): boolean {
  const { serviceName } = endpoint.node.defaultChild as ec2.CfnVPCEndpoint;
  return SPOKEN_WITH.test(JSON.stringify(endpoint.stack.resolve(serviceName)));
}
