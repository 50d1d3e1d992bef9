import {
  ExecutionAlreadyExists,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  type ListExecutionsCommandOutput,
  type StartExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { waitEngine } from '../../lib/private/state-machine';
import type { Clock } from './clock';
import type { Faults } from './faults';
import { Execution, type Definition, type Invoke } from './state-machine';

export const ON_EVENT_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:on-event';

const DEFINITION = waitEngine('aws') as Definition;

const $metadata = {};

/** AWS Step Functions behind its SDK client. */
export class StepFunctions extends SFNClient {
  public readonly executions = new Map<string, Execution>();
  /** Whether no new execution may be started. */
  public startDenied = false;
  private readonly denied = new Set<string>();
  /** Whether an execution could not be stopped, so that it may run on. */
  public stopFailed = false;

  constructor(
    private readonly clock: Clock,
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
      this.failSometimes('Step Functions: list refused');
      return this.list();
    }
    if (command instanceof StopExecutionCommand) {
      this.failSometimes('Step Functions: stop refused');
      this.executions.get(command.input.executionArn!)!.stop();
      return { $metadata };
    }
    throw new Error('Unknown command');
  }) as SFNClient['send'];

  private start(name: string, input: string): StartExecutionCommandOutput {
    const existing = this.executions.get(name);
    if (!existing && (this.startDenied || this.denied.has(name))) {
      this.denied.add(name);
      this.faults.count('Step Functions: start denied');
      throw Object.assign(new Error('Not authorized'), { name: 'AccessDeniedException' });
    }
    if (existing && (existing.status !== 'RUNNING' || existing.input !== input)) {
      throw new ExecutionAlreadyExists({ message: name, $metadata });
    }
    const execution = existing ?? new Execution(DEFINITION, name, input, this.clock, this.invoke);
    if (!existing) {
      this.executions.set(name, execution);
      void execution.run();
    }
    return { $metadata, executionArn: name, startDate: new Date(execution.startedAt) };
  }

  private list(): ListExecutionsCommandOutput {
    const running = [...this.executions.values()].filter(({ status }) => status === 'RUNNING');
    return {
      $metadata,
      executions: running.map(({ name, startedAt }) => ({
        name,
        executionArn: name,
        stateMachineArn: undefined,
        startDate: new Date(startedAt),
        status: 'RUNNING',
      })),
    };
  }

  private failSometimes(kind: string): void {
    if (this.faults.happens(kind, { place: kind, limit: 1, probability: 0.01, seconds: 0 })) {
      this.stopFailed = true;
      throw new Error('Service unavailable');
    }
    this.faults.recover(kind);
  }
}
