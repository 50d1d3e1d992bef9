import type { ScriptedFunctions } from './functions';

/** How an execution went. What it called is with the functions. */
export interface Run {
  readonly status: string;
  /** The states that it entered. */
  readonly path: string[];
}

/** Software that runs definitions in Amazon States Language, with a clock that never really waits. */
export interface Interpreter {
  readonly name: string;
  start?(): Promise<void>;
  run(definition: object, input: object, functions: ScriptedFunctions): Promise<Run>;
  stop?(): Promise<void>;
}

/** When all executions start, in milliseconds since the epoch. */
export const STARTED_AT = Date.parse('2026-01-01T00:00:00Z');
