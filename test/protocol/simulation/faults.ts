import type { Random } from './random';

/** Injects faults, and counts them by kind. Never more in a row at one place than the engine must bear. */
export class Faults {
  private readonly inARow = new Map<string, number>();

  constructor(
    private readonly random: Random,
    private readonly counts: Map<string, number>,
    /** What the probability of a fault is multiplied with now. */
    private readonly intensity: () => number,
    /** Whether there is still time to recover from a fault of that many seconds. */
    private readonly isBearable: (seconds: number) => boolean,
  ) {}

  /** Whether a fault of a kind happens at a place now, where at most `limit` may happen in a row. */
  public happens(
    kind: string,
    at: {
      readonly place: string;
      readonly limit: number;
      readonly probability: number;
      readonly seconds: number;
    },
  ): boolean {
    const before = this.inARow.get(at.place) ?? 0;
    const hit =
      before < at.limit &&
      this.random.chance(Math.min(0.9, at.probability * this.intensity())) &&
      this.isBearable(at.seconds);
    if (hit) {
      this.inARow.set(at.place, before + 1);
      this.count(kind);
    }
    return hit;
  }

  /** Something went well at a place. */
  public recover(place: string): void {
    this.inARow.delete(place);
  }

  public count(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
