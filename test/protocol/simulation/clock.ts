interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** A clock of its own: time passes when everybody waits, and then all at once. */
export class Clock {
  /** Milliseconds since the epoch. */
  public now = Date.parse('2026-01-01T00:00:00Z');
  private readonly sleepers: Sleeper[] = [];

  public sleep(seconds: number): Promise<void> {
    return this.timer(seconds).rings;
  }

  /** A timer that can be stopped. With an infinite time it never rings. */
  public timer(seconds: number): { readonly rings: Promise<void>; readonly cancel: () => void } {
    let sleeper: Sleeper | undefined;
    const rings = new Promise<void>((wake) => {
      if (seconds !== Infinity) {
        sleeper = { wakesAt: this.now + Math.round(seconds * 1000), wake };
        this.add(sleeper);
      }
    });
    const cancel = (): void => {
      const index = sleeper ? this.sleepers.indexOf(sleeper) : -1;
      if (index >= 0) {
        this.sleepers.splice(index, 1);
      }
    };
    return { rings, cancel };
  }

  private add(sleeper: Sleeper): void {
    const later = this.sleepers.findIndex(({ wakesAt }) => wakesAt > sleeper.wakesAt);
    this.sleepers.splice(later < 0 ? this.sleepers.length : later, 0, sleeper);
  }

  /** Lets time pass until a promise is settled. */
  public async runUntil<T>(settled: Promise<T>): Promise<T> {
    const finish = settled.then(
      () => true,
      () => true,
    );
    // Whatever is ready runs before the immediate callback does.
    const idle = (): Promise<boolean> => new Promise((resolve) => setImmediate(resolve, false));
    while (!(await Promise.race([finish, idle()]))) {
      const next = this.sleepers.shift();
      if (!next) {
        throw new Error('Every task waits for another one: the simulation hangs');
      }
      this.now = next.wakesAt;
      next.wake();
    }
    return settled;
  }
}
