import type { Clock } from './clock';

/** An error that a task ends with, as Step Functions reports it. */
export class TaskError extends Error {
  constructor(
    public readonly errorName: string,
    message: string,
  ) {
    super(message);
  }
}

interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Parameters?: object;
  readonly ResultSelector?: object;
  readonly ResultPath?: string | null;
  readonly Retry?: Retrier[];
  readonly Catch?: { readonly ErrorEquals: string[]; readonly ResultPath: string; readonly Next: string }[];
  readonly Choices?: { readonly Variable: string; readonly IsPresent: boolean; readonly Next: string }[];
  readonly Default?: string;
  readonly SecondsPath?: string;
}

/** A definition in Amazon States Language, as far as the wait engine uses it. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Record<string, State>;
}

/** Calls the function that a task names. */
export type Invoke = (task: { FunctionName: string; Payload: unknown }) => Promise<unknown>;

/** A standard execution ends with an error at this number of events. */
const MAX_HISTORY_EVENTS = 25_000;

type Json = Record<string, unknown>;

/** One execution of a state machine, with the clock of the simulation. */
export class Execution {
  public status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' = 'RUNNING';
  public readonly startedAt: number;
  public historyEvents = 1;
  /** The states that it entered. */
  public readonly path: string[] = [];

  constructor(
    private readonly definition: Definition,
    public readonly name: string,
    public readonly input: string,
    private readonly clock: Clock,
    private readonly invoke: Invoke,
  ) {
    this.startedAt = clock.now;
  }

  /** Goes from state to state until the end, or until somebody stops it. */
  public async run(): Promise<void> {
    let data = JSON.parse(this.input) as Json;
    let next: string | undefined = this.definition.StartAt;
    try {
      while (next && this.status === 'RUNNING') {
        this.path.push(next);
        this.historyEvents += 2;
        if (this.historyEvents > MAX_HISTORY_EVENTS) {
          throw new TaskError('States.Runtime', 'The execution has reached the maximum of history events');
        }
        [next, data] = await this.enter(this.definition.States[next], data);
      }
      this.end('SUCCEEDED');
    } catch {
      this.end('FAILED');
    }
  }

  public stop(): void {
    this.end('ABORTED');
  }

  private end(status: Execution['status']): void {
    if (this.status === 'RUNNING') {
      this.status = status;
    }
  }

  private async enter(state: State, data: Json): Promise<[string | undefined, Json]> {
    switch (state.Type) {
      case 'Task':
        return this.task(state, data);
      case 'Choice': {
        const choice = state.Choices!.find(
          ({ Variable, IsPresent }) => (this.read(Variable, data) !== undefined) === IsPresent,
        );
        return [choice?.Next ?? state.Default, data];
      }
      case 'Wait': {
        const seconds = this.read(state.SecondsPath!, data);
        if (!Number.isInteger(seconds) || (seconds as number) < 0) {
          throw new TaskError('States.Runtime', `Wait needs a number, got ${String(seconds)}`);
        }
        await this.clock.sleep(seconds as number);
        return [state.Next, data];
      }
      default:
        throw new TaskError('States.Runtime', `Unknown state type ${state.Type}`);
    }
  }

  private async task(state: State, data: Json): Promise<[string | undefined, Json]> {
    const failures = new Map<Retrier, number>();
    for (;;) {
      this.historyEvents += 3;
      try {
        const task = this.fill(state.Parameters!, data) as Parameters<Invoke>[0];
        const payload = await this.invoke(clone(task));
        const result = { Payload: clone(payload) };
        const selected = state.ResultSelector ? this.fill(state.ResultSelector, result) : result;
        return [state.Next, put(data, state.ResultPath, selected)];
      } catch (error) {
        if (!(error instanceof TaskError)) {
          throw error;
        }
        if (this.status !== 'RUNNING') {
          return [undefined, data];
        }
        const matches = ({ ErrorEquals }: { readonly ErrorEquals: string[] }): boolean =>
          ErrorEquals.includes('States.ALL') || ErrorEquals.includes(error.errorName);
        const retrier = state.Retry?.find(matches);
        const failed = retrier ? (failures.get(retrier) ?? 0) : 0;
        if (retrier && failed < retrier.MaxAttempts) {
          failures.set(retrier, failed + 1);
          const delay = retrier.IntervalSeconds * retrier.BackoffRate ** failed;
          await this.clock.sleep(Math.min(delay, retrier.MaxDelaySeconds ?? delay));
          if (this.isStopped()) {
            return [undefined, data];
          }
          continue;
        }
        const catcher = state.Catch?.find(matches);
        if (!catcher) {
          throw error;
        }
        const output = { Error: error.errorName, Cause: error.message };
        return [catcher.Next, put(data, catcher.ResultPath, output)];
      }
    }
  }

  private isStopped(): boolean {
    return this.status !== 'RUNNING';
  }

  /** Fills a template: keys that end with `.$` hold paths. */
  private fill(template: object, data: unknown): Json {
    return Object.fromEntries(
      Object.entries(template).map(([key, value]: [string, unknown]) => {
        if (key.endsWith('.$')) {
          const found = this.read(value as string, data);
          if (found === undefined) {
            throw new TaskError('States.ParameterPathFailure', `${String(value)} is not there`);
          }
          return [key.slice(0, -2), found];
        }
        const isObject = typeof value === 'object' && value !== null;
        return [key, isObject ? this.fill(value, data) : value];
      }),
    );
  }

  private read(path: string, data: unknown): unknown {
    const context = { Execution: { StartTime: new Date(this.startedAt).toISOString(), Name: this.name } };
    const [root, ...keys] = path.split('.');
    return keys.reduce<unknown>(
      (value, key) => (value as Json | undefined)?.[key],
      root === '$$' ? context : data,
    );
  }
}

function put(data: Json, path: string | null | undefined, value: unknown): Json {
  if (path === null) {
    return data;
  }
  return path ? { ...data, [path.replace('$.', '')]: value } : (value as Json);
}

/** What travels between functions and the state machine travels as JSON. */
function clone(value: unknown): never {
  return JSON.parse(JSON.stringify(value ?? null)) as never;
}
