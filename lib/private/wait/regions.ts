import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isLiteral } from '../validation';

/**
 * The Regions that are known to offer Custom Model Import.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-import-model.html
 */
const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-central-1'];

/** Warns where Custom Model Import is not known to exist. It may have come there since. */
export function warnUnlessOffered(scope: IConstruct, region: string): void {
  if (isLiteral(region) && !REGIONS.includes(region)) {
    Annotations.of(scope).addWarningV2(
      'cdk-bedrock-model-import:region',
      `Custom Model Import is not known to exist in ${region}: it is in ${REGIONS.join(', ')}`,
    );
  }
}

/** The rule that a literal breaks which is not the name of a Region, or undefined when it is one. */
export function regionRule(region: string): string | undefined {
  return /^[a-z]{2,8}(?:-[a-z]{2,12}){1,2}-\d{1,2}$/.test(region)
    ? undefined
    : 'must be the name of a Region like us-east-1';
}
