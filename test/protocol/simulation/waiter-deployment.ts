import { LINK, splitIntoLinks, type Link } from '../../../lib/private/contract/links';
import type { OnTheWire, WaiterProperties } from '../../../lib/private/contract/protocol';
import type { Dialect } from '../../../local/bedrock/dialect';
import { WAITER_TYPE } from '../../support/resource-types';
import { Bedrock, type JobTruth } from './bedrock';
import type { Outcome, ResourceRequest } from './cloudformation';
import { POLL_ARN } from './lambda';
import { DENIED_SECONDS, WaiterVerdict } from './waiter-verdict';
import { World, type Ending } from './world';

/** With longer intervals the faults that may come in a row could take a whole link. */
const MAX_POLL_INTERVAL = 90;

/** What happens to a deployment. */
const STORIES = [
  ...Array<'create'>(6).fill('create'),
  ...(['update', 'update', 'update, then another resource fails'] as const),
  ...([
    'cancel a create',
    'cancel a create',
    'cancel a create without rollback',
    'cancel an update',
  ] as const),
] as const;

/** How a job goes. */
const FATES = [
  ...Array<'completes'>(12).fill('completes'),
  ...(['fails', 'fails', 'hidden for ever', 'refused for ever'] as const),
] as const;

/** What is wrong with the account or the functions, for good. */
const DEFECTS = [
  ...Array<'none'>(30).fill('none'),
  ...(['poll function breaks', 'start denied', 'start denied at first', 'polls denied at first'] as const),
] as const;

/** One stack with one waiter, in a world of its own. */
export class WaiterDeployment {
  private readonly world: World;
  private readonly bedrock: Bedrock;
  private readonly defect: (typeof DEFECTS)[number];
  private readonly timeoutSeconds: number;
  private readonly pollIntervalSeconds: number;
  private readonly links: Link[];
  /** The physical IDs of the links by logical ID. */
  private readonly physicalIds = new Map<string, string>();
  private readonly verdict: WaiterVerdict;
  private jobs = 0;

  constructor(seed: number, counts: Map<string, number>, dialect: Dialect) {
    let bedrock: Bedrock;
    this.world = new World(seed, counts, ({ clock, random, faults }) => {
      bedrock = new Bedrock(clock, random, faults, dialect);
      return { forWaiters: bedrock };
    });
    this.bedrock = bedrock!;
    const { random } = this.world;
    this.timeoutSeconds = random.logarithmic(10, 24 * 3600);
    // Long waits with short intervals are rare, because they take long to simulate.
    const shortest = random.chance(0.02)
      ? 5
      : Math.min(MAX_POLL_INTERVAL, Math.max(5, this.timeoutSeconds / 300));
    this.pollIntervalSeconds = Math.round(random.between(shortest, MAX_POLL_INTERVAL));
    this.links = splitIntoLinks(this.timeoutSeconds);
    this.defect = random.pick(DEFECTS);
    const { timeoutSeconds, pollIntervalSeconds, links, defect } = this;
    this.verdict = new WaiterVerdict(this.world, { timeoutSeconds, pollIntervalSeconds, links, defect });
  }

  public async run(): Promise<Ending> {
    const { world } = this;
    const story = world.random.pick(STORIES);
    const kind = await world.clock.runUntil(this.tell(story));
    world.checkAftermath();
    return world.end(kind, `${story}, ${this.defect}, timeout ${this.timeoutSeconds} s`);
  }

  private async tell(story: (typeof STORIES)[number]): Promise<string> {
    const { world } = this;
    const isUpdate = story.includes('update');
    const before = isUpdate ? this.endedJob() : undefined;
    if (before) {
      await this.deploy('Create', before);
    }
    this.breakSomething();
    const isCancelled = story.startsWith('cancel');
    const cancelAfter = isCancelled ? world.random.between(0, this.timeoutSeconds) : undefined;
    const ending = await this.deploy(isUpdate ? 'Update' : 'Create', this.startJob(), cancelAfter);
    this.repair();
    if (before && (ending !== 'succeeded' || story.endsWith('fails'))) {
      const rollback = await this.deploy('Update', before);
      this.expectSuccess(rollback, 'The rollback');
    } else if (!before && ending !== 'succeeded') {
      await (story.endsWith('without rollback') ? this.deployAgain() : this.deleteAll());
    }
    await world.settle();
    return `waiter: ${isUpdate ? 'update' : 'create'} ${ending}`;
  }

  /** After a creation that was not rolled back: what is left is deleted before, during or after the next one. */
  private async deployAgain(): Promise<void> {
    const { world } = this;
    const left = [...this.physicalIds];
    const remove = (): Promise<void> => this.delete(left);
    const when = world.random.pick(['before', 'during', 'after']);
    if (when === 'before') {
      await remove();
    }
    this.physicalIds.clear();
    const job = this.endedJob();
    const removing =
      when === 'during' ? world.clock.sleep(world.random.between(0, 4)).then(remove) : undefined;
    const again = await this.deploy('Create', job);
    this.expectSuccess(again, 'The next deployment');
    await removing;
    if (when === 'after') {
      await remove();
    }
  }

  private expectSuccess(ending: string, what: string): void {
    const { world } = this;
    // A Bedrock in trouble when the time is up is not asked again.
    const isInTrouble = world.mood > 0 && ending === 'timed out';
    world.expect(ending === 'succeeded' || isInTrouble || world.wasUnlucky, `${what} ${ending}`);
  }

