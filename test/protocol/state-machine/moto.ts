import { spawn, type ChildProcessWithoutNullStreams } from 'child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';
import { join } from 'path';
import { text } from 'stream/consumers';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { findPython, installFromPyPi } from '../../../local/cloud/python';
import { LONGEST_SECONDS, REQUEST_ID, type Reply, type ScriptedFunctions } from './functions';
import { STARTED_AT, type Interpreter, type Run } from './interpreter';

const MOTO = 'moto[stepfunctions]==5.2.5';
/** What moto's server needs besides. */
const SERVER = ['flask', 'flask-cors'];

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** The PyPI package `moto`, as a server; AWS Lambda and the clock are a server here, which it calls. */
export class Moto implements Interpreter {
  public readonly name = 'moto';
  private readonly peer: Server = createServer((request, response) => void this.serve(request, response));
  private moto?: ChildProcessWithoutNullStreams;
  private client?: SFNClient;
  private functions?: ScriptedFunctions;
  private now = STARTED_AT;

  public async start(): Promise<void> {
    await new Promise<void>((resolve) => this.peer.listen(0, 'localhost', resolve));
    const { port } = this.peer.address() as AddressInfo;
    this.moto = spawn(findPython(), [join(__dirname, 'moto_server.py')], {
      env: {
        PATH: process.env.PATH,
        PYTHONPATH: installFromPyPi(MOTO, SERVER),
        MOTO_PORT: String(port),
      },
    });
    this.client = new SFNClient({ endpoint: `http://127.0.0.1:${await firstLine(this.moto)}` });
  }

  public async run(definition: object, input: object, functions: ScriptedFunctions): Promise<Run> {
    const client = this.client!;
    this.functions = functions;
    this.now = STARTED_AT;
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({
        name: `machine-${Date.now()}`,
        roleArn: 'arn:aws:iam::123456789012:role/machine',
        definition: JSON.stringify(definition),
      }),
    );
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name: 'execution' }),
    );
    let status: string;
    do {
      status = (await client.send(new DescribeExecutionCommand({ executionArn }))).status!;
    } while (status === 'RUNNING');
    const path: string[] = [];
    for await (const { events } of paginateGetExecutionHistory({ client }, { executionArn })) {
      path.push(...events!.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []));
    }
    return { status, path };
  }

  public async stop(): Promise<void> {
    this.moto?.stdin.end();
    this.client?.destroy();
    this.peer.closeAllConnections();
    await new Promise((resolve) => this.peer.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const url = request.url!;
    const functionArn = INVOCATION.exec(url)?.[1];
    if (functionArn) {
      const second = (this.now - STARTED_AT) / 1000;
      const reply = this.functions!.call(decodeURIComponent(functionArn), JSON.parse(body), second);
      if (reply.seconds !== LONGEST_SECONDS) {
        this.now += (reply.seconds ?? 0) * 1000;
        answer(reply, response);
      }
    } else if (url.startsWith('/clock/sleep/')) {
      this.now += Number(url.slice('/clock/sleep/'.length)) * 1000;
      response.end();
    } else {
      response.end(String(this.now / 1000));
    }
  }
}

/** Says a reply as AWS Lambda does. */
function answer(reply: Reply, response: ServerResponse): void {
  response.setHeader('x-amzn-requestid', REQUEST_ID);
  if ('serviceError' in reply) {
    const { status, code, message } = reply.serviceError;
    response.writeHead(status, { 'x-amzn-errortype': code }).end(JSON.stringify({ message }));
  } else if ('functionError' in reply) {
    response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end(JSON.stringify(reply.functionError));
  } else {
    response.writeHead(200).end(JSON.stringify(reply.result));
  }
}

function firstLine(moto: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    moto.stderr.setEncoding('utf8').on('data', (chunk: string) => (log = (log + chunk).slice(-4000)));
    moto.stdout.setEncoding('utf8').once('data', (line: string) => resolve(line.trim()));
    moto.once('close', () => reject(new Error(`moto did not start:\n${log}`)));
  });
}
