import { cpSync, readdirSync, rmSync } from 'fs';
import { join } from 'path';

/** The snapshots of the integration tests. */

/** The folder of the integration tests. */
export const SUITE = join('test', 'release', 'integ');

/** Copies the snapshots of one project to another one. */
export function copySnapshots(from: string, to: string): void {
  for (const entry of snapshotsIn(from)) {
    rmSync(join(to, SUITE, entry), { recursive: true, force: true });
    cpSync(join(from, SUITE, entry), join(to, SUITE, entry), {
      recursive: true,
      // The functions' code: the templates name its hash.
      filter: (path) => !path.includes(`${entry}/asset.`),
    });
  }
}

export function removeSnapshots(project: string): void {
  snapshotsIn(project).forEach((entry) => rmSync(join(project, SUITE, entry), { recursive: true }));
}

function snapshotsIn(project: string): string[] {
  return readdirSync(join(project, SUITE)).filter((name) => name.endsWith('.snapshot'));
}

/**
 * The arguments that compare snapshots again after an update without a deployment, or undefined after anything else.
 *
 * The integ-runner fails after an update whose changes replace or delete resources, although it has made it.
 */
export function comparisonAfter(args: readonly string[]): string[] | undefined {
  const isUpdate = args.includes('--dry-run') && args.includes('--update-on-failed');
  return isUpdate
    ? args.filter((arg) => !['--dry-run', '--update-on-failed', '--force'].includes(arg))
    : undefined;
}
