import { cpSync, readdirSync, rmSync } from 'fs';
import { join } from 'path';
import { copyForPackages } from './lowest-cdk';
import { PROJECT, run, tool } from './tools';

/**
 * Runs the integ-runner with the lowest supported CDK, so that a new CDK changes no snapshot, and keeps
 * the snapshots that it updates.
 */
const SUITE = join('test', 'release', 'integ');

const copy = copyForPackages();
const options = ['--directory', SUITE, '--language', 'typescript', '--app', `${tool('tsx')} {filePath}`];
run(tool('integ-runner'), [...options, ...process.argv.slice(2)], copy);

for (const entry of readdirSync(join(copy, SUITE)).filter((name) => name.endsWith('.snapshot'))) {
  rmSync(join(PROJECT, SUITE, entry), { recursive: true, force: true });
  cpSync(join(copy, SUITE, entry), join(PROJECT, SUITE, entry), {
    recursive: true,
    // The functions' code: the templates name its hash.
    filter: (path) => !path.includes(`${entry}/asset.`),
  });
}
