import { execFileSync } from 'child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { PROJECT, run } from './tools';

/**
 * A copy of this project that resolves the lowest supported CDK, while its other modules are the
 * project's own: Node looks for modules upwards, and finds these two folders first.
 */

const { peerDependencies, devDependencies } = JSON.parse(
  readFileSync(join(PROJECT, 'package.json'), 'utf8'),
) as Record<'peerDependencies' | 'devDependencies', Record<string, string>>;

/** The lower bounds of the peer dependencies, `^x.y.z`. */
export const LOWEST_CDK = peerDependencies['aws-cdk-lib'].slice(1);
const LOWEST_CONSTRUCTS = peerDependencies.constructs.slice(1);

/**
 * The version of constructs that the lowest CDK's own Go module requires. The Go package names the
 * versions that it was built with, so it is built with this one.
 */
export const GO_CONSTRUCTS = '10.4.2';

/** What else that Go module requires. */
const CDK_DEPENDENCIES = {
  '@aws-cdk/asset-node-proxy-agent-v6': '2.1.0',
  '@aws-cdk/cloud-assembly-schema': '48.6.0',
};

/** Makes the copy for tests and returns its folder. */
export function copyForTests(): string {
  return copyWith(LOWEST_CONSTRUCTS);
}

/** Makes the copy that the packages are built from and returns its folder. */
export function copyForPackages(): string {
  return copyWith(GO_CONSTRUCTS);
}

function copyWith(constructs: string): string {
  const home = join(PROJECT, '.cache', `cdk-${LOWEST_CDK}-constructs-${constructs}`);
  install(home, constructs);
  const copy = join(home, 'project');
  rmSync(copy, { recursive: true, force: true });
  const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  for (const file of [...sources.split('\0').filter(Boolean), 'lambda/dist', 'cli/dist']) {
    if (existsSync(join(PROJECT, file))) {
      cpSync(join(PROJECT, file), join(copy, file), { recursive: true });
    }
  }
  return copy;
}

function install(home: string, constructs: string): void {
  if (existsSync(join(home, 'node_modules', '.package-lock.json'))) {
    return;
  }
  mkdirSync(home, { recursive: true });
  const manifest = {
    private: true,
    dependencies: {
      'aws-cdk-lib': LOWEST_CDK,
      '@aws-cdk/integ-tests-alpha': devDependencies['@aws-cdk/integ-tests-alpha'],
      constructs,
    },
    overrides: CDK_DEPENDENCIES,
  };
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], home);
}
