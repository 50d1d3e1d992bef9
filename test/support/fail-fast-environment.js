const { TestEnvironment } = require('jest-environment-node');

/** Skips the rest of a file after its first failure: a mutant needs to be killed once. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  hasFailed = false;

  handleTestEvent({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') {
      this.hasFailed = true;
    } else if (name === 'test_start' && this.hasFailed) {
      test.mode = 'skip';
    }
  }
};
