/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['lambda/**/*', 'lib/private/*', 'docs/*'].map((tests) => `<rootDir>/test/${tests}.test.ts`),
  collectCoverage: false,
};
