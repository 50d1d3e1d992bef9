import { copyForTests, run, tool } from './lowest-cdk';

/** Type-checks the constructs and runs the unit tests with the lowest supported CDK. */
const copy = copyForTests();
run(tool('tsc'), ['--noEmit', '-p', 'tsconfig.jsii.json'], copy);
run(tool('jest'), ['--coverage=false', ...process.argv.slice(2)], copy);
