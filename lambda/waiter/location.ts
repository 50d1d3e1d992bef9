import { jobIdentifierRule, MAX_IDENTIFIER } from '../../lib/private/contract/job-identifier';
import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';
import { regionRule } from '../../lib/private/contract/region-name';
import type { BedrockLocation } from '../shared/reasons';

/** Where a job is, and whether what names it can be looked up at all. */

export interface JobLocation extends BedrockLocation {
  readonly partition: string;
}

/** Looser than the rule for literals: what Bedrock itself returned is looked up, whatever its ID looks like. */
const JOB_ARN =
  /^arn:(?<partition>aws(?:-[^:]+)?):bedrock:(?<region>[a-z0-9-]{1,20}):(?<account>[0-9]{12}):model-import-job\/\S+$/;

/** A property that only the deployment knows, and the rule that it breaks. */
export interface BrokenRule {
  readonly prop: 'jobIdentifier' | 'region';
  readonly rule: string;
  readonly value: string;
}

/** What no call can be made with, or undefined when everything is well formed. */
export function findBrokenRule({
  jobIdentifier,
  region,
}: Pick<OnTheWire<WaiterProperties>, 'jobIdentifier' | 'region'>): BrokenRule | undefined {
  if (readArn(jobIdentifier)) {
    return undefined;
  }
  const ofJob = jobIdentifierRule(jobIdentifier);
  if (ofJob) {
    return { prop: 'jobIdentifier', rule: ofJob, value: jobIdentifier };
  }
  const ofRegion = region ? regionRule(region) : undefined;
  return ofRegion === undefined ? undefined : { prop: 'region', rule: ofRegion, value: region! };
}

/** Where to look: as the job's ARN says, else in the Region given for it, in the account that calls. */
export function locate(
  stackId: string,
  {
    jobIdentifier,
    region,
    assumedRoleArn,
  }: Pick<OnTheWire<WaiterProperties>, 'jobIdentifier' | 'region' | 'assumedRoleArn'>,
): JobLocation {
  const [, partition, , stackRegion] = stackId.split(':');
  const [, , , , account] = (assumedRoleArn ?? stackId).split(':');
  const ofName = { partition, region: isRegion(region) ? region : stackRegion, account };
  return readArn(jobIdentifier) ?? ofName;
}

function isRegion(region: string | undefined): region is string {
  return region !== undefined && regionRule(region) === undefined;
}

function readArn(identifier: string): JobLocation | undefined {
  const groups = identifier.length <= MAX_IDENTIFIER ? JOB_ARN.exec(identifier)?.groups : undefined;
  return groups && { partition: groups.partition, region: groups.region, account: groups.account };
}
