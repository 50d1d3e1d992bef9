import { spawnSync } from 'child_process';
import { basename } from 'path';
import type { Stack } from 'aws-cdk-lib';
import { findPython, installFromPyPi } from '../../local/cloud/python';
import type { Finding } from './finding';
import { templateOf } from './samples';

const CHECKOV = 'checkov==3.3.30';

interface Report {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly resource: string;
      readonly file_path: string;
    }[];
  };
}

/** Without the checks that need a connection to the vendor. */
export function checkov(stacks: Stack[]): Finding[] {
  const options = ['--framework', 'cloudformation', '--skip-download', '--compact', '--output', 'json'];
  const args = ['-m', 'checkov.main', ...options, ...stacks.flatMap((stack) => ['-f', templateOf(stack)])];
  const { stdout, stderr } = spawnSync(findPython(), args, {
    env: { ...process.env, PYTHONPATH: installFromPyPi(CHECKOV) },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (!stdout.startsWith('{')) {
    throw new Error(`checkov:\n${stdout}${stderr}`);
  }
  return (JSON.parse(stdout) as Report).results.failed_checks.map(({ check_id, resource, file_path }) => ({
    rule: check_id,
    resource: `${basename(file_path)} ${resource}`,
  }));
}
