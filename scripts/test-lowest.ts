import { rmSync } from 'fs';
import { join } from 'path';
import { copyForTests } from './lowest-cdk';
import { run, tool } from './tools';

/** Type-checks the constructs and runs the unit tests with the lowest supported CDK. */
const copy = copyForTests();
// The alpha package needs a newer CDK.
rmSync(join(copy, 'test', 'unit', 'lib', 'bedrock-alpha.test.ts'));
run(tool('tsc'), ['--noEmit', '-p', 'tsconfig.jsii.json'], copy);
run(tool('jest'), ['--selectProjects', 'unit', ...process.argv.slice(2)], copy);
