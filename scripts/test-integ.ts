import { spawnSync } from 'child_process';
import { printError, UserError } from '../local/arguments';
import { describePlan, readAccountRun, runnerArguments } from './integ/account';
import { comparisonAfter, copySnapshots, removeSnapshots, SUITE } from './integ/snapshots';
import { copyForPackages } from './lowest-cdk';
import { PROJECT, tool } from './tools';

/**
 * Runs the integ-runner with the lowest supported CDK, so that a new CDK changes no snapshot. Without an account
 * it compares the snapshots, or updates them: `npm run test:integ -- --dry-run --update-on-failed`. In an account
 * it deploys the tests: `npm run test:integ -- --account`.
 */

/** Runs the integ-runner in a copy of the project, and returns its exit code. */
function runTests(copy: string, args: readonly string[]): number {
  const options = ['--directory', SUITE, '--language', 'typescript', '--app', `${tool('tsx')} {filePath}`];
  const { status } = spawnSync(tool('integ-runner'), [...args, ...options], { cwd: copy, stdio: 'inherit' });
  return status ?? 1;
}

function compareSnapshots(args: readonly string[]): number {
  const copy = copyForPackages();
  const exitCode = runTests(copy, args);
  const comparison = exitCode === 0 ? undefined : comparisonAfter(args);
  copySnapshots(copy, PROJECT);
  if (!comparison) {
    return exitCode;
  }
  console.log('\nComparing the snapshots again, because the update may have succeeded:');
  return runTests(copy, comparison);
}

function runInAccount(args: string[]): number {
  const run = readAccountRun(args, process.env);
  console.log(describePlan(run, process.env));
  if (!run.confirmed) {
    throw new UserError('\nNothing was deployed. Add --yes to go on.');
  }
  const copy = copyForPackages();
  // What the runner saves contains the ARNs of the account, and stays in the copy.
  removeSnapshots(copy);
  return runTests(copy, runnerArguments(run));
}

try {
  const args = process.argv.slice(2);
  process.exitCode = args.includes('--account') ? runInAccount(args) : compareSnapshots(args);
} catch (error) {
  printError(error);
}
