import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { validateNeedsVpc } from '../validation';

const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/** What a job needs to place network interfaces. */
export interface JobNetwork {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
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
  const groups = props.securityGroups?.length ?? 1;
  if (groups < 1 || groups > MAX_SECURITY_GROUPS) {
    throw new Error(`'securityGroups' must hold 1 to ${MAX_SECURITY_GROUPS} security groups, got: ${groups}`);
  }
  const { vpc, vpcSubnets } = props;
  const selected = vpc?.selectSubnets(vpcSubnets);
  if (selected?.isPendingLookup) {
    return selected;
  }
  const count = selected?.subnetIds.length ?? 1;
  if (count < 1 || count > MAX_SUBNETS) {
    throw new Error(`'vpcSubnets' must select 1 to ${MAX_SUBNETS} subnets of 'vpc', got: ${count}`);
  }
  return selected;
}
