import { Clock } from '../simulation/clock';
import { Execution, TaskError, type Definition } from '../simulation/state-machine';
import { errorOf, type ScriptedFunctions } from './functions';
import { STARTED_AT, type Interpreter, type Run } from './interpreter';

/** The interpreter that the simulation runs with. */
export class Simulated implements Interpreter {
  public readonly name = "the simulation's interpreter";

  public async run(definition: object, input: object, functions: ScriptedFunctions): Promise<Run> {
    const clock = new Clock();
    clock.now = STARTED_AT;
    const execution = new Execution(
      definition as Definition,
      'execution',
      JSON.stringify(input),
      clock,
      async ({ FunctionName, Payload }) => {
        const reply = functions.call(FunctionName, Payload, (clock.now - STARTED_AT) / 1000);
        await clock.sleep(reply.seconds ?? 0);
        const error = errorOf(reply);
        if (error) {
          throw new TaskError(error.name, error.cause);
        }
        return 'result' in reply ? reply.result : undefined;
      },
    );
    await clock.runUntil(execution.run());
    return { status: execution.status, path: execution.path };
  }
}
