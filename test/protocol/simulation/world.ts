import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { Bedrock } from './bedrock';
import { Clock } from './clock';
import { CloudFormation } from './cloudformation';
import { Faults } from './faults';
import { Lambda } from './lambda';
import { Queue } from './queue';
import { Random } from './random';
import { StepFunctions } from './step-functions';

/** Faults end this many seconds before CloudFormation gives up, so that there is time to recover. */
const RECOVERY_SECONDS = 60;

/** After this many seconds nothing may be left of a deployment but its resources. */
const AFTERMATH_SECONDS = 4 * 3600;

/** How much goes wrong. */
const MOODS = [0, 1, 1, 1, 6] as const;

/** How a deployment ended. */
export interface Ending {
  readonly kind: string;
  /** What is wrong with it, if anything. */
  readonly wrong: string[];
  readonly simulatedSeconds: number;
  readonly maxHistoryEvents: number;
}

/** AWS, with its faults, for one deployment. */
export class World {
  public readonly clock = new Clock();
  public readonly random: Random;
  public readonly faults: Faults;
  public readonly mood: number;
  public readonly cloudFormation: CloudFormation;
  public readonly queue: Queue;
  public readonly lambda: Lambda;
  public readonly stepFunctions: StepFunctions;
  private readonly wrong: string[] = [];
  private readonly startedAt = this.clock.now;

  constructor(
    seed: number,
    counts: Map<string, number>,
    bedrock: (world: World) => { readonly forWaiters?: Bedrock; readonly forModels?: BedrockClient },
  ) {
    this.random = new Random(seed);
    this.mood = this.random.pick(MOODS);
    this.faults = new Faults(
      this.random,
      counts,
      () => this.mood * (this.secondsLeft() < 360 ? 5 : 1),
      (seconds) => seconds + RECOVERY_SECONDS < this.secondsLeft(),
    );
    this.cloudFormation = new CloudFormation(this.clock, this.random, this.faults, () => this.queue);
    this.lambda = new Lambda(
      this.clock,
      this.faults,
      () => ({
        stepFunctions: this.stepFunctions,
        stackEvents: () => this.cloudFormation.tellEvents(),
        network: this.cloudFormation.network,
        now: () => this.clock.now,
      }),
      bedrock(this),
    );
    this.queue = new Queue(this.clock, this.random, this.faults, this.lambda.onRequest);
    this.stepFunctions = new StepFunctions(this.clock, this.random, this.faults, this.lambda.invoke);
  }

  /** Seconds that Lambda took to have the requests so far served. */
  public get latenessSeconds(): number {
    return this.cloudFormation.latenessSeconds(this.queue);
  }

  /** Whether a request came so late that it could fail for it. */
  public get wasUnlucky(): boolean {
    return this.latenessSeconds > 5;
  }

  public end(kind: string, about: string): Ending {
    const executions = [...this.stepFunctions.executions.values()];
    return {
      kind,
      wrong: this.wrong.map((what) => `${what} (${about})`),
      simulatedSeconds: (this.clock.now - this.startedAt) / 1000,
      maxHistoryEvents: Math.max(0, ...executions.map(({ historyEvents }) => historyEvents)),
    };
  }

  /** Lets everything end that has been begun. */
  public async settle(): Promise<void> {
    await this.clock.sleep(AFTERMATH_SECONDS);
  }

  /** Nothing is answered in two ways, and nothing runs for a stack that is done. */
  public checkAftermath(): void {
    const { contradictions } = this.cloudFormation;
    const unanswered = this.cloudFormation.unanswered(this.queue);
    this.expect(unanswered.length === 0, `CloudFormation got no answer in time: ${unanswered.join(', ')}`);
    this.expect(contradictions.length === 0, `Answered in different ways: ${contradictions.join(' / ')}`);
    const running = [...this.stepFunctions.executions.values()].filter(({ status }) => status === 'RUNNING');
    this.expect(running.length === 0, 'An execution still runs');
  }

  public expect(isRight: boolean, what: string): void {
    if (!isRight) {
      this.wrong.push(what);
    }
  }

  private secondsLeft(): number {
    return (this.cloudFormation.givesUpAt - this.clock.now) / 1000;
  }
}
