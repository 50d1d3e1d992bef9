const { compilerOptions } = require('./tsconfig.json');

const COMMON_JS = { module: 'commonjs', moduleResolution: 'bundler' };

/** One project for each question that the tests answer; CONTRIBUTING.md says what each is for. */
const project = (name) => ({
  displayName: name,
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/set-up.js',
  globalTeardown: '<rootDir>/test/support/tear-down.js',
  setupFiles: ['<rootDir>/test/support/environment.ts'],
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  modulePathIgnorePatterns: ['<rootDir>/.cache/', '<rootDir>/dist/'],
  // What a function loads late is a bundle of its own, under the name that it has there.
  moduleNameMapper: { '^\\./(request|poll|runtime|preflight|stack-events)\\.js$': './$1' },
  // Sources come before the build outputs that lie next to them.
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  // Jest runs CommonJS, where a dynamic import has to be a require.
  transform: {
    '^.+\\.ts$': ['ts-jest', { tsconfig: { ...compilerOptions, ...COMMON_JS }, diagnostics: false }],
  },
});

/** @type {import('jest').Config} */
module.exports = {
  projects: ['unit', 'protocol', 'deploy', 'release'].map(project),
  // By default Jest leaves one core idle.
  maxWorkers: '100%',
  // Handlers run over HTTP, and a test can be slow on a loaded machine.
  testTimeout: 30_000,
  collectCoverageFrom: ['lib/**/*.ts', 'lambda/**/*.ts', 'weights/**/*.ts', '!**/*.d.ts'],
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: { global: { lines: 95 } },
};
