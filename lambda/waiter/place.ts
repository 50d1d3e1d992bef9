import { jobIdentifierRule, MAX_IDENTIFIER } from '../../lib/private/contract/job-identifier';
import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';

/** Where a job is, and whether what names it can be asked for at all. */

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** Looser than the rule for literals: what Bedrock itself returned is asked for, whatever its ID looks like. */
const JOB_ARN =
  /^arn:(?<partition>aws(?:-[^:]+)?):bedrock:(?<region>[a-z0-9-]{1,20}):(?<account>[0-9]{12}):model-import-job\/\S+$/;

/** The rule that an identifier breaks which only the deployment knows, or undefined when it is well formed. */
export function brokenRule(jobIdentifier: string): string | undefined {
  return readArn(jobIdentifier) ? undefined : jobIdentifierRule(jobIdentifier);
}

/** Where to ask: as the job's ARN says, else in the Region given for it, in the account that asks. */
export function locate(
  stackId: string,
  { jobIdentifier, region, roleArn }: OnTheWire<WaiterProperties>,
): Place {
  const [, partition, , stackRegion] = stackId.split(':');
  const [, , , , account] = (roleArn ?? stackId).split(':');
  return readArn(jobIdentifier) ?? { partition, region: region ?? stackRegion, account };
}

function readArn(identifier: string): Place | undefined {
  const groups = identifier.length <= MAX_IDENTIFIER ? JOB_ARN.exec(identifier)?.groups : undefined;
  return groups && { partition: groups.partition, region: groups.region, account: groups.account };
}
