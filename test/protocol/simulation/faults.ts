import type { Clock } from './clock';
import type { Random } from './random';

/** A part of AWS that can fail. */
export type Place = 'bedrock' | 'dynamodb' | 'events' | 'invoke' | 'start' | 'url';

/** How a service fails for a while: no HTTP answer, a server error, throttling, or no permission. */
export type Trouble = 'unreached' | 'server error' | 'throttling' | 'denied';

/** A time in which every call of a place fails, in milliseconds since the epoch. */
export interface Outage {
  readonly place: Place;
  readonly trouble: Trouble;
  readonly from: number;
  readonly to: number;
}

/** Seconds until it is certain what a call has done that had no clear answer: any fault may leave that open. */
const DOUBT_SECONDS = 150;

/** Injects faults, counts them by kind, and knows how much time they may have cost. */
export class Faults {
  public readonly outages: Outage[] = [];
  /** Seconds between two polls. */
  public pollSeconds = 10;
  /** When it is certain what all calls have done so far, in milliseconds since the epoch. */
  public certainAt = 0;
  /** Seconds that single faults may have cost so far. */
  private lostSeconds = 0;
  private readonly inARow = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly counts: Map<string, number>,
    /** What the probability of a fault is multiplied with. */
    public readonly mood: number,
  ) {}

  /**
   * Whether a single fault happens at a place now, where at most `limit` happen in a row.
   *
   * @param at.seconds what it costs beyond another poll, and until it is certain what was done
   */
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
    const isHit =
      this.mood > 0 && before < at.limit && this.random.chance(Math.min(0.9, at.probability * this.mood));
    if (isHit) {
      this.inARow.set(at.place, before + 1);
      this.inject(kind, at.seconds);
    }
    return isHit;
  }

  /** Something went well at a place. */
  public recover(place: string): void {
    this.inARow.delete(place);
  }

  /** Counts a fault, and the time that it costs. */
  public inject(kind: string, seconds: number): void {
    this.lostSeconds += seconds + this.leastCost;
    this.doubtUntil(this.clock.now + seconds * 1000);
    this.count(kind);
  }

  public count(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  /** Lets a place fail, from now on or later. */
  public breakDown(place: Place, trouble: Trouble, seconds: number, afterSeconds = 0): void {
    const from = this.clock.now + afterSeconds * 1000;
    const to = from + seconds * 1000;
    this.outages.push({ place, trouble, from, to });
    this.doubtUntil(to);
  }

  /** How a place fails now, if it does. */
  public troubleAt(place: Place): Trouble | undefined {
    const { now } = this.clock;
    const outage = this.outages.find((each) => each.place === place && each.from <= now && now < each.to);
    if (outage) {
      this.count(`${place}: ${outage.trouble} for a while`);
    }
    return outage?.trouble;
  }

  private doubtUntil(time: number): void {
    this.certainAt = Math.max(this.certainAt, time + DOUBT_SECONDS * 1000);
  }

  private get leastCost(): number {
    return this.pollSeconds + DOUBT_SECONDS;
  }

  /** A reading of the time that single faults have cost, for `costSince`. */
  public reading(): number {
    return this.lostSeconds;
  }

  /** Seconds that faults may have cost since a reading, which was taken at a time. */
  public costSince(reading: number, time: number): number {
    const overlaps = this.outages
      .map(({ from, to }) => (Math.min(to, this.clock.now) - Math.max(from, time)) / 1000)
      .filter((seconds) => seconds > 0)
      .map((seconds) => seconds + this.leastCost);
    return this.lostSeconds - reading + overlaps.reduce((sum, seconds) => sum + seconds, 0);
  }
}
