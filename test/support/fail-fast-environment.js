const { TestEnvironment } = require('jest-environment-node');

const activeMutant = () => process.env.__STRYKER_ACTIVE_MUTANT__;

/** The mutant that a test has killed last; one process runs the test files of a mutant one after the other. */
let killed;

/** Skips the tests that come after the first failure, in all files: a mutant needs to be killed once. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  handleTestEvent({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') {
      killed = activeMutant();
    } else if (name === 'test_start' && killed !== undefined && killed === activeMutant()) {
      test.mode = 'skip';
    }
  }
};
