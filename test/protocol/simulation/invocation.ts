import type { Clock } from './clock';
import { TaskError } from './state-machine';

/** How an invocation ends before its time: at one of its calls, before or after that has taken effect. */
export interface Death {
  readonly how: 'crash' | 'timeout';
  /** Which call it is, by its name, as in `bedrock CreateModelImportJob`, and its number, which begins at 0. */
  readonly isAt: (call: string, number: number) => boolean;
  readonly afterEffect: boolean;
}

/** Makes a call in the name of an invocation, which may die of it. */
export type Via = <T>(call: string, act: () => Promise<T>) => Promise<T>;

/** One invocation of a function, which may die at any of its calls. */
export class Invocation {
  private calls = 0;
  private readonly startedAt: number;
  private die: (error: TaskError) => void = () => undefined;
  private readonly death = new Promise<never>((_, reject) => (this.die = reject));

  constructor(
    private readonly clock: Clock,
    private readonly timeoutSeconds: number,
    private readonly fate?: Death,
  ) {
    this.startedAt = clock.now;
    // It may come when nobody waits for it any more.
    this.death.catch(() => undefined);
  }

  /** Does the work of the function, as far as it comes. */
  public run<T>(work: () => Promise<T>): Promise<T> {
    return Promise.race([this.death, work()]);
  }

  public readonly via: Via = async (call, act) => {
    const isHere = this.fate?.isAt(call, this.calls++) ?? false;
    if (!isHere) {
      return act();
    }
    if (this.fate!.afterEffect) {
      await act().catch(() => undefined);
    }
    void this.end();
    return new Promise<never>(() => undefined);
  };

  private async end(): Promise<void> {
    if (this.fate!.how === 'crash') {
      this.die(
        new TaskError('Runtime.ExitError', '{"errorMessage":"Runtime exited with error: exit status 1"}'),
      );
      return;
    }
    await this.clock.sleep(this.timeoutSeconds - (this.clock.now - this.startedAt) / 1000);
    this.die(new TaskError('Sandbox.Timedout', '{"errorMessage":"Task timed out"}'));
  }
}
