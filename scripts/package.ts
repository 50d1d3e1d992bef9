import { spawnSync } from 'child_process';
import { rmSync } from 'fs';
import { join } from 'path';
import { copyForPackages } from './lowest-cdk';
import { PROJECT, run, tool } from './tools';

/**
 * Builds the packages for all languages into `dist/`: for .NET only where its SDK is installed. They are
 * built with the lowest supported CDK, because the Go package requires the version it was built with.
 */
const TARGETS = ['js', 'python', 'java', 'go'];

const dist = join(PROJECT, 'dist');
const hasDotnet = spawnSync('dotnet', ['--version']).status === 0;
const targets = process.argv.length > 2 ? process.argv.slice(2) : TARGETS.concat(hasDotnet ? 'dotnet' : []);

const copy = copyForPackages();
run(tool('jsii'), ['--silence-warnings', 'metadata/missing-dev-dependency'], copy);
for (const target of targets) {
  rmSync(join(dist, target), { recursive: true, force: true });
}
run(tool('jsii-pacmak'), ['--no-npmignore', '--outdir', dist, '--targets', ...targets], copy);
if (!hasDotnet) {
  console.log('The .NET package was left out: there is no "dotnet" here.');
}
