/** Mutates the functions and the pure logic of the constructs. `npm run mutate`. */
export default {
  mutate: ['lambda/*.ts', 'lib/private/*.ts'],
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.js', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: '.cache/stryker-incremental.json',
  ignorePatterns: ['.cache', 'dist', 'coverage', 'cdk.out', 'docs', 'bench'],
  tempDirName: '.cache/stryker',
  reporters: ['clear-text', 'html', 'json'],
  htmlReporter: { fileName: '.cache/mutation/mutation.html' },
  jsonReporter: { fileName: '.cache/mutation/mutation.json' },
  thresholds: { high: 95, low: 90, break: 90 },
  timeoutMS: 15_000,
  concurrency: 2,
  allowEmpty: false,
};
