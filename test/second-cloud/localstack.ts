import { spawn } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { findPython, installFromPyPi } from '../../local/cloud/python';

const LOCALSTACK = 'localstack-core[runtime]==4.14.0';

/** The last versions of what it uses with which it starts. */
const BESIDES = ['cbor2==5.9.0', 'cryptography==45.0.7', 'pyopenssl==25.2.0', 'service_identity==24.2.0'];

/** It imports `warnings.deprecated`, whatever its metadata say. */
const PYTHON_MINOR = 13;

export interface LocalStack {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts LocalStack, which ends when this process does. */
export async function startLocalStack(port: number): Promise<LocalStack> {
  const python = findPython(PYTHON_MINOR);
  const home = mkdtempSync(join(tmpdir(), 'localstack-'));
  const localstack = spawn(python, [join(__dirname, 'localstack_process.py')], {
    env: {
      PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
      PYTHONPATH: installFromPyPi(LOCALSTACK, BESIDES, python),
      HOME: home,
      TMPDIR: home,
      FILESYSTEM_ROOT: join(home, 'root'),
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      // The other server listens on all interfaces.
      GATEWAY_SERVER: 'hypercorn',
      // No requests to places outside.
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DNS_ADDRESS: '0',
    },
  });
  let log = '';
  const ended = new Promise<void>((resolve) => localstack.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    localstack.stdin.end();
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  for (const stream of [localstack.stdout, localstack.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4000)));
  }
  while (!log.includes('Ready.')) {
    if (localstack.exitCode !== null) {
      await stop();
      throw new Error(`LocalStack did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}
