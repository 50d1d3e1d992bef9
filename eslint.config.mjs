import eslint from '@eslint/js';
import cdk from 'eslint-cdk-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/*.js',
      '**/*.mjs',
      '**/*.d.ts',
      '**/cdk.out/',
      'coverage/',
      'dist/',
      '.cache/',
      'test/release/package/typescript/',
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A folder's name finds a compiled index.js before the index.ts beside it.
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '/lib$', message: 'Import lib/index instead' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['describe', 'it', 'test'].flatMap((object) =>
          ['only', 'skip'].map((property) => ({ object, property, message: 'All tests run' })),
        ),
      ],
    },
  },
  { ...cdk.configs.recommended, files: ['lib/**/*.ts', 'bin/**/*.ts'] },
  prettier,
);
