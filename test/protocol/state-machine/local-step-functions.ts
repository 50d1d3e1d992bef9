import type * as localStepFunctions from 'aws-local-stepfunctions' with { 'resolution-mode': 'import' };
import { errorOf, type ScriptedFunctions } from './functions';
import { STARTED_AT, type Interpreter, type Run } from './interpreter';

/** It has the types of a module, and code for CommonJS as well. */
type Package = typeof localStepFunctions;

const { ExecutionError, StateMachine } = jest.requireActual<Package>('aws-local-stepfunctions');

type Definition = ConstructorParameters<Package['StateMachine']>[0];

interface Task {
  readonly FunctionName: string;
  readonly Payload: unknown;
}

/** The npm package `aws-local-stepfunctions`, in this process, with Jest's clock. */
export class LocalStepFunctions implements Interpreter {
  public readonly name = 'aws-local-stepfunctions';

  public async run(definition: object, input: object, functions: ScriptedFunctions): Promise<Run> {
    jest.useFakeTimers({ now: STARTED_AT });
    try {
      const machine = new StateMachine(definition as Definition);
      const { result, eventLogs } = machine.run(input as never, {
        overrides: { taskResourceLocalHandlers: handlers(definition as Definition, functions) },
      });
      const status = await letTimePass(result.then(() => 'SUCCEEDED', toStatus));
      const path: string[] = [];
      for await (const event of eventLogs) {
        if (event.type === 'StateEntered') {
          path.push(event.state.name);
        }
      }
      return { status, path };
    } finally {
      jest.useRealTimers();
    }
  }
}

function handlers(
  definition: Definition,
  functions: ScriptedFunctions,
): Record<string, (input: unknown) => Promise<never>> {
  const handler = async ({ FunctionName, Payload }: Task): Promise<{ readonly Payload: unknown }> => {
    const reply = functions.call(FunctionName, Payload, Math.round((Date.now() - STARTED_AT) / 100) / 10);
    await new Promise((resolve) => setTimeout(resolve, (reply.seconds ?? 0) * 1000));
    const error = errorOf(reply);
    if (error) {
      throw Object.assign(new Error(error.cause), { name: error.name });
    }
    return { Payload: 'result' in reply ? reply.result : undefined };
  };
  const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === 'Task');
  return Object.fromEntries(tasks.map(([name]) => [name, handler as never]));
}

function toStatus(error: unknown): string {
  if (error instanceof ExecutionError) {
    return 'FAILED';
  }
  throw error;
}

async function letTimePass<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const settle = (): boolean => (settled = true);
  promise.then(settle, settle);
  while (!settled) {
    await jest.advanceTimersToNextTimerAsync();
  }
  return promise;
}

// The package is for Node 22, and this is all of that which Node 20 lacks.
if (!('withResolvers' in Promise)) {
  Object.assign(Promise, { withResolvers });
}

function withResolvers(): object {
  let functions: unknown[] = [];
  const promise = new Promise((...resolvers) => (functions = resolvers));
  const [resolve, reject] = functions;
  return { promise, resolve, reject };
}
