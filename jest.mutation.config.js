/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config'),
  testEnvironment: require.resolve('./test/support/fail-fast-environment'),
  testMatch: ['lambda/**/*', 'lib/private/*', 'docs/*'].map((tests) => `<rootDir>/test/${tests}.test.ts`),
  collectCoverage: false,
};
