const PURE = ['contract/*', 'model/model-rules', 'validation'];

/** Mutates the functions and the pure logic of the constructs. `npm run mutate`. */
export default {
  mutate: [
    'lambda/**/*.ts',
    '!lambda/dist/**',
    'weights/**/*.ts',
    ...PURE.map((name) => `lib/private/${name}.ts`),
  ],
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.js', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  // What runs when a file is loaded, such as constants: each mutant would take every test, 40 % of the time.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: '.cache/stryker-incremental.json',
  ignorePatterns: ['/.cache', '/dist', '/coverage', '/cdk.out', '/bench'],
  tempDirName: '.cache/stryker',
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  htmlReporter: { fileName: '.cache/mutation/mutation.html' },
  jsonReporter: { fileName: '.cache/mutation/mutation.json' },
  thresholds: { high: 95, low: 90, break: 90 },
  timeoutMS: 15_000,
  concurrency: 2,
  allowEmpty: false,
};
