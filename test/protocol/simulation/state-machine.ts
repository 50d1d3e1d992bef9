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

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Parameters?: object;
  readonly TimeoutSeconds?: number;
  readonly ResultSelector?: object;
  readonly ResultPath?: string | null;
  readonly Catch?: {
    readonly ErrorEquals: string[];
    readonly ResultPath: string | null;
    readonly Next: string;
  }[];
  readonly Choices?: Rule[];
  readonly Default?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
}

interface Rule {
  readonly Variable: string;
  readonly IsPresent?: boolean;
  readonly TimestampLessThanPath?: string;
  readonly Next: string;
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
  public endedAt?: number;
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
      this.endedAt = this.clock.now;
    }
  }

  private async enter(state: State, data: Json): Promise<[string | undefined, Json]> {
    switch (state.Type) {
      case 'Task':
        return this.task(state, data);
      case 'Choice': {
        const choice = state.Choices!.find((rule) => this.holds(rule, data));
        return [choice?.Next ?? state.Default, data];
      }
      case 'Succeed':
        return [undefined, data];
      case 'Wait': {
        const seconds = state.Seconds ?? this.read(state.SecondsPath!, data);
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

  private holds({ Variable, IsPresent, TimestampLessThanPath }: Rule, data: Json): boolean {
    const value = this.read(Variable, data);
    if (TimestampLessThanPath === undefined) {
      return (value !== undefined) === IsPresent;
    }
    const [time, limit] = [value, this.read(TimestampLessThanPath, data)].map(toTime);
    return time < limit;
  }

  private async task(state: State, data: Json): Promise<[string | undefined, Json]> {
    this.historyEvents += 3;
    try {
      const task = this.fill(state.Parameters!, data) as Parameters<Invoke>[0];
      const payload = await this.inTime(this.invoke(clone(task)), state.TimeoutSeconds);
      const result = { Payload: clone(payload) };
      const selected = state.ResultSelector ? this.fill(state.ResultSelector, result) : result;
      return [state.Next, put(data, state.ResultPath, selected)];
    } catch (error) {
      if (!(error instanceof TaskError)) {
        throw error;
      }
      const catcher = state.Catch?.find(
        ({ ErrorEquals }) => ErrorEquals.includes('States.ALL') || ErrorEquals.includes(error.errorName),
      );
      if (!catcher) {
        throw error;
      }
      const output = { Error: error.errorName, Cause: error.message };
      return [catcher.Next, put(data, catcher.ResultPath, output)];
    }
  }

  /** Cuts a call off that takes too long. */
  private async inTime<T>(call: Promise<T>, seconds = Infinity): Promise<T> {
    const timer = this.clock.timer(seconds);
    try {
      const timedOut = timer.rings.then(() => {
        throw new TaskError('States.Timeout', '');
      });
      return await Promise.race([call, timedOut]);
    } finally {
      timer.cancel();
    }
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
    const context = { State: { EnteredTime: new Date(this.clock.now).toISOString() } };
    const [root, ...keys] = path.split('.');
    return keys.reduce<unknown>(
      (value, key) => (value as Json | null | undefined)?.[key],
      root === '$$' ? context : data,
    );
  }
}

function toTime(timestamp: unknown): number {
  const time = Date.parse(timestamp as string);
  if (Number.isNaN(time)) {
    throw new TaskError('States.Runtime', `Not a timestamp: ${String(timestamp)}`);
  }
  return time;
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
