import { spawn, type ChildProcess } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { createServer, type AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { UserError } from '../arguments';
import type { BedrockAccountOptions } from '../bedrock/account';
import { DIALECTS, withAllPermissionsAsked } from '../bedrock/dialect';
import { BedrockStandIn } from '../bedrock/stand-in';
import { IamRecord } from './iam-record';
import { LiveIam } from './live-iam';
import { findPython, installFromPyPi } from './python';

/**
 * A cloud on this machine: MiniStack emulates AWS, and the stand-in simulates the operations of Amazon Bedrock on
 * import jobs and imported models, which MiniStack does not have.
 */

const MINISTACK = 'ministack==1.5.33';
const REGION = 'us-east-1';
const PROJECT = join(__dirname, '..', '..');
const START_TIMEOUT_MS = 60_000;

/** How a command of the CDK CLI ended. */
export interface CliResult {
  readonly code: number;
  readonly output: string;
}

export class LocalCloud {
  /**
   * Starts the emulator and the stand-in, and bootstraps the account. Where the dialect is about permissions, all that
   * may be needed are.
   */
  public static async start(options: BedrockAccountOptions = {}): Promise<LocalCloud> {
    const { dialect = DIALECTS.today } = options;
    const bedrock = new BedrockStandIn({ ...options, dialect: withAllPermissionsAsked(dialect) });
    const cloud = new LocalCloud(bedrock, await bedrock.start());
    try {
      // The URL of an emulator that is running already, to use instead of starting one.
      const { LOCAL_CLOUD_URL: url } = process.env;
      cloud.emulator = url ? await findEmulator(url) : await startEmulator(cloud.home);
      if (!url) {
        bedrock.readIam = (accessKeyId, input) => cloud.iam.read(accessKeyId, input);
      }
      const { code, output } = await cloud.cdk(['bootstrap', `aws://000000000000/${REGION}`, '--app', '']);
      if (code !== 0) {
        throw new Error(`cdk bootstrap failed:\n${output}`);
      }
      await cloud.allowPlainHttp();
      return cloud;
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  }

  /** Where the emulator and the CLI write all their files. */
  private readonly home = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  private readonly running = new Set<ChildProcess>();
  private emulator?: Emulator;
  private readIam?: LiveIam;

  private constructor(
    public readonly bedrock: BedrockStandIn,
    /** The URL of the Bedrock stand-in. */
    public readonly bedrockUrl: string,
  ) {
    process.once('exit', this.abandon);
  }

  /** The URL of the emulator. */
  public get url(): string {
    return this.emulator!.url;
  }

  /** What the emulator's IAM says, and was asked. */
  public get iam(): LiveIam {
    this.readIam ??= new LiveIam(this.clientConfig, new IamRecord(recordIn(this.home)));
    return this.readIam;
  }

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

  /** The header of a request to the emulator, which reads who calls which service and checks no signature. */
  public authorizationFor(service: string): string {
    const scope = `test/20260101/${REGION}/${service}/aws4_request`;
    return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  }

  /** Deploys an app of this project, given by its file, with the CDK CLI. */
  public async deploy(app: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
    const quietly = ['--require-approval', 'never', '--progress', 'events'];
    return await this.withApp('deploy', app, [...quietly, ...args], env);
  }

  /** Destroys what an app deployed, with the CDK CLI. */
  public async destroy(app: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
    return await this.withApp('destroy', app, ['--force', ...args], env);
  }

  private async withApp(
    command: string,
    app: string,
    args: string[],
    env: NodeJS.ProcessEnv,
  ): Promise<CliResult> {
    const output = mkdtempSync(join(this.home, 'cdk.out-'));
    const run = `"${process.execPath}" --import tsx ${app}`;
    return await this.cdk([command, '--all', '--app', run, '--output', output, ...args], env);
  }

  /** Runs the CDK CLI of this project against this cloud. */
  private async cdk(args: string[], env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
    const cli = join(PROJECT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const child = spawn(process.execPath, [cli, ...args, '--no-notices', '--no-version-reporting'], {
      cwd: PROJECT,
      env: {
        ...withoutAws(process.env),
        HOME: this.home,
        TMPDIR: this.home,
        AWS_ENDPOINT_URL: this.url,
        AWS_ENDPOINT_URL_S3: this.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: REGION,
        CDK_DISABLE_VERSION_CHECK: '1',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        BEDROCK_STAND_IN_URL: this.bedrockUrl,
        CI: 'true',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject).on('close', (status) => resolve(status ?? 1));
    });
    this.running.delete(child);
    return { code, output };
  }

  /** Removes the policy that the bootstrap stack has for its bucket, which denies requests without TLS. */
  private async allowPlainHttp(): Promise<void> {
    const authorization = this.authorizationFor('s3');
    const bucket = `${this.url}/cdk-hnb659fds-assets-000000000000-${REGION}`;
    const { ok } = await fetch(`${bucket}?policy`, { method: 'DELETE', headers: { authorization } });
    if (!ok) {
      throw new Error('The policy of the asset bucket could not be removed');
    }
  }

  public async stop(): Promise<void> {
    await this.bedrock.stop();
    await this.emulator?.stop?.();
    this.abandon();
    process.off('exit', this.abandon);
  }

  /** Cleans up when this process ends. The emulator ends with it. */
  private readonly abandon = (): void => {
    this.running.forEach((child) => child.kill('SIGKILL'));
    rmSync(this.home, { recursive: true, force: true });
  };
}

interface Emulator {
  readonly url: string;
  /** Absent when the emulator was running before. */
  stop?(): Promise<void>;
}

/** Where the emulator writes down what it knows of IAM. */
function recordIn(home: string): string {
  return join(home, 'iam.jsonl');
}

/** An emulator that a person has started. */
async function findEmulator(url: string): Promise<Emulator> {
  if (!(await isHealthy(url))) {
    throw new UserError(
      `No MiniStack responds at LOCAL_CLOUD_URL, which is ${url}. ` +
        'Start one there, or unset LOCAL_CLOUD_URL and run the command again: it starts one by itself.',
    );
  }
  return { url };
}

/** Starts MiniStack, which ends when this process does. */
async function startEmulator(home: string): Promise<Emulator> {
  const python = findPython();
  const packages = installMiniStack();
  const port = await freePort();
  // Without the user's environment: MiniStack passes its own on to the functions.
  const emulator = spawn(python, [join(__dirname, 'emulator.py'), home], {
    env: {
      PATH: process.env.PATH,
      PYTHONPATH: packages,
      HOME: home,
      TMPDIR: home,
      // Functions have only the permissions of their roles.
      AUTH: 'true',
      IAM_RECORD: recordIn(home),
      STATE_DIR: join(home, 'state'),
      S3_DATA_DIR: join(home, 's3'),
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C does not reach it, so that it can clean up.
    detached: true,
  });
  let log = '';
  for (const stream of [emulator.stdout, emulator.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4000)));
  }
  const ended = new Promise<void>((resolve) => emulator.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    emulator.stdin.end();
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  if (!(await isUp(url, emulator))) {
    await stop();
    throw new Error(`MiniStack did not start:\n${log}`);
  }
  return { url, stop };
}

/** Installs MiniStack on first use, and returns its folder. */
export function installMiniStack(): string {
  return installFromPyPi(MINISTACK);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isUp(url: string, emulator: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && emulator.exitCode === null) {
    if (await isHealthy(url)) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

async function isHealthy(url: string): Promise<boolean> {
  return await fetch(`${url}/_ministack/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}
