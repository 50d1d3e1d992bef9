const { compilerOptions } = require('./tsconfig.json');

const COMMON_JS = { module: 'commonjs', moduleResolution: 'bundler' };

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/environment.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/asl/',
    '<rootDir>/test/dialects/',
    '<rootDir>/test/e2e/',
    '<rootDir>/test/package/',
    '<rootDir>/test/integ/',
    '<rootDir>/test/second-cloud/',
  ],
  modulePathIgnorePatterns: ['<rootDir>/.cache/', '<rootDir>/dist/'],
  // What a function loads late is a bundle of its own, under the name that it has there.
  moduleNameMapper: { '^\\./(runtime|preflight)\\.js$': './$1' },
  // Sources come before the build outputs that lie next to them.
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  // Jest runs CommonJS, where a dynamic import has to be a require.
  transform: {
    '^.+\\.ts$': ['ts-jest', { tsconfig: { ...compilerOptions, ...COMMON_JS }, diagnostics: false }],
  },
  // By default Jest leaves one core idle.
  maxWorkers: '100%',
  // Handlers run over HTTP, and a test can be slow on a loaded machine.
  testTimeout: 30_000,
  collectCoverage: true,
  collectCoverageFrom: ['lib/**/*.ts', 'lambda/**/*.ts', '!**/*.d.ts'],
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: { global: { lines: 95 } },
};
