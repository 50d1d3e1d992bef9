import { AspectPriority, Aspects, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/**
 * Allows a function to have network interfaces if it is in a VPC at synthesis: by the provider's props, by a property
 * injector or by an aspect.
 *
 * Lambda checks this when it creates the function. So the statements are inside of the role that was created for the
 * function, or in the default policy of another role, on which the CDK makes the function depend.
 */
export function allowNetworkInterfaces(fn: lambda.Function, ownRole?: iam.Role): void {
  const resource = fn.node.defaultChild as lambda.CfnFunction;
  // The template has no role if others create the roles.
  const role = ownRole?.node.defaultChild as iam.CfnRole | undefined;
  if (role) {
    const document = new iam.PolicyDocument({ statements: networkStatements(fn) });
    role.policies = Lazy.any({
      produce: () => (isInVpc(resource) ? [{ policyName: 'Network', policyDocument: document }] : undefined),
    });
  } else {
    const visit = (node: IConstruct): void => {
      if (node === resource && isInVpc(resource)) {
        networkStatements(fn).forEach((statement) => fn.role!.addToPrincipalPolicy(statement));
      }
    };
    Aspects.of(fn).add({ visit }, { priority: AspectPriority.READONLY - 1 });
  }
}

function isInVpc(resource: lambda.CfnFunction): boolean {
  const overrides = resource['rawOverrides'] as { Properties?: { VpcConfig?: unknown } };
  return (overrides.Properties?.VpcConfig ?? resource.vpcConfig) !== undefined;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
function networkStatements(fn: lambda.Function): iam.PolicyStatement[] {
  const { partition, region, account } = Stack.of(fn);
  const arn = (owner: string, resource: string): string =>
    `arn:${partition}:ec2:${region}:${owner}:${resource}`;
  return [
    // To describe the network. AWS has no resource types for these actions.
    new iam.PolicyStatement({
      actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
    }),
    // To have network interfaces, whose IDs do not exist before. Another account may share subnets and security
    // groups.
    new iam.PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: [arn(account, '*/*'), arn('*', 'subnet/*'), arn('*', 'security-group/*')],
    }),
  ];
}
