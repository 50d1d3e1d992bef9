import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ModelSource } from '../../model-source';
import { importUnderKey } from '../model-key';
import type { JobNetwork } from './job-network';

interface ImportRoleProps {
  readonly source: ModelSource;
  readonly network?: JobNetwork;
  /** The key of the model. */
  readonly key?: kms.IKey;
}

/**
 * The role that Amazon Bedrock assumes to import a model.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-import-iam-role.html
 */
export class ImportRole extends iam.Role {
  constructor(scope: Construct, id: string, props: ImportRoleProps) {
    const { source, network, key } = props;
    const stack = Stack.of(scope);
    const jobs = stack.formatArn({ service: 'bedrock', resource: 'model-import-job', resourceName: '*' });
    const documents = {
      Source: source._readStatements(),
      ...(network && { Network: networkStatements(stack, jobs, network) }),
      // To have the model encrypted.
      ...(key && { Key: [importUnderKey(key, stack.region)] }),
    };
    super(scope, id, {
      description: 'Lets Amazon Bedrock read the weights of a model',
      assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnEquals: { 'aws:SourceArn': jobs },
        },
      }),
      // Inside of the role, so that an import that is started with it can read at once.
      inlinePolicies: Object.fromEntries(
        Object.entries(documents).map(([name, statements]) => [name, new iam.PolicyDocument({ statements })]),
      ),
    });
    source._grantDecrypt(this);
  }
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-custom-model-import.html */
function networkStatements(stack: Stack, jobs: string, network: JobNetwork): iam.PolicyStatement[] {
  const arn = (resource: string, resourceName: string, account?: string): string =>
    stack.formatArn({ service: 'ec2', resource, resourceName, account });
  const interfaces = arn('network-interface', '*');
  // A subnet that another account shares is that account's.
  const subnets = network.subnetIds.map((id) => arn('subnet', id, '*'));
  const securityGroups = network.securityGroupIds.map((id) => arn('security-group', id));
  const tagged = (key: string): Record<string, object> => ({
    StringEquals: { [`${key}/BedrockManaged`]: 'true' },
    ArnLike: { [`${key}/BedrockModelImportJobArn`]: jobs },
  });
  return [
    // To look at the network. These actions have no resource types.
    new iam.PolicyStatement({
      actions: [
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeVpcs',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
      ],
      resources: ['*'],
    }),
    // To create network interfaces that carry Bedrock's tags ...
    new iam.PolicyStatement({
      actions: ['ec2:CreateNetworkInterface'],
      resources: [interfaces],
      conditions: tagged('aws:RequestTag'),
    }),
    // ... in these subnets, with these security groups.
    new iam.PolicyStatement({
      actions: ['ec2:CreateNetworkInterface'],
      resources: [...subnets, ...securityGroups],
    }),
    // To attach and to remove those interfaces, and no others.
    new iam.PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission',
      ],
      resources: [interfaces],
      conditions: {
        ...tagged('ec2:ResourceTag'),
        ArnEquals: { 'ec2:Subnet': subnets },
      },
    }),
    // To tag them when they are created, and only so.
    new iam.PolicyStatement({
      actions: ['ec2:CreateTags'],
      resources: [interfaces],
      conditions: {
        StringEquals: { 'ec2:CreateAction': 'CreateNetworkInterface' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['BedrockManaged', 'BedrockModelImportJobArn'] },
      },
    }),
  ];
}
