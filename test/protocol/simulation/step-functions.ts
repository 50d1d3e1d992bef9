import {
  ExecutionAlreadyExists,
  StartExecutionCommand,
  type SFNClient,
  type StartExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { waitEngine } from '../../../lib/private/contract/state-machine';
import type { Clock } from './clock';
import type { Faults } from './faults';
import { awsError, errorOfTrouble, hangUp } from './service-errors';
import { Execution, type Definition, type Invoke } from './state-machine';

const DEFINITION = waitEngine('aws') as Definition;

const MAX_INPUT_BYTES = 262_144;

/** AWS Step Functions: the state machines of all stacks, behind the SDK's client. */
export class StepFunctions {
  /** By the ARN of their state machine and their name. */
  public readonly executions = new Map<string, Execution>();
  public readonly client: SFNClient;
  private readonly deleted = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly faults: Faults,
    private readonly invoke: Invoke,
  ) {
    const send = (command: unknown): Promise<object> => this.send(command);
    this.client = { send } as unknown as SFNClient;
  }

  /** Deletes a state machine: its executions end at their next transition. */
  public delete(stateMachineArn: string): void {
    this.deleted.add(stateMachineArn);
  }

  /** Whether an execution of a state machine still has something to do. */
  public isBusy(stateMachineArn: string): boolean {
    return [...this.executions].some(
      ([key, { status }]) => key.startsWith(`${stateMachineArn} `) && status === 'RUNNING',
    );
  }

  private async send(command: unknown): Promise<object> {
    if (!(command instanceof StartExecutionCommand)) {
      throw new Error('Only executions are started');
    }
    await this.clock.sleep(0.05);
    const trouble = this.faults.troubleAt('start');
    if (trouble) {
      throw errorOfTrouble(trouble, 'states:StartExecution');
    }
    const at = { place: 'start', limit: 5, probability: 0.02, seconds: 6 };
    if (this.faults.happens('Step Functions: start throttled', at)) {
      throw errorOfTrouble('throttling', 'states:StartExecution');
    }
    const started = this.start(command.input);
    if (this.faults.happens('Step Functions: started, answer lost', at)) {
      throw hangUp();
    }
    this.faults.recover(at.place);
    return started;
  }

  private start(request: StartExecutionCommand['input']): StartExecutionCommandOutput {
    const { stateMachineArn, name, input } = request as Record<keyof typeof request, string>;
    if (this.deleted.has(stateMachineArn)) {
      throw awsError('StateMachineDoesNotExist', stateMachineArn, 400);
    }
    if (Buffer.byteLength(input) > MAX_INPUT_BYTES) {
      throw awsError('ValidationException', 'The input is larger than 262,144 bytes', 400);
    }
    const key = `${stateMachineArn} ${name}`;
    const existing = this.executions.get(key);
    if (existing && (existing.status !== 'RUNNING' || existing.input !== input)) {
      throw new ExecutionAlreadyExists({ message: name, $metadata: { httpStatusCode: 400 } });
    }
    if (!existing) {
      const isDeleted = (): boolean => this.deleted.has(stateMachineArn);
      const execution = new Execution(DEFINITION, name, input, this.clock, this.invoke, isDeleted);
      this.executions.set(key, execution);
      void execution.run();
    }
    return { $metadata: {}, executionArn: key, startDate: new Date(this.clock.now) };
  }
}
