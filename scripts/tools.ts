import { execFileSync } from 'child_process';
import { join } from 'path';

/** What the scripts have in common. */

export const PROJECT = join(__dirname, '..');

/** Runs a command and shows what it prints. */
export function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): void {
  execFileSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
}

/** The path of a command that a development dependency brings. */
export function tool(name: string): string {
  return join(PROJECT, 'node_modules', '.bin', name);
}
