import type { ActionRequest } from '../../iam/policy';
import type { Bucket } from './iam';

/** What Bedrock does as the import role. */

/** Where the weights are. */
export interface Weights extends Bucket {
  readonly bucket: string;
  readonly prefix: string;
}

/** To read weights. */
export function readWeights(weights: Weights, region: string, headBucket: boolean): ActionRequest[] {
  const { bucket, prefix, owner, keyArn } = weights;
  const arn = `arn:aws:s3:::${bucket}`;
  const context = { 'aws:ResourceAccount': owner };
  const object = prefix === '' || prefix.endsWith('/') ? `${prefix}config.json` : `${prefix}/config.json`;
  return [
    // HeadBucket is allowed by s3:ListBucket, and names no prefix.
    ...(headBucket ? [{ action: 's3:ListBucket', resource: arn, context }] : []),
    { action: 's3:ListBucket', resource: arn, context: { ...context, 's3:prefix': prefix } },
    { action: 's3:GetObject', resource: `${arn}/${object}`, context },
    ...(keyArn ? decryptWeights(keyArn, region) : []),
  ];
}

function decryptWeights(resource: string, region: string): ActionRequest[] {
  return [{ action: 'kms:Decrypt', resource, context: { 'kms:ViaService': `s3.${region}.amazonaws.com` } }];
}

/** The subnets and security groups of a job. */
interface JobNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/**
 * To have network interfaces in a VPC, with Bedrock's tags.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-custom-model-import.html
 */
export function useNetwork(network: JobNetwork, jobArn: string): ActionRequest[] {
  const [, partition, , region, account] = jobArn.split(':');
  const arn = (type: string, id: string): string => `arn:${partition}:ec2:${region}:${account}:${type}/${id}`;
  const networkInterface = arn('network-interface', 'eni-0123456789abcdef0');
  const subnets = network.subnetIds.map((id) => arn('subnet', id));
  const securityGroups = network.securityGroupIds.map((id) => arn('security-group', id));
  const tags = { BedrockManaged: 'true', BedrockModelImportJobArn: jobArn };
  const tagged = (key: string): Record<string, string> =>
    Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));
  const create = 'ec2:CreateNetworkInterface';
  return [
    ...DESCRIPTIONS.map((action) => ({ action, resource: '*' })),
    { action: create, resource: networkInterface, context: tagged('aws:RequestTag') },
    ...[...subnets, ...securityGroups].map((resource) => ({ action: create, resource })),
    {
      action: 'ec2:CreateTags',
      resource: networkInterface,
      context: { 'ec2:CreateAction': 'CreateNetworkInterface', 'aws:TagKeys': Object.keys(tags) },
    },
    ...subnets.flatMap((subnet) =>
      CHANGES.map((action) => ({
        action,
        resource: networkInterface,
        context: { ...tagged('ec2:ResourceTag'), 'ec2:Subnet': subnet },
      })),
    ),
  ];
}

const DESCRIPTIONS = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVpcs',
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
];

const CHANGES = [
  'ec2:CreateNetworkInterfacePermission',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteNetworkInterfacePermission',
];
