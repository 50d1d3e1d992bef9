import type { IncomingMessage, ServerResponse } from 'http';
import { HttpServer } from '../../local/bedrock/http-server';

/** An execution that the stand-in knows. */
export interface Execution {
  readonly name: string;
  readonly executionArn: string;
  readonly input: string;
  /** Seconds since the epoch. */
  readonly startDate: number;
  status: 'RUNNING' | 'ABORTED' | 'SUCCEEDED';
  /** Seconds since the epoch. */
  stopDate?: number;
  /** Why it was stopped. */
  error?: string;
  cause?: string;
}

interface Call {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly executionArn: string;
  readonly nextToken?: string;
  readonly error?: string;
  readonly cause?: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const PAGE_SIZE = 2;

/**
 * A stand-in for the executions of AWS Step Functions, in its JSON 1.0 protocol. Its pages are short, so
 * that whoever lists executions has to turn them.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
 */
export class StepFunctionsStandIn extends HttpServer {
  public readonly executions: Execution[] = [];
  /** The operations that were called. */
  public readonly calls: string[] = [];
  /** Operations that are denied. */
  public denied: string[] = [];
  /** Operations that are denied once. */
  public readonly deniedOnce: string[] = [];
  /** Executions that lists do not show yet. */
  public readonly unlisted = new Set<Execution>();

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
    this.deniedOnce.length = 0;
    this.unlisted.clear();
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
    const { status, body: answer } = this.isDenied(operation)
      ? refuse('AccessDeniedException', `Not authorized to perform states:${operation}`)
      : this.perform(operation, JSON.parse(body.toString()) as Call);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  }

  private isDenied(operation: string): boolean {
    const once = this.deniedOnce.indexOf(operation);
    if (once >= 0) {
      this.deniedOnce.splice(once, 1);
    }
    return once >= 0 || this.denied.includes(operation);
  }

  private perform(operation: string, call: Call): Answer {
    switch (operation) {
      case 'StartExecution':
        return this.startExecution(call);
      case 'ListExecutions':
        return this.listExecutions(call);
      case 'StopExecution':
        return this.stopExecution(call);
      case 'DescribeExecution':
        return this.describeExecution(call);
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

  /** The newest first. */
  private listExecutions({ nextToken = '0' }: Call): Answer {
    const listed = this.executions.filter((execution) => !this.unlisted.has(execution)).reverse();
    const start = Number(nextToken);
    const next = start + PAGE_SIZE;
    return {
      status: 200,
      body: {
        executions: listed.slice(start, next),
        nextToken: next < listed.length ? String(next) : undefined,
      },
    };
  }

  private describeExecution({ executionArn }: Call): Answer {
    const execution = this.executions.find((candidate) => candidate.executionArn === executionArn);
    return execution ? { status: 200, body: execution } : refuse('ExecutionDoesNotExist', executionArn);
  }

  private stopExecution({ executionArn, error, cause }: Call): Answer {
    const execution = this.executions.find((candidate) => candidate.executionArn === executionArn);
    if (!execution) {
      return refuse('ExecutionDoesNotExist', executionArn);
    }
    const stopDate = this.now() / 1000;
    Object.assign(execution, { status: 'ABORTED', stopDate, error, cause });
    return { status: 200, body: { stopDate } };
  }
}

function refuse(name: string, message: string): Answer {
  return { status: 400, body: { __type: `com.amazonaws.states#${name}`, message } };
}
