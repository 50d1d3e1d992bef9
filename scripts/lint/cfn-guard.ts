import { basename } from 'path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import type { Stack } from 'aws-cdk-lib';
import type { Finding } from './finding';
import { templateOf } from './samples';

/** The rules that AWS Control Tower has for templates. */
export function cfnGuard(stacks: Stack[]): Finding[] {
  const validator = new CfnGuardValidator();
  const { violations } = validator.validate({ templatePaths: stacks.map(templateOf) } as never);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ templatePath, resourceLogicalId }) => ({
      rule: ruleName,
      resource: `${basename(templatePath ?? '')} ${resourceLogicalId}`,
    })),
  );
}
