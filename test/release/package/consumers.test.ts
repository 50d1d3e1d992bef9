import { execFile } from 'child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { GO_CONSTRUCTS, LOWEST_CDK } from '../../../scripts/lowest-cdk';
import { PROJECT, tool } from '../../../scripts/tools';
import { WAITER_TYPE } from '../../support/resource-types';

/**
 * Fresh projects outside the repository that install the built packages, in each language. `npm run
 * package` comes first. All use the lowest supported CDK, so that their templates can be compared.
 */

const DIST = join(PROJECT, 'dist');
const GO_MODULE = 'github.com/cdk-bedrock-model-import/cdk-bedrock-model-import-go/cdkbedrockmodelimport';
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
const home = mkdtempSync(join(tmpdir(), 'consumers-'));

afterAll(() => rmSync(home, { recursive: true, force: true }));

let typescript: unknown;

beforeAll(async () => {
  const folder = freshProject('typescript');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  const tarball = join(DIST, 'js', `cdk-bedrock-model-import@${version}.jsii.tgz`);
  const packages = [tarball, `aws-cdk-lib@${LOWEST_CDK}`, `constructs@${GO_CONSTRUCTS}`];
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], folder);
  await run(tool('tsc'), [], folder);
  typescript = await synthesize(folder, 'node app.js');
});

test('the npm package works in a fresh app: functions bundled, a wait of two hours in three links, and two owned models', () => {
  const types = Object.values((typescript as Template).Resources).map(({ Type }) => Type);
  expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(3);
  expect(types.filter((type) => type === WAITER_TYPE)).toHaveLength(5);
});

test('the npm package brings the command', async () => {
  const help = await run(
    'npx',
    ['--no-install', 'cdk-bedrock-model-import', '--help'],
    join(home, 'typescript'),
  );
  expect(help).toMatch(/^Usage: cdk-bedrock-model-import check/);
});

test('the Python package makes the same template, and brings the command', async () => {
  const folder = freshProject('python');
  await run('python3', ['-m', 'venv', '.venv'], folder);
  const wheel = join(DIST, 'python', `cdk_bedrock_model_import-${version}-py3-none-any.whl`);
  const packages = [wheel, `aws-cdk-lib==${LOWEST_CDK}`, `constructs==${GO_CONSTRUCTS}`];
  await run('.venv/bin/pip', ['install', '--quiet', ...packages], folder);

  expect(await synthesize(folder, '.venv/bin/python app.py')).toEqual(typescript);
  const help = await run('.venv/bin/cdk-bedrock-model-import', ['--help'], folder);
  expect(help).toMatch(/^Usage: cdk-bedrock-model-import check/);
});

test('the Java package makes the same template', async () => {
  const folder = freshProject('java');
  const repository = join(PROJECT, '.cache', 'm2');
  // What an earlier run installed under the same version.
  rmSync(join(repository, 'io', 'github', 'cdk-bedrock-model-import'), { recursive: true, force: true });
  const properties = [
    `-Dmaven.repo.local=${repository}`,
    `-Ddist.url=file://${join(DIST, 'java')}`,
    `-Dlibrary.version=${version}`,
    `-Dcdk.version=${LOWEST_CDK}`,
    `-Dconstructs.version=${GO_CONSTRUCTS}`,
  ];

  const app = ['mvn', '--batch-mode', '--quiet', ...properties, 'compile', 'exec:java'].join(' ');
  expect(await synthesize(folder, app)).toEqual(typescript);
});

test('the Go package makes the same template', async () => {
  const folder = freshProject('go');
  await run('go', ['mod', 'init', 'consumer'], folder);
  const local = join(DIST, 'go', 'cdkbedrockmodelimport');
  await run(
    'go',
    ['mod', 'edit', `-require=${GO_MODULE}@v${version}`, `-replace=${GO_MODULE}=${local}`],
    folder,
  );
  await run('go', ['mod', 'tidy'], folder);
  await run('go', ['build', '-o', 'consumer', '.'], folder);

  expect(await synthesize(folder, './consumer')).toEqual(typescript);
});

interface Template {
  readonly Resources: Record<string, { readonly Type: string }>;
}

function freshProject(language: string): string {
  const folder = join(home, language);
  cpSync(join(__dirname, language), folder, { recursive: true });
  return folder;
}

async function synthesize(folder: string, app: string): Promise<Template> {
  await run(tool('cdk'), ['synth', '--quiet', '--no-version-reporting', '--app', app], folder);
  return JSON.parse(readFileSync(join(folder, 'cdk.out', 'Consumer.template.json'), 'utf8')) as Template;
}

async function run(command: string, args: string[], folder: string): Promise<string> {
  return await promisify(execFile)(command, args, {
    cwd: folder,
    maxBuffer: 100_000_000,
    env: { ...process.env, CDK_DISABLE_VERSION_CHECK: '1' },
  }).then(
    ({ stdout }) => stdout,
    (error: Error & { stdout: string; stderr: string }) => {
      throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
    },
  );
}
