import type { IncomingMessage, ServerResponse } from 'http';
import { HttpServer } from '../../local/bedrock/http-server';

/** An execution that the stand-in knows. */
export interface Execution {
  readonly name: string;
  readonly executionArn: string;
  readonly input: string;
  /** Seconds since the epoch. */
  readonly startDate: number;
  status: 'RUNNING' | 'SUCCEEDED';
}

interface Call {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * A stand-in for the executions of AWS Step Functions, in its JSON 1.0 protocol.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
 */
export class StepFunctionsStandIn extends HttpServer {
  public readonly executions: Execution[] = [];
  /** The operations that were called. */
  public readonly calls: string[] = [];
  /** Operations that are denied. */
  public denied: string[] = [];
  /** What every call fails with: an error, or a connection that breaks. */
  public failure?: { readonly name: string; readonly status: number } | 'reset';

  /** @param now the time in milliseconds since the epoch */
  constructor(private readonly now: () => number) {
    super();
  }

  public running(): string[] {
    return this.executions.filter(({ status }) => status === 'RUNNING').map(({ name }) => name);
  }

  public reset(): void {
    this.executions.length = 0;
    this.calls.length = 0;
    this.denied = [];
    this.failure = undefined;
  }

  /** Adds an execution that runs. */
  public add(name: string, stateMachineArn: string, input = '{}'): Execution {
    const execution: Execution = {
      name,
      executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
      input,
      startDate: this.now() / 1000,
      status: 'RUNNING',
    };
    this.executions.push(execution);
    return execution;
  }

  protected serve(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const operation = String(request.headers['x-amz-target']).replace('AWSStepFunctions.', '');
    this.calls.push(operation);
    if (this.failure === 'reset') {
      request.socket.destroy();
      return;
    }
    if (this.failure) {
      const { name, status } = this.failure;
      respond(response, { ...refuse(name, 'Not now'), status });
      return;
    }
    const answer = this.denied.includes(operation)
      ? refuse('AccessDeniedException', `Not authorized to perform states:${operation}`)
      : this.perform(operation, JSON.parse(body.toString()) as Call);
    respond(response, answer);
  }

  private perform(operation: string, call: Call): Answer {
    switch (operation) {
      case 'StartExecution':
        return this.startExecution(call);
      default:
        return refuse('UnknownOperationException', operation);
    }
  }

  /** Idempotent while the execution runs, refused afterwards, as the API reference says. */
  private startExecution({ name, input, stateMachineArn }: Call): Answer {
    const existing = this.executions.find((execution) => execution.name === name);
    if (existing && (existing.status !== 'RUNNING' || existing.input !== input)) {
      return refuse('ExecutionAlreadyExists', `Execution Already Exists: '${name}'`);
    }
    const { executionArn, startDate } = existing ?? this.add(name, stateMachineArn, input);
    return { status: 200, body: { executionArn, startDate } };
  }
}

function respond(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}

function refuse(name: string, message: string): Answer {
  return { status: 400, body: { __type: `com.amazonaws.states#${name}`, message } };
}
