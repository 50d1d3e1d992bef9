/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['<rootDir>/test/lambda/**/*.test.ts', '<rootDir>/test/lib/private/**/*.test.ts'],
  collectCoverage: false,
};
