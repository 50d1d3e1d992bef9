import { Aspects, type App, type Stack } from 'aws-cdk-lib';
import * as nag3 from 'cdk-nag';
import * as nag2 from 'cdk-nag-2';
import type { Finding } from './finding';

export type PackName = 'AwsSolutionsChecks' | 'NIST80053R5Checks';

/** What cdk-nag finds, by its version. Stacks are made anew, because checking changes them. */
export const cdkNag: Record<string, (pack: PackName, makeStacks: () => Stack[]) => Finding[]> = {
  2: findingsOf2,
  3: findingsOf3,
};

/** Under cdk-nag 2 packs are aspects. */
function findingsOf2(pack: PackName, makeStacks: () => Stack[]): Finding[] {
  const findings: Finding[] = [];
  const ignore = (): void => {};
  const stacks = makeStacks();
  const logger: nag2.INagLogger = {
    onCompliance: ignore,
    onError: ({ ruleId, resource }) =>
      findings.push({ rule: ruleId, resource: `error at ${resource.node.path}` }),
    onNonCompliance: ({ ruleId, findingId, resource }) =>
      findings.push({ rule: ruleId, resource: `${resource.node.path} ${findingId}` }),
    onNotApplicable: ignore,
    onSuppressed: ignore,
    onSuppressedError: ignore,
  };
  for (const stack of stacks) {
    Aspects.of(stack).add(new nag2[pack]({ reports: false, additionalLoggers: [logger] }));
  }
  (stacks[0].node.root as App).synth();
  return findings;
}

/** Under cdk-nag 3 packs are validation plugins. */
function findingsOf3(pack: PackName, makeStacks: () => Stack[]): Finding[] {
  return makeStacks().flatMap((stack) =>
    new nag3[pack](stack).validateScope(stack).violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({
        // `AwsSolutions-IAM5[Resource::*]`
        rule: ruleName.replace(/\[.*/s, ''),
        resource: `${constructPath} ${ruleName}`,
      })),
    ),
  );
}
