/** A clock of its own: time passes when everybody waits, and then all at once. */
export class Clock {
  /** Milliseconds since the epoch. */
  public now = Date.parse('2026-01-01T00:00:00Z');
  private readonly sleepers: { readonly wakesAt: number; readonly wake: () => void }[] = [];

  public sleep(seconds: number): Promise<void> {
    return new Promise((wake) => {
      const wakesAt = this.now + Math.round(seconds * 1000);
      const later = this.sleepers.findIndex((sleeper) => sleeper.wakesAt > wakesAt);
      this.sleepers.splice(later < 0 ? this.sleepers.length : later, 0, { wakesAt, wake });
    });
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
        throw new Error('Everybody waits, and nobody for a time: this hangs for ever');
      }
      this.now = next.wakesAt;
      next.wake();
    }
    return settled;
  }
}
