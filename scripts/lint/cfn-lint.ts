import { spawnSync } from 'child_process';
import { readFileSync } from 'fs';
import { basename } from 'path';
import type { Stack } from 'aws-cdk-lib';
import { findPython, installFromPyPi } from '../../local/cloud/python';
import type { Finding } from './finding';
import { templateOf } from './samples';

const CFN_LINT = 'cfn-lint==1.58.0';

/** An obsolete `DependsOn`. CDK itself gives every function and state machine one on its role. */
const OBSOLETE_DEPENDENCY = 'W3005';
const OF_CDK = ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine'];

interface Match {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** All findings, information included, but for those that CDK is the cause of. */
export function cfnLint(stacks: Stack[]): Finding[] {
  const args = ['-c', 'from cfnlint.runner import main; main()', '--format', 'json', '--'];
  const { stdout, stderr } = spawnSync(findPython(), [...args, ...stacks.map(templateOf)], {
    env: { ...process.env, PYTHONPATH: installFromPyPi(CFN_LINT) },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (!stdout.startsWith('[')) {
    throw new Error(`cfn-lint:\n${stdout}${stderr}`);
  }
  return (JSON.parse(stdout) as Match[])
    .filter((match) => !isOfCdk(match))
    .map(({ Rule, Message, Filename, Location }) => ({
      rule: Rule.Id,
      resource: `${basename(Filename)} ${(Location.Path ?? []).join('/')}: ${Message}`,
    }));
}

function isOfCdk({ Rule, Filename, Location }: Match): boolean {
  const [section, id] = Location.Path ?? [];
  if (Rule.Id !== OBSOLETE_DEPENDENCY || section !== 'Resources') {
    return false;
  }
  const { Resources } = JSON.parse(readFileSync(Filename, 'utf8')) as {
    Resources: Record<string, { Type: string }>;
  };
  return OF_CDK.includes(Resources[id].Type);
}