  /** Waits link by link, as CloudFormation does, and checks how that ends. */
  private async deploy(type: 'Create' | 'Update', job: JobTruth, cancelAfter = Infinity): Promise<string> {
    const { world } = this;
    const startedAt = world.clock.now;
    let outcome: Outcome | undefined;
    for (const [index, link] of this.links.entries()) {
      const logicalId = link.continues ? `Link${index + 1}` : 'Resource';
      const before = this.physicalIds.get(logicalId);
      outcome = await world.cloudFormation.request({
        ...this.requestFor(link, logicalId, job),
        type: type === 'Update' && before !== undefined ? 'Update' : 'Create',
        cancelAfter:
          cancelAfter === Infinity
            ? undefined
            : Math.max(0, cancelAfter - (world.clock.now - startedAt) / 1000),
      });
      if (typeof outcome === 'string' || outcome.Status === 'FAILED') {
        const failedId =
          typeof outcome === 'string' ? world.cloudFormation.invent(logicalId) : outcome.PhysicalResourceId;
        this.physicalIds.set(logicalId, before ?? failedId);
        break;
      }
      this.physicalIds.set(logicalId, outcome.PhysicalResourceId);
    }
    return this.verdict.judge(outcome!, job, startedAt);
  }

  private requestFor(link: Link, logicalId: string, job: JobTruth): Omit<ResourceRequest, 'type'> {
    const properties: OnTheWire<WaiterProperties> = {
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Wait',
      pollFunctionArn: POLL_ARN,
      jobIdentifier: job.arn,
      timeoutSeconds: String(link.timeoutSeconds),
      waitedSeconds: String(link.waitedSeconds),
      pollIntervalSeconds: String(this.pollIntervalSeconds),
      continues: String(link.continues),
    };
    return {
      logicalId,
      resourceType: WAITER_TYPE,
      physicalId: this.physicalIds.get(logicalId),
      properties,
      serviceTimeoutSeconds: link.timeoutSeconds + LINK.marginSeconds,
    };
  }

  private deleteAll(): Promise<void> {
    return this.delete([...this.physicalIds].reverse());
  }

  private async delete(resources: [string, string][]): Promise<void> {
    for (const [logicalId, physicalId] of resources) {
      const outcome = await this.world.cloudFormation.request({
        ...this.requestFor(this.links[0], logicalId, { arn: '' } as JobTruth),
        type: 'Delete',
        physicalId,
      });
      const isRight =
        typeof outcome === 'object' &&
        outcome.Status === 'SUCCESS' &&
        outcome.PhysicalResourceId === physicalId;
      this.world.expect(isRight || this.world.wasUnlucky, `The Delete ended with ${JSON.stringify(outcome)}`);
    }
  }

  private breakSomething(): void {
    const { lambda, stepFunctions, clock, random } = this.world;
    const forAWhile = clock.now + random.between(1, DENIED_SECONDS) * 1000;
    switch (this.defect) {
      case 'poll function breaks':
        lambda.workerBrokenFrom = clock.now + random.between(0, this.timeoutSeconds) * 1000;
        break;
      case 'polls denied at first':
        lambda.deniedUntil = forAWhile;
        break;
      case 'start denied at first':
        stepFunctions.startDeniedUntil = forAWhile;
        break;
      case 'start denied':
        stepFunctions.startDeniedUntil = Infinity;
        break;
      case 'none':
    }
  }

  private repair(): void {
    this.world.lambda.workerBrokenFrom = Infinity;
    this.world.lambda.deniedUntil = 0;
    this.world.stepFunctions.startDeniedUntil = 0;
  }

  /** A job that has ended well before anybody waits for it. */
  private endedJob(): JobTruth {
    const endsAt = this.world.clock.now - 1000;
    return this.addJob({ outcome: 'Completed', endsAt, namedAt: endsAt, hiddenUntil: 0, refusedUntil: 0 });
  }

  private startJob(): JobTruth {
    const { now } = this.world.clock;
    const fate = this.world.random.pick(FATES);
    const endsAt = now + this.world.random.logarithmic(1, 3 * 24 * 3600) * 1000;
    const isNew = this.world.random.chance(0.1);
    return this.addJob({
      outcome: fate === 'fails' ? 'Failed' : 'Completed',
      endsAt,
      namedAt: endsAt + (this.world.random.chance(0.1) ? this.world.random.between(1, 120) * 1000 : 0),
      hiddenUntil:
        fate === 'hidden for ever' ? Infinity : isNew ? now + this.world.random.between(1, 55) * 1000 : 0,
      refusedUntil:
        fate === 'refused for ever' ? Infinity : isNew ? now + this.world.random.between(1, 115) * 1000 : 0,
    });
  }

  private addJob(truth: Omit<JobTruth, 'arn' | 'refusal'>): JobTruth {
    const arn = `arn:aws:bedrock:us-east-1:123456789012:model-import-job/job${String(++this.jobs).padStart(9, '0')}`;
    const forEver = ['AccessDeniedException', 'UnrecognizedClientException', 'ValidationException'];
    const refusal =
      truth.refusedUntil === Infinity ? this.world.random.pick(forEver) : 'AccessDeniedException';
    const job = { ...truth, arn, refusal };
    this.bedrock.jobs.set(arn, job);
    return job;
  }
}
