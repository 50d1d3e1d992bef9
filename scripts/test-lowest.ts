import { rmSync } from 'fs';
import { join } from 'path';
import { copyForTests } from './lowest-cdk';
import { run, tool } from './tools';

/** Type-checks the constructs and runs the unit tests with the lowest supported CDK. */
const copy = copyForTests();
// The alpha package, weak references and validation need a newer CDK.
for (const name of ['lib/bedrock-alpha', 'lib/weak-references', 'bin/validation']) {
  rmSync(join(copy, 'test', 'unit', `${name}.test.ts`));
}
run(tool('tsc'), ['--noEmit', '-p', 'tsconfig.jsii.json'], copy);
run(tool('jest'), ['--selectProjects', 'unit', ...process.argv.slice(2)], copy);
