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
