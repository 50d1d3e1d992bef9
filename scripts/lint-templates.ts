import { spawnSync } from 'child_process';
import { rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { App, Aspects, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as nag3 from 'cdk-nag';
import * as nag2 from 'cdk-nag-2';
import { LibraryStack, ProviderFrameworkStack } from '../bench/alternatives';
import { SampleStack } from '../bin/sample-stack';
import { ImportedModel, ModelImportJobWaiter, ModelImportProvider, ModelSource } from '../lib/index';
import { waitEngine } from '../lib/private/state-machine';
import { findPython, installFromPyPi } from '../local/cloud/python';
import { PROJECT, run, tool } from './lowest-cdk';

/** Runs the checks that companies run, on the templates of sample stacks. */

const CFN_LINT = 'cfn-lint==1.58.0';
const OUT = join(PROJECT, '.cache', 'templates');
const JOB = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
const ENV = { account: '123456789012', region: 'us-east-1' };

/** Why each AwsSolutions finding remains. The docs of `ModelImportProvider` say so, too. */
const EXPLAINED: Record<string, string> = {
  'AwsSolutions-SF1': 'execution data holds the ResponseURL, a secret: the functions log each step instead',
  'AwsSolutions-SF2': 'tracing needs permissions on all resources, and the logs show every step',
  'AwsSolutions-IAM5':
    "ARNs of jobs, models and executions end with what Bedrock or a request makes at run time, and Bedrock's create and list operations and Lambda in a VPC take no narrower resource",
  'AwsSolutions-IAM4': "the sample's own function has the execution policy that CDK gives to functions",
};

/** One finding: `AwsSolutions-IAM5[Resource::*] Sample/AskModel/...`. */
type Finding = string;

type PackName = 'AwsSolutionsChecks' | 'NIST80053R5Checks';

main();

function main(): void {
  rmSync(OUT, { recursive: true, force: true });
  const stacks = sampleStacks();
  (stacks[0].node.root as App).synth();
  cfnLint(stacks);
  aslValidator();
  cdkNag();
}

function sampleStacks(): Stack[] {
  const app = new App({ outdir: OUT, analyticsReporting: false });
  return [
    new SampleStack(app, 'SampleOfArn', { env: ENV, jobIdentifier: JOB }),
    new SampleStack(app, 'SampleOfName', { jobIdentifier: 'my-import-job' }),
    addOwnModel(new Stack(app, 'OwnModel', { env: ENV })),
    addWaitInVpc(new SampleStack(app, 'SampleInVpc', { env: ENV, jobIdentifier: JOB })),
  ];
}

function addOwnModel(stack: Stack): Stack {
  new ImportedModel(stack, 'Model', { source: ModelSource.s3Uri('s3://weights/model/') });
  return stack;
}

function addWaitInVpc(stack: Stack): Stack {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['us-east-1a'],
    privateSubnetIds: ['subnet-0123456789abcdef0'],
  });
  const provider = new ModelImportProvider(stack, 'Provider', { vpc });
  new ModelImportJobWaiter(stack, 'LongWait', { jobIdentifier: JOB, timeout: Duration.hours(12), provider });
  return stack;
}

/**
 * Fails on any finding, information included. W3005 is left out: CDK itself gives every function and
 * state machine a `DependsOn` on its role.
 */
function cfnLint(stacks: Stack[]): void {
  const templates = stacks.map(({ templateFile }) => join(OUT, templateFile));
  const args = [
    '-c',
    'from cfnlint.runner import main; main()',
    '--ignore-checks',
    'W3005',
    '--',
    ...templates,
  ];
  const result = spawnSync(findPython(), args, {
    env: { ...process.env, PYTHONPATH: installFromPyPi(CFN_LINT) },
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new Error(`cfn-lint:\n${result.stdout}${result.stderr}`);
  }
  console.log(`cfn-lint: no finding in ${templates.length} templates`);
}

function aslValidator(): void {
  const file = join(OUT, 'wait-engine.asl.json');
  writeFileSync(file, JSON.stringify(waitEngine('aws')));
  run(tool('asl-validator'), ['--json-path', file], PROJECT);
}

/** Fails on AwsSolutions findings without an explanation; NIST 800-53 R5 is for information. */
function cdkNag(): void {
  for (const [version, findingsOf] of Object.entries({ 2: findingsOf2, 3: findingsOf3 })) {
    const findings = findingsOf('AwsSolutionsChecks', sampleStacks);
    const unexplained = findings.filter((finding) => !(ruleOf(finding) in EXPLAINED));
    if (unexplained.length > 0) {
      throw new Error(`cdk-nag ${version}, findings without an explanation:\n${unexplained.join('\n')}`);
    }
    console.log(`cdk-nag ${version}, AwsSolutions: no unexplained finding in the sample stacks`);
    for (const [rule, found] of Object.entries(byRule(findings))) {
      console.log(`  ${rule} (${found.length}): ${EXPLAINED[rule]}`);
    }
    const nist = byRule(findingsOf('NIST80053R5Checks', sampleStacks));
    const counts = Object.entries(nist).map(([rule, found]) => `${rule} (${found.length})`);
    console.log(`cdk-nag ${version}, NIST 800-53 R5, for information: ${counts.join(', ')}`);
    compareWithFramework(version, findingsOf);
  }
}

/** The same job, one wait, with this library and with CDK's Provider framework. */
function compareWithFramework(version: string, findingsOf: typeof findingsOf2): void {
  const props = { jobIdentifiers: [JOB], pollInterval: Duration.seconds(10) };
  const [ours, theirs] = [LibraryStack, ProviderFrameworkStack].map(
    (Wait) =>
      findingsOf('AwsSolutionsChecks', () => [new Wait(new App({ outdir: OUT }), 'Wait', props)]).length,
  );
  console.log(`cdk-nag ${version}, AwsSolutions, one wait: ${ours} findings; Provider framework: ${theirs}`);
  if (ours >= theirs) {
    throw new Error('This library has no fewer findings than the Provider framework');
  }
}

/** Under cdk-nag 2 packs are aspects. */
function findingsOf2(pack: PackName, makeStacks: () => Stack[]): Finding[] {
  const findings: Finding[] = [];
  const ignore = (): void => {};
  const stacks = makeStacks();
  const logger: nag2.INagLogger = {
    onCompliance: ignore,
    onError: ({ ruleId, resource }) => findings.push(`${ruleId}[Error] ${resource.node.path}`),
    onNonCompliance: ({ ruleId, findingId, resource }) =>
      findings.push(`${ruleId}${findingId && `[${findingId}]`} ${resource.node.path}`),
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
    new nag3[pack](stack)
      .validateScope(stack)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
      ),
  );
}

function ruleOf(finding: Finding): string {
  return /^[\w.-]+/.exec(finding)![0];
}

function byRule(findings: Finding[]): Record<string, Finding[]> {
  const rules: Record<string, Finding[]> = {};
  for (const finding of findings) {
    (rules[ruleOf(finding)] ??= []).push(finding);
  }
  return rules;
}
