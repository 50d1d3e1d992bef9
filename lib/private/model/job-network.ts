import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { validateConstruct, validateNeedsVpc, ValidationError } from '../validation';

const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/** What a job needs to place network interfaces. */
export interface JobNetwork {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}

/** The network of a job, and the rules of its security groups. */
interface ConnectedNetwork {
  readonly network: JobNetwork;
  readonly connections: ec2.Connections;
}

interface JobNetworkProps {
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/**
 * The subnets that an import job is to use. Throws when there is no VPC for what is given, or when it is too
 * much or too little for a job.
 */
export function selectJobSubnets(props: JobNetworkProps): ec2.SelectedSubnets | undefined {
  validateNeedsVpc(props);
  validateConstruct('vpc', props.vpc, 'vpcId', 'an L2 VPC such as ec2.Vpc');
  props.securityGroups?.forEach((group) =>
    validateConstruct(
      'securityGroups',
      group,
      'securityGroupId',
      'L2 security groups such as ec2.SecurityGroup',
    ),
  );
  const groups = props.securityGroups?.length ?? 1;
  if (groups < 1 || groups > MAX_SECURITY_GROUPS) {
    throw new ValidationError(
      `'securityGroups' must hold 1 to ${MAX_SECURITY_GROUPS} security groups, got: ${groups}`,
    );
  }
  const { vpc, vpcSubnets } = props;
  const selected = vpc?.selectSubnets(vpcSubnets);
  if (selected?.isPendingLookup) {
    return selected;
  }
  const count = selected?.subnetIds.length ?? 1;
  if (count < 1 || count > MAX_SUBNETS) {
    throw new ValidationError(`'vpcSubnets' must select 1 to ${MAX_SUBNETS} subnets of 'vpc', got: ${count}`);
  }
  return selected;
}

/** What a job uses in its VPC: the given security groups, or a new one. */
export function createJobNetwork(
  scope: Construct,
  props: JobNetworkProps,
  { subnetIds }: ec2.SelectedSubnets,
): ConnectedNetwork {
  const securityGroups = props.securityGroups ?? [
    // eslint-disable-next-line cdk/require-passing-this -- a part of the model
    new ec2.SecurityGroup(scope, 'SecurityGroup', {
      vpc: props.vpc!,
      description: 'Network interfaces of Amazon Bedrock model import jobs',
    }),
  ];
  return {
    network: { subnetIds, securityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId) },
    connections: new ec2.Connections({ securityGroups }),
  };
}
