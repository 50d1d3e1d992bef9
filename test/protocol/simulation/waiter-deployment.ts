import type { Dialect } from '../../../local/bedrock/dialect';
import { drawOutages } from './outages';
import { WaiterJudge } from './waiter-judge';
import { WaiterStack, type Wait } from './waiter-stack';
import { World, type Ending } from './world';

/** What happens to a deployment. */
const STORIES = [
  ...Array<'create'>(6).fill('create'),
  ...(['update', 'update', 'update, then another resource fails', 'keep the job'] as const),
  ...(['cancel a create', 'cancel a create without rollback', 'cancel an update'] as const),
] as const;

/** How a job goes. */
const FATES = [
  ...Array<'completes'>(12).fill('completes'),
  ...(['fails', 'fails', 'is not there', 'makes a mute model', 'makes a model that is deleted'] as const),
] as const;

const NO_JOB = 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/nosuchjob000';

/** One stack with one waiter, in a world of its own. */
export class WaiterDeployment {
  private readonly world: World;
  private readonly wait: Wait;
  private readonly stack: WaiterStack;
  private readonly judge: WaiterJudge;
  private jobs = 0;

  constructor(seed: number, counts: Map<string, number>, dialect: Dialect) {
    this.world = new World({ seed, counts, dialect });
    const { random, faults } = this.world;
    const timeoutSeconds = random.logarithmic(10, 24 * 3600);
    // Long waits with short intervals are rare, because they take long to simulate.
    const shortest = random.chance(0.01) ? 5 : Math.min(90, Math.max(5, timeoutSeconds / 200));
    const pollIntervalSeconds = Math.round(random.between(shortest, 90));
    this.wait = { timeoutSeconds, pollIntervalSeconds, hasSmokeTest: random.chance(0.25) };
    faults.pollSeconds = pollIntervalSeconds;
    this.stack = new WaiterStack(this.world, this.wait);
    this.judge = new WaiterJudge(this.world, this.wait, this.stack);
  }

  public async run(): Promise<Ending> {
    const story = this.world.random.pick(STORIES);
    const kind = await this.world.clock.runUntil(this.live(story));
    this.world.checkAftermath();
    return this.world.end(`waiter: ${kind}`, `${story}, ${JSON.stringify(this.wait)}`);
  }

  private async live(story: (typeof STORIES)[number]): Promise<string> {
    const { random, faults, clock } = this.world;
    const isUpdate = story.includes('update') || story === 'keep the job';
    const first = isUpdate ? this.endedJob() : undefined;
    let isThere = false;
    if (first) {
      await clock.sleep(3600);
      isThere = (await this.deploy('Create', first)) === 'succeeded';
      await (isThere || this.deleteAll());
    }
    drawOutages(faults, random);
    const job = story === 'keep the job' && first ? first : this.startJob();
    const cancelAfter = story.startsWith('cancel') ? random.between(0, this.wait.timeoutSeconds) : undefined;
    const type = isThere ? 'Update' : 'Create';
    const kind = await this.deploy(type, job, cancelAfter);
    if (isThere && (kind !== 'succeeded' || story.endsWith('fails'))) {
      await this.deploy('Update', first!);
    } else if (!isThere && kind !== 'succeeded' && story.endsWith('without rollback')) {
      await this.deployAgain();
    }
    await this.deleteAll();
    await this.world.settle();
    return `${type.toLowerCase()} ${kind}`;
  }

  /** After a creation that was not rolled back: what is left is deleted after the next one. */
  private async deployAgain(): Promise<void> {
    const left = [...this.stack.physicalIds].reverse();
    this.stack.physicalIds.clear();
    await this.deploy('Create', this.endedJob());
    const deletions = await this.stack.delete(left);
    deletions.forEach((each) => this.judge.judgeDeletion(each));
  }

  private async deleteAll(): Promise<void> {
    const deletions = await this.stack.delete();
    this.stack.physicalIds.clear();
    deletions.forEach((each) => this.judge.judgeDeletion(each));
  }

  private async deploy(type: 'Create' | 'Update', job: string, cancelAfter?: number): Promise<string> {
    return this.judge.judge(await this.stack.deploy(type, job, cancelAfter));
  }

  /** A job that has ended when anybody waits for it. */
  private endedJob(): string {
    return this.world.account.addJob({ jobName: `job-${++this.jobs}`, durationMs: 0 });
  }

  private startJob(): string {
    const { account, random, clock, services } = this.world;
    const fate = random.pick(FATES);
    if (fate === 'is not there') {
      return NO_JOB;
    }
    const durationMs = random.logarithmic(1, 2 * this.wait.timeoutSeconds + 60) * 1000;
    const arn = account.addJob({
      jobName: `job-${++this.jobs}`,
      durationMs,
      outcome: fate === 'fails' ? 'Failed' : 'Completed',
      failureMessage: 'The weights are corrupt',
    });
    const job = account.records.job(arn)!;
    if (fate === 'makes a mute model') {
      services.muteModels.add(job.modelArn);
    }
    if (fate === 'makes a model that is deleted') {
      void clock.sleep(durationMs / 1000).then(() => account.records.deleteModel(job));
    }
    return arn;
  }
}
