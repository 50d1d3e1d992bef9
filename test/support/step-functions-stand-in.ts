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
}

interface Call {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly executionArn: string;
  readonly statusFilter: string;
  readonly nextToken?: string;
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
  private seconds = 1_700_000_000;

  public running(): string[] {
    return this.executions.filter(({ status }) => status === 'RUNNING').map(({ name }) => name);
  }

  public reset(): void {
    this.executions.length = 0;
    this.calls.length = 0;
    this.denied = [];
  }

  /** Adds an execution that runs, younger than all others. */
  public add(name: string, stateMachineArn: string, input = '{}'): Execution {
    const execution: Execution = {
      name,
      executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
      input,
      startDate: this.seconds++,
      status: 'RUNNING',
    };
    this.executions.push(execution);
    return execution;
  }

  protected serve(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const operation = String(request.headers['x-amz-target']).replace('AWSStepFunctions.', '');
    this.calls.push(operation);
    const { status, body: answer } = this.denied.includes(operation)
      ? refuse('AccessDeniedException', `Not authorized to perform states:${operation}`)
      : this.perform(operation, JSON.parse(body.toString()) as Call);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  }

  private perform(operation: string, call: Call): Answer {
    switch (operation) {
      case 'StartExecution':
        return this.startExecution(call);
      case 'ListExecutions':
        return this.listExecutions(call);
      case 'StopExecution':
        return this.stopExecution(call);
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

  private listExecutions({ statusFilter, nextToken = '0' }: Call): Answer {
    const start = Number(nextToken);
    const page = this.executions.slice(start, start + PAGE_SIZE);
    const next = start + PAGE_SIZE;
    return {
      status: 200,
      body: {
        executions: page.filter(({ status }) => status === statusFilter),
        nextToken: next < this.executions.length ? String(next) : undefined,
      },
    };
  }

  private stopExecution({ executionArn }: Call): Answer {
    const execution = this.executions.find((candidate) => candidate.executionArn === executionArn);
    if (!execution) {
      return refuse('ExecutionDoesNotExist', executionArn);
    }
    execution.status = 'ABORTED';
    return { status: 200, body: { stopDate: this.seconds } };
  }
}

function refuse(name: string, message: string): Answer {
  return { status: 400, body: { __type: `com.amazonaws.states#${name}`, message } };
}
