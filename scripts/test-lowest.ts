import { rmSync } from 'fs';
import { join } from 'path';
import { copyForTests } from './lowest-cdk';
import { run, tool } from './tools';

/** Type-checks the constructs and runs the unit tests with the lowest supported CDK. */
const copy = copyForTests();
// The alpha package and weak references need a newer CDK.
for (const name of ['bedrock-alpha', 'weak-references']) {
  rmSync(join(copy, 'test', 'unit', 'lib', `${name}.test.ts`));
}
run(tool('tsc'), ['--noEmit', '-p', 'tsconfig.jsii.json'], copy);
run(tool('jest'), ['--selectProjects', 'unit', ...process.argv.slice(2)], copy);
