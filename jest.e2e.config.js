/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  collectCoverage: false,
  // The files wait more than they compute, each for a cloud of its own.
  maxWorkers: 3,
  testTimeout: 600_000,
};
