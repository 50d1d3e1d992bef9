import { rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { App } from 'aws-cdk-lib';
import { waitEngine } from '../../lib/private/contract/state-machine';
import { PROJECT, run, tool } from '../tools';
import { cdkNag } from './cdk-nag';
import { cfnGuard } from './cfn-guard';
import { cfnLint } from './cfn-lint';
import { checkov } from './checkov';
import { EXPLAINED } from './explained';
import { byRule, type Finding } from './finding';
import { alternatives, lockedDown, OUT, sampleStacks } from './samples';

/** Runs the checks that companies run, on the templates of sample stacks. */

/** What is left when everything is on: what AWS forces, queues for what is called synchronously, and the sample's own. */
const LEFT_WHEN_LOCKED_DOWN = [
  'AwsSolutions-IAM5',
  'CKV_AWS_116',
  'kms_create_grant_aws_service_check',
  'sqs_dlq_check',
];

main();

function main(): void {
  rmSync(OUT, { recursive: true, force: true });
  const samples = sampleStacks();
  const { ours, theirs } = alternatives();
  for (const stack of [samples[0], ours, theirs]) {
    (stack.node.root as App).synth();
  }
  run(tool('asl-validator'), ['--json-path', stateMachine()], PROJECT);
  const locked = samples.filter(({ stackName }) => stackName === lockedDown().stackName);

  for (const [checker, check] of Object.entries({ 'cfn-lint': cfnLint, checkov, 'cfn-guard': cfnGuard })) {
    expectExplained(checker, check(samples));
    expectExplained(`${checker}, all on`, check(locked), LEFT_WHEN_LOCKED_DOWN);
    expectNoMore(checker, check([ours]), check([theirs]));
  }
  for (const [version, check] of Object.entries(cdkNag)) {
    const checker = `cdk-nag ${version} AwsSolutions`;
    const pack = 'AwsSolutionsChecks';
    expectExplained(checker, check(pack, sampleStacks));
    expectExplained(
      `${checker}, all on`,
      check(pack, () => [lockedDown()]),
      LEFT_WHEN_LOCKED_DOWN,
    );
    expectNoMore(
      checker,
      check(pack, () => [alternatives().ours]),
      check(pack, () => [alternatives().theirs]),
    );
    console.log(
      `cdk-nag ${version} NIST 800-53 R5, for information:`,
      byRule(check('NIST80053R5Checks', sampleStacks)),
    );
  }
}

function stateMachine(): string {
  const file = join(OUT, 'wait-engine.asl.json');
  writeFileSync(file, JSON.stringify(waitEngine('aws')));
  return file;
}

function expectExplained(checker: string, findings: Finding[], allowed = Object.keys(EXPLAINED)): void {
  const unexplained = findings.filter(({ rule }) => !allowed.includes(rule));
  if (unexplained.length > 0) {
    const list = unexplained.map(({ rule, resource }) => `${rule} ${resource}`).join('\n');
    throw new Error(`${checker}, findings without an explanation:\n${list}`);
  }
  console.log(`${checker}: no unexplained finding`);
  for (const [rule, count] of Object.entries(byRule(findings))) {
    console.log(`  ${rule} (${count}): ${EXPLAINED[rule]}`);
  }
}

/** One wait for the same job, with this library and with CDK's Provider framework. */
function expectNoMore(checker: string, ours: Finding[], theirs: Finding[]): void {
  console.log(`${checker}, one wait: ${ours.length} findings; Provider framework: ${theirs.length}`);
  if (ours.length > theirs.length) {
    throw new Error(`${checker}: this library has more findings than the Provider framework`);
  }
}
