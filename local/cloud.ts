import { spawn, spawnSync, type ChildProcess } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync } from 'fs';
import { createServer, type AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { BedrockStandIn } from './bedrock-stand-in';

/**
 * A cloud on this machine: MiniStack for AWS, and a stand-in for the import operations of Bedrock.
 */

const MINISTACK_VERSION = '1.5.33';
const REGION = 'us-east-1';
const PROJECT = join(__dirname, '..');
const START_TIMEOUT_MS = 60_000;

/** Set this to the URL of an emulator that already runs, to use it instead of starting one. */
const RUNNING_EMULATOR = process.env.LOCAL_CLOUD_URL;

/** How a command of the CDK CLI ended. */
export interface CliResult {
  readonly code: number;
  readonly output: string;
}

interface Emulator {
  readonly url: string;
  /** Absent when the emulator was running before. */
  readonly process?: ChildProcess;
}

export class LocalCloud {
  /** Starts the emulator and the stand-in, and bootstraps the account. */
  public static async start(): Promise<LocalCloud> {
    const emulator: Emulator = RUNNING_EMULATOR ? { url: RUNNING_EMULATOR } : await startEmulator();
    const bedrock = new BedrockStandIn();
    const cloud = new LocalCloud(emulator.url, bedrock, await bedrock.start(), emulator.process);
    try {
      const { code, output } = await cloud.cdk(['bootstrap', `aws://000000000000/${REGION}`, '--app', '']);
      if (code !== 0) {
        throw new Error(`cdk bootstrap failed:\n${output}`);
      }
      return cloud;
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  }

  private constructor(
    /** The URL of the emulator. */
    public readonly url: string,
    public readonly bedrock: BedrockStandIn,
    /** The URL of the Bedrock stand-in. */
    public readonly bedrockUrl: string,
    private readonly emulator?: ChildProcess,
  ) {}

  /** The options of an SDK client that talks to this cloud. */
  public get clientConfig(): {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  } {
    return {
      endpoint: this.url,
      region: REGION,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
  }

  /** Runs the CDK CLI of this project against this cloud. */
  public async cdk(args: string[], onOutput: (text: string) => void = () => {}): Promise<CliResult> {
    const child = spawn(process.execPath, [join(PROJECT, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...args], {
      cwd: PROJECT,
      env: {
        ...withoutAws(process.env),
        AWS_ENDPOINT_URL: this.url,
        AWS_ENDPOINT_URL_S3: this.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: REGION,
        CDK_DISABLE_VERSION_CHECK: '1',
        BEDROCK_STAND_IN_URL: this.bedrockUrl,
        CI: 'true',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        onOutput(text);
      });
    }
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject).on('close', (status) => resolve(status ?? 1));
    });
    return { code, output };
  }

  public async stop(): Promise<void> {
    await this.bedrock.stop();
    stopProcess(this.emulator);
  }
}

async function startEmulator(): Promise<Emulator> {
  const packages = installMiniStack();
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const logFile = join(home, 'ministack.log');
  const log = openSync(logFile, 'w');
  // A process group of its own, so that the functions it runs end with it. MiniStack hands its AWS
  // variables on to the functions: it gets none.
  const emulator = spawn('python3', ['-m', 'ministack'], {
    cwd: home,
    env: {
      ...withoutAws(process.env),
      PYTHONPATH: packages,
      TMPDIR: home,
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      LOCALSTACK_HOSTNAME: '',
    },
    stdio: ['ignore', log, log],
    detached: true,
  });
  process.on('exit', () => {
    stopProcess(emulator);
    rmSync(home, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  if (!(await isUp(url, emulator))) {
    stopProcess(emulator);
    throw new Error(`MiniStack did not start:\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
  }
  return { url, process: emulator };
}

/** Installs MiniStack from PyPI beside the project on first use, and returns its folder. */
function installMiniStack(): string {
  const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']);
  if (python.error || python.status !== 0) {
    throw new Error(
      'The local cloud needs Python 3.10 or newer as "python3". Install it, or set LOCAL_CLOUD_URL to the URL of an emulator that runs.',
    );
  }
  const target = join(PROJECT, '.cache', `ministack-${MINISTACK_VERSION}`);
  if (!existsSync(target)) {
    const partial = `${target}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    const args = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--root-user-action=ignore',
    ];
    const pip = spawnSync('python3', [...args, '--target', partial, `ministack==${MINISTACK_VERSION}`], {
      encoding: 'utf8',
    });
    if (pip.status !== 0) {
      rmSync(partial, { recursive: true, force: true });
      throw new Error(`pip could not install MiniStack ${MINISTACK_VERSION}:\n${pip.stderr}`);
    }
    renameSync(partial, target);
  }
  return target;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isUp(url: string, emulator: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && emulator.exitCode === null) {
    const healthy = await fetch(`${url}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

function stopProcess(child?: ChildProcess): void {
  if (child?.pid && child.exitCode === null) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
}

function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}
