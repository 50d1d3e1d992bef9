import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  type ListExecutionsCommandOutput,
  type StartExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { waitEngine } from '../../../lib/private/contract/state-machine';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Random } from './random';
import { Execution, type Definition, type Invoke } from './state-machine';

const DEFINITION = waitEngine('aws') as Definition;

/** How far lists may lag behind. */
const LAG_SECONDS = 30;

const EXECUTION_PREFIX = 'arn:aws:states:us-east-1:123456789012:execution:Wait:';

const $metadata = {};

/** AWS Step Functions behind its SDK client. */
export class StepFunctions extends SFNClient {
  public readonly executions = new Map<string, Execution>();
  /** Until then no execution may be started. */
  public startDeniedUntil = 0;
  /** When lists begin to show each execution, in milliseconds since the epoch. */
  private readonly listedFrom = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly invoke: Invoke,
  ) {
    super({ region: 'us-east-1' });
  }

  // The client's own declaration has one overload for each way to call it.
  public override send = (async (command: unknown): Promise<unknown> => {
    await this.clock.sleep(0.05);
    if (command instanceof StartExecutionCommand) {
      return this.start(command.input.name!, command.input.input!);
    }
    if (command instanceof ListExecutionsCommand) {
      this.failSometimes('Step Functions: list throttled');
      return this.list();
    }
    if (command instanceof DescribeExecutionCommand) {
      const execution = this.executions.get(nameOf(command.input.executionArn!));
      if (!execution) {
        throw new ExecutionDoesNotExist({ message: command.input.executionArn!, $metadata });
      }
      const { input, status, endedAt } = execution;
      return { $metadata, input, status, stopDate: endedAt === undefined ? undefined : new Date(endedAt) };
    }
    if (command instanceof StopExecutionCommand) {
      this.failSometimes('Step Functions: stop refused');
      this.executions.get(nameOf(command.input.executionArn!))!.stop();
      return { $metadata };
    }
    throw new Error('Unknown command');
  }) as SFNClient['send'];

  private start(name: string, input: string): StartExecutionCommandOutput {
    const existing = this.executions.get(name);
    if (this.clock.now < this.startDeniedUntil) {
      this.faults.count('Step Functions: start denied');
      throw Object.assign(new Error('Not authorized'), { name: 'AccessDeniedException' });
    }
    if (existing && (existing.status !== 'RUNNING' || existing.input !== input)) {
      throw new ExecutionAlreadyExists({ message: name, $metadata });
    }
    const execution = existing ?? new Execution(DEFINITION, name, input, this.clock, this.invoke);
    if (!existing) {
      this.executions.set(name, execution);
      const lagging = { place: 'list lag', limit: Infinity, probability: 0.2, seconds: 0 };
      const lags = this.faults.happens('Step Functions: list lags', lagging);
      this.listedFrom.set(name, this.clock.now + (lags ? this.random.between(0, LAG_SECONDS) * 1000 : 0));
      void execution.run();
    }
    return {
      $metadata,
      executionArn: `${EXECUTION_PREFIX}${name}`,
      startDate: new Date(execution.startedAt),
    };
  }

  /** The newest first. */
  private list(): ListExecutionsCommandOutput {
    const listed = [...this.executions.values()].filter(
      ({ name }) => this.listedFrom.get(name)! <= this.clock.now,
    );
    return {
      $metadata,
      executions: listed.reverse().map(({ name, startedAt, status }) => ({
        name,
        executionArn: `${EXECUTION_PREFIX}${name}`,
        stateMachineArn: undefined,
        startDate: new Date(startedAt),
        status,
      })),
    };
  }

  private failSometimes(kind: string): void {
    if (this.faults.happens(kind, { place: kind, limit: 1, probability: 0.01, seconds: 0 })) {
      throw new Error('Rate exceeded');
    }
    this.faults.recover(kind);
  }
}

function nameOf(executionArn: string): string {
  return executionArn.split(':').at(-1)!;
}
