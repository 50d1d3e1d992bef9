import { execFileSync, spawnSync } from 'child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'fs';
import { join } from 'path';
import { UserError } from '../arguments';

const CACHE = join(__dirname, '..', '..', '.cache', 'pypi');

/** The path of the Python interpreter, which is 3.10 or newer, or newer than that. */
export function findPython(minor = 10): string {
  const script = `import sys; print(sys.executable); sys.exit(sys.version_info < (3, ${minor}))`;
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  if (status !== 0) {
    throw new UserError(
      `Python 3.${minor} or newer is needed as "python3". ` +
        'Install it, or for the local cloud set LOCAL_CLOUD_URL to the URL of a MiniStack that is running.',
    );
  }
  return stdout.trim();
}

/** What is installed for one version does not work in another one. */
function versionOf(python: string): string {
  const script = 'import sys; print("%d.%d" % sys.version_info[:2])';
  return execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim();
}

/**
 * Installs a package from PyPI beside the project on first use, with what it needs besides, and returns
 * the folder, for `PYTHONPATH`.
 *
 * @param requirement Names one version: `moto[stepfunctions]==5.2.5`.
 */
export function installFromPyPi(requirement: string, besides: string[] = [], python = findPython()): string {
  const name = requirement.replace(/\[.*\]/, '').replace('==', '-');
  const target = join(CACHE, `python-${versionOf(python)}`, name);
  if (existsSync(target)) {
    return target;
  }
  const partial = `${target}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const options = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore'];
  const args = ['-m', 'pip', 'install', ...options, '--target', partial, requirement, ...besides];
  const pip = spawnSync(python, args, { encoding: 'utf8' });
  if (pip.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new UserError(`pip could not install ${requirement}:\n${pip.stderr}`);
  }
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another process may have installed it in the meantime.
    if (!existsSync(target)) {
      throw error;
    }
  }
  return target;
}
