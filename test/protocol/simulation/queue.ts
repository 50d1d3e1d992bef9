import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Random } from './random';

/** The delays after which AWS Lambda runs a function again for an asynchronous event. */
const ASYNC_RETRY_SECONDS = [60, 120];

/** How much longer than an event may be of use Lambda keeps it. */
const LONGEST_SECONDS = 3 * 3600;

/** A delivery, and what it may take to start an execution, in seconds. */
const PROMPT_SECONDS = 4;

type Once = Omit<Parameters<Faults['happens']>[1], 'probability'>;

/** Lambda's queue of asynchronous events: at least once, in no order, and hours late when it is throttled. */
export class Queue {
  /** When each request was first served without a fault, in milliseconds since the epoch. */
  private readonly servedAt = new Map<string, number>();
  /** Seconds after which the next events are delivered, by a script. */
  public readonly delays: number[] = [];
  private newestServed = 0;
  private brought = 0;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    /** Runs the function once, and throws when it fails. */
    private readonly run: (event: CloudFormationCustomResourceEvent) => Promise<unknown>,
  ) {}

  /** Takes an event, and brings it some time. */
  public async bring(event: CloudFormationCustomResourceEvent): Promise<void> {
    const number = ++this.brought;
    const once = { place: `queue ${event.RequestId}`, limit: 1, seconds: 0 };
    const deliveries = [this.delay(once)];
    const twice = { ...once, limit: 2, probability: 0.06 };
    if (this.faults.happens('Lambda queue: event delivered twice', twice)) {
      deliveries.push(
        this.random.chance(0.5) ? this.random.between(0, 30) : this.random.logarithmic(30, LONGEST_SECONDS),
      );
    }
    await Promise.all(deliveries.map((seconds) => this.deliver(event, number, seconds)));
  }

  /** Seconds from a request until it was served, beyond what that has to take. */
  public latenessSeconds(requestId: string, requestedAt: number): number {
    const servedAt = this.servedAt.get(requestId) ?? this.clock.now;
    return Math.max(0, (servedAt - requestedAt) / 1000 - PROMPT_SECONDS);
  }

  private delay(once: Once): number {
    const { random, faults } = this;
    const scripted = this.delays.shift();
    if (scripted !== undefined) {
      return scripted;
    }
    if (faults.happens('Lambda queue: event delivered late', { ...once, probability: 0.04 })) {
      return random.logarithmic(5, 120);
    }
    const throttled = { ...once, probability: 0.01 };
    if (faults.happens('Lambda queue: event throttled for minutes or hours', throttled)) {
      return random.logarithmic(60, LONGEST_SECONDS);
    }
    return random.between(0.1, 2);
  }

  private async deliver(
    event: CloudFormationCustomResourceEvent,
    number: number,
    seconds: number,
  ): Promise<void> {
    await this.clock.sleep(seconds);
    for (const delay of [0, ...ASYNC_RETRY_SECONDS]) {
      await this.clock.sleep(delay);
      if (number < this.newestServed) {
        this.faults.count('Lambda queue: event delivered after a newer one');
      }
      this.newestServed = Math.max(this.newestServed, number);
      try {
        await this.run(event);
        this.servedAt.set(event.RequestId, this.servedAt.get(event.RequestId) ?? this.clock.now);
        return;
      } catch {
        // Lambda keeps the event and tries again.
      }
    }
  }
}
