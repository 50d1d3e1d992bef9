import { readFileSync } from 'fs';
import { join } from 'path';

const PROJECT = join(__dirname, '..', '..', '..');

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim());

/** The apps are built and run against the packages, so that what they contain works. */
test.each([
  { language: 'python', app: 'python/app.py' },
  { language: 'java', app: 'java/src/main/java/ConsumerApp.java' },
  { language: 'go', app: 'go/main.go' },
])('the $language snippet of the README is part of the app that tries the package', ({ language, app }) => {
  const snippet = new RegExp(`(?<=\`\`\`${language}\n).*?(?=\`\`\`)`, 's').exec(read('README.md'))![0];
  const lines = linesOf(read(`test/release/package/${app}`));
  const statements = linesOf(snippet).filter((line) => line && !/^(from|import) /.test(line));
  expect(statements.filter((line) => !lines.includes(line))).toEqual([]);
});
