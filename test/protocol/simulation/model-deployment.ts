import { LINK } from '../../../lib/private/contract/links';
import type { Dialect } from '../../../local/bedrock/dialect';
import { ModelJudge } from './model-judge';
import { ModelStack, type Circumstances } from './model-stack';
import type { RemovalPolicy, Template } from './model-template';
import { drawOutages } from './outages';
import { World, type Ending } from './world';

const POLICIES: readonly RemovalPolicy[] = ['DESTROY', 'DESTROY', 'RETAIN', 'RETAIN_ON_UPDATE_OR_DELETE'];

/** One stack with one imported model, in a world of its own, through some deployments. */
export class ModelDeployment {
  private readonly world: World;
  private readonly judge: ModelJudge;
  private readonly stack: ModelStack;
  private readonly timing: Pick<Template, 'startTimeoutSeconds' | 'pollIntervalSeconds'>;
  private template?: Template;
  private sources = 0;

  constructor(seed: number, counts: Map<string, number>, dialect: Dialect) {
    this.world = new World({ seed, counts, dialect });
    this.judge = new ModelJudge(this.world);
    this.stack = new ModelStack(this.world, this.judge);
    const { random, faults } = this.world;
    const pollIntervalSeconds = Math.round(random.between(5, 60));
    this.timing = {
      startTimeoutSeconds: random.pick([900, LINK.maxSeconds, LINK.maxSeconds]),
      pollIntervalSeconds,
    };
    faults.pollSeconds = pollIntervalSeconds;
  }

  public async run(): Promise<Ending> {
    const kind = await this.world.clock.runUntil(this.live());
    this.world.checkAftermath();
    this.judge.judgeRest();
    return this.world.end(`model: ${kind}`, this.stack.story.join(', '));
  }

  private async live(): Promise<string> {
    const { random, clock, faults } = this.world;
    if (random.chance(0.15)) {
      this.judge.addForeignJob(random.logarithmic(20, 1800) * 1000);
    }
    drawOutages(faults, random);
    for (let step = random.pick([1, 2, 2, 3, 4, 5]); step > 0; step--) {
      await this.step();
      // A person deploys again.
      await clock.sleep(random.logarithmic(5, random.pick([60, 7200, 200_000])));
      this.deleteByHand();
    }
    const isKept = random.chance(0.4);
    if (!isKept) {
      await this.destroy();
    }
    await this.world.settle();
    return isKept ? 'kept' : 'destroyed';
  }

  private async step(): Promise<void> {
    const { random } = this.world;
    const { deployed, stable, isHalfRolledBack } = this.stack;
    if (isHalfRolledBack || (stable && random.chance(0.5))) {
      await this.stack.rollBack(this.circumstances());
    } else if (deployed && random.chance(0.1)) {
      await (random.chance(0.5) ? this.stack.orphan() : this.stack.remove());
    } else {
      await this.stack.deploy(this.nextTemplate(), this.circumstances());
    }
  }

  private async destroy(): Promise<void> {
    if (this.stack.exists) {
      await this.stack.destroy();
    }
  }

  private circumstances(): Circumstances {
    const { random } = this.world;
    return {
      cancelAfter: this.drawCancellation(0.25),
      anotherFails: random.chance(0.15) ? random.logarithmic(1, 600) : undefined,
      noRollback: random.chance(0.25),
      retainExceptOnCreate: random.chance(0.3),
      rollbacks: random.chance(0.1) ? [{ cancelAfter: this.drawCancellation(1) }] : [],
    };
  }

  private drawCancellation(probability: number): Circumstances['cancelAfter'] {
    const { random } = this.world;
    return random.chance(probability)
      ? random.pick(['on answer', random.between(0, 3), random.logarithmic(3, 900)] as const)
      : undefined;
  }

  private nextTemplate(): Template {
    const { random, account } = this.world;
    account.scripts = [
      {
        durationMs: random.logarithmic(20, 5400) * 1000,
        outcome: random.chance(0.1) ? 'Failed' : 'Completed',
      },
    ];
    this.sources += !this.template || random.chance(0.7) ? 1 : 0;
    this.template = {
      source: `model-${this.sources}`,
      policy: random.pick(POLICIES),
      tags: random.chance(0.3) ? [{ key: 'team', value: String(random.pick([1, 2, 3])) }] : undefined,
      waits: random.chance(0.8),
      ...this.timing,
    };
    return this.template;
  }

  private deleteByHand(): void {
    const { account, random } = this.world;
    const id = this.stack.deployed?.physicalId;
    const job = id === undefined ? undefined : account.records.job(id);
    if (job && account.records.hasModel(job) && random.chance(0.05)) {
      this.stack.story.push('deleted by hand');
      this.judge.deleteByHand(job.jobArn);
    }
  }
}
