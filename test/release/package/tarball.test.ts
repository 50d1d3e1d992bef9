import { execFileSync } from 'child_process';
import { join } from 'path';
import { PROJECT } from '../../../scripts/tools';

interface Pack {
  readonly files: readonly { readonly path: string }[];
}

const EXPECTED = [
  '.jsii',
  'API.md',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'cli/dist/index.js',
  'lambda/dist/THIRD-PARTY-LICENSES.txt',
  'lambda/dist/model/index.js',
  'lambda/dist/model/preflight.js',
  'lambda/dist/model/stack-events.js',
  'lambda/dist/sbom.cdx.json',
  'lambda/dist/waiter/index.js',
  'lambda/dist/waiter/poll.js',
  'lambda/dist/waiter/request.js',
  'lambda/dist/waiter/runtime.js',
  'package.json',
];

test('the npm package holds the compiled constructs, the bundles and the documents, and nothing else', () => {
  const tarball = join(PROJECT, 'dist', 'js', `cdk-bedrock-model-import@${version()}.jsii.tgz`);
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', tarball], { encoding: 'utf8' });
  const [{ files }] = JSON.parse(listing) as [Pack];

  const paths = files.map(({ path }) => path).sort();
  const compiled = /^lib\/.*\.(js|d\.ts)$/;
  expect(paths.filter((path) => !compiled.test(path))).toEqual(EXPECTED);
  expect(paths).toContain('lib/index.js');
  for (const path of paths.filter((path) => path.endsWith('.js') && path.startsWith('lib/'))) {
    expect(paths).toContain(path.replace(/\.js$/, '.d.ts'));
  }
});

function version(): string {
  return (
    JSON.parse(execFileSync('npm', ['pkg', 'get'], { cwd: PROJECT, encoding: 'utf8' })) as { version: string }
  ).version;
}
