import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  paginateListExecutions,
  StartExecutionCommand,
  StopExecutionCommand,
  type ExecutionListItem,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { ExecutionState, ResourceEvent } from '../shared/engine';
import { namePrefix, readName } from './execution-name';
import { timeOf, type Request } from './order';
import { URL_LIFETIME_SECONDS } from './request-time';

/** The executions of the state machine, each of which serves one request. */

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly isRunning: boolean;
  /** When it ended, in milliseconds since the epoch. */
  readonly endedAt?: number;
  readonly request: Request;
  /** Its input. Absent when it could not be had. */
  readonly state?: ExecutionState;
}

/** Milliseconds that a look at the executions, one start, or a stop may take. */
const LIMIT_MS = 8000;

/** What is older than a ResponseURL lives cannot matter any more; requests can be served that late. */
const MAX_AGE_SECONDS = 2 * URL_LIFETIME_SECONDS;

/** Pages of a thousand. */
const MAX_PAGES = 5;

export class Executions {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  /** Those that serve a resource, of the last hours. A list may lag by half a minute. */
  public async ofResource(event: ResourceEvent, now: number): Promise<Execution[]> {
    const abort = limit();
    const found: ExecutionListItem[] = [];
    const input = { stateMachineArn: this.stateMachineArn };
    let pages = 0;
    for await (const { executions = [] } of paginateListExecutions({ client: this.client }, input, abort)) {
      found.push(...executions.filter(({ name }) => name?.startsWith(namePrefix(event))));
      const oldest = executions.at(-1)?.startDate;
      if (++pages === MAX_PAGES || (oldest && oldest.getTime() < now - MAX_AGE_SECONDS * 1000)) {
        break;
      }
    }
    return Promise.all(found.map((item) => this.describe(item, abort)));
  }

  /** Whether there is or was an execution of a name. One that may not be described is taken for none. */
  public async has(name: string): Promise<boolean> {
    const executionArn = `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const described = this.client.send(new DescribeExecutionCommand({ executionArn }), limit());
    return described.then(
      () => true,
      () => false,
    );
  }

  /**
   * Starts the execution that serves a request. Returns when it started, which may be before this call when
   * the request arrives again, or nothing when it has ended already.
   */
  public async start(name: string, state: ExecutionState): Promise<Date | undefined> {
    const { stateMachineArn } = this;
    const input = JSON.stringify(state);
    try {
      const { startDate } = await this.client.send(
        new StartExecutionCommand({ stateMachineArn, name, input }),
        limit(),
      );
      return startDate;
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) {
        throw error;
      }
      return undefined;
    }
  }

  public async stop({ arn }: Execution, cause: string): Promise<void> {
    const command = new StopExecutionCommand({ executionArn: arn, error: 'Superseded', cause });
    await this.client.send(command, limit());
  }

  /** One that cannot be described is taken for a creation: that touches least of what is newer. */
  private async describe(item: ExecutionListItem, abort: Limit): Promise<Execution> {
    const arn = item.executionArn!;
    const { input, status, stopDate } = await this.client
      .send(new DescribeExecutionCommand({ executionArn: arn }), abort)
      .catch(() => ({ input: undefined, status: item.status, stopDate: item.stopDate }));
    const state = input === undefined ? undefined : (JSON.parse(input) as ExecutionState);
    const { madeAt: told, requestId } = readName(item.name!);
    const madeAt = timeOf(told, item.startDate!.getTime());
    const request: Request = state
      ? readRequest(state.event, madeAt, state.first.sparesSince)
      : { type: 'Create', requestId, madeAt };
    const endedAt = stopDate?.getTime();
    return { arn, name: item.name!, isRunning: status === 'RUNNING', endedAt, request, state };
  }
}

/** The place of a request in the order. */
export function readRequest(event: ResourceEvent, madeAt: number, sparesSince?: string): Request {
  return {
    type: event.RequestType,
    requestId: event.RequestId,
    physicalId: event.PhysicalResourceId,
    madeAt,
    sparesSince: sparesSince === undefined ? undefined : Date.parse(sparesSince),
  };
}

type Limit = { readonly abortSignal: AbortSignal };

function limit(): Limit {
  return { abortSignal: AbortSignal.timeout(LIMIT_MS) };
}
