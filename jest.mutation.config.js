const { projects, ...shared } = require('./jest.config');

/** @type {import('jest').Config} */
module.exports = {
  ...shared,
  ...projects[0],
  // Bundles are no sources that mutants are made of; `npm run mutate` has built them.
  globalSetup: undefined,
  globalTeardown: undefined,
  testEnvironment: require.resolve('./test/support/fail-fast-environment'),
  testMatch: ['unit/{lambda,weights}/**/*', 'unit/lib/private/**/*', 'release/docs/*'].map(
    (tests) => `<rootDir>/test/${tests}.test.ts`,
  ),
};
