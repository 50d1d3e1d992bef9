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
  readonly Retry?: Retrier[];
  readonly Catch?: Catcher[];
  readonly Choices?: Rule[];
  readonly Default?: string;
  readonly SecondsPath?: string;
  readonly Error?: string;
  readonly Cause?: string;
}

interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
}

interface Catcher {
  readonly ErrorEquals: string[];
  readonly ResultPath: string | null;
  readonly Next: string;
}

interface Rule {
  readonly Variable: string;
  readonly IsPresent: boolean;
  readonly Next: string;
}

/** A definition in Amazon States Language, as far as the wait engine uses it. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Record<string, State>;
}

/** Calls the function that a task names. */
export type Invoke = (task: { FunctionName: string; Payload: unknown }) => Promise<unknown>;

/** A standard execution ends with an error at this number of events, and with a state of more bytes. */
const MAX_HISTORY_EVENTS = 25_000;
const MAX_STATE_BYTES = 262_144;

/** Errors that `States.ALL` does not match. */
const UNCAUGHT = ['States.DataLimitExceeded', 'States.Runtime'];

type Json = Record<string, unknown>;

/** One execution of a state machine, with the clock of the simulation. */
export class Execution {
  public status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' = 'RUNNING';
  /** Why it has failed. */
  public error?: string;
  /** Its beginning is one. */
  public historyEvents = 1;
  /** The states that it entered. */
  public readonly path: string[] = [];
  private readonly startedAt: number;

  constructor(
    private readonly definition: Definition,
    public readonly name: string,
    public readonly input: string,
    private readonly clock: Clock,
    private readonly invoke: Invoke,
    /** Whether its state machine was deleted: it then ends at its next transition. */
    private readonly isDeleted: () => boolean = () => false,
  ) {
    this.startedAt = clock.now;
  }

  /** Seconds since it was started. */
  public get ageSeconds(): number {
    return (this.clock.now - this.startedAt) / 1000;
  }

  /** Goes from state to state until the end. */
  public async run(): Promise<void> {
    let data = JSON.parse(this.input) as Json;
    let next: string | undefined = this.definition.StartAt;
    try {
      while (next && !this.isDeleted()) {
        this.path.push(next);
        this.countEvents(2);
        [next, data] = await this.enter(this.definition.States[next], data);
      }
      this.status = next ? 'ABORTED' : 'SUCCEEDED';
    } catch (error) {
      this.status = 'FAILED';
      this.error = error instanceof TaskError ? error.errorName : String((error as Error).stack);
    }
  }

  private countEvents(count: number): void {
    this.historyEvents += count;
    if (this.historyEvents > MAX_HISTORY_EVENTS) {
      throw new TaskError('States.Runtime', 'The execution has reached the maximum of history events');
    }
  }

  private async enter(state: State, data: Json): Promise<[string | undefined, Json]> {
    switch (state.Type) {
      case 'Task':
        return this.task(state, data);
      case 'Choice': {
        const choice = state.Choices!.find((rule) => holds(rule, data));
        return [choice?.Next ?? state.Default, data];
      }
      case 'Succeed':
        return [undefined, data];
      case 'Fail':
        throw new TaskError(state.Error!, state.Cause!);
      case 'Wait': {
        const seconds = read(state.SecondsPath!, data);
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
    for (let failures = 0; ; failures++) {
      try {
        return [state.Next, await this.attempt(state, data)];
      } catch (error) {
        if (!(error instanceof TaskError)) {
          throw error;
        }
        const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error));
        if (!retrier || failures >= retrier.MaxAttempts || this.isDeleted()) {
          return caught(state, data, error);
        }
        await this.clock.sleep(retrier.IntervalSeconds * retrier.BackoffRate ** failures);
      }
    }
  }

  /** Runs a task once: it is scheduled, started, and ends. */
  private async attempt(state: State, data: Json): Promise<Json> {
    this.countEvents(3);
    const task = fill(state.Parameters!, data) as Parameters<Invoke>[0];
    const payload = await this.inTime(this.invoke(clone(task)), state.TimeoutSeconds);
    const result = { Payload: clone(payload) };
    const selected = state.ResultSelector ? fill(state.ResultSelector, result) : result;
    return withinLimit(put(data, state.ResultPath, selected));
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
}

function matches(names: string[], { errorName }: TaskError): boolean {
  return names.includes(errorName) || (names.includes('States.ALL') && !UNCAUGHT.includes(errorName));
}

function caught(state: State, data: Json, error: TaskError): [string, Json] {
  const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error));
  if (!catcher) {
    throw error;
  }
  const output = { Error: error.errorName, Cause: error.message };
  return [catcher.Next, withinLimit(put(data, catcher.ResultPath, output))];
}

function holds({ Variable, IsPresent }: Rule, data: Json): boolean {
  return (read(Variable, data) !== undefined) === IsPresent;
}

/** Fills a template: keys that end with `.$` hold paths. */
function fill(template: object, data: Json): Json {
  return Object.fromEntries(
    Object.entries(template).map(([key, value]: [string, unknown]) => {
      if (key.endsWith('.$')) {
        const found = read(value as string, data);
        if (found === undefined) {
          throw new TaskError('States.ParameterPathFailure', `${String(value)} is not there`);
        }
        return [key.slice(0, -2), found];
      }
      const isObject = typeof value === 'object' && value !== null;
      return [key, isObject ? fill(value, data) : value];
    }),
  );
}

function read(path: string, data: Json): unknown {
  return keysOf(path).reduce<unknown>((value, key) => (value as Json | null | undefined)?.[key], data);
}

/** Puts a value at a path: `$.poll.error` replaces only that field of `poll`. No path replaces everything. */
function put(data: Json, path: string | null | undefined, value: Json): Json {
  return path === null ? data : putAt(data, path === undefined ? [] : keysOf(path), value);
}

function putAt(data: Json, [key, ...rest]: string[], value: Json): Json {
  return key === undefined ? value : { ...data, [key]: putAt((data?.[key] ?? {}) as Json, rest, value) };
}

function keysOf(path: string): string[] {
  return path.split('.').slice(1);
}

function withinLimit(data: Json): Json {
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_STATE_BYTES) {
    throw new TaskError('States.DataLimitExceeded', 'The state is larger than 262,144 bytes');
  }
  return data;
}

/** What travels between functions and the state machine travels as JSON. */
function clone(value: unknown): never {
  return JSON.parse(JSON.stringify(value ?? null)) as never;
}
