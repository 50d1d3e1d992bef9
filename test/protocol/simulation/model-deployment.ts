import { LINK } from '../../../lib/private/contract/links';
import { BedrockAccount } from '../../../local/bedrock/account';
import type { Dialect } from '../../../local/bedrock/dialect';
import { MODEL_TYPE } from '../../support/resource-types';
import { SimulatedBedrock } from './bedrock-client';
import type { Outcome, ResourceRequest } from './cloudformation';
import { LIFECYCLE_ARN } from './lambda';
import { World, type Ending } from './world';

/** How often CloudFormation, or a person, tries to delete what cannot be deleted. */
const DELETE_TRIES = 3;

const LOGICAL_ID = 'Model';

type Properties = Record<string, unknown>;

/** The resource as the stack knows it. */
interface Resource {
  readonly physicalId: string;
  readonly properties: Properties;
}

/** One stack with one imported model, in a world of its own. */
export class ModelDeployment {
  private readonly world: World;
  private readonly account: BedrockAccount;
  private readonly story: string[] = [];
  private readonly timing: Properties;
  private resource?: Resource;
  /** What a deployment without rollback has left, to be deleted with the next one. */
  private left?: string;
  /** Whether an update that was not rolled back has left something, which the next request cleans up. */
  private isUnsettled = false;
  /** Models that nobody can expect to be there, or to be gone. */
  private readonly excused = new Set<string>();
  private definitions = 0;

  constructor(seed: number, counts: Map<string, number>, dialect: Dialect) {
    let account: BedrockAccount;
    this.world = new World(seed, counts, ({ clock, random, faults }) => {
      account = new BedrockAccount({ dialect, now: () => clock.now });
      return { forModels: new SimulatedBedrock(account, clock, random, faults) };
    });
    this.account = account!;
    const { random } = this.world;
    this.timing = {
      preflight: 'false',
      startTimeoutSeconds: String(random.pick([600, LINK.maxSeconds, LINK.maxSeconds])),
      deleteTimeoutSeconds: String(LINK.maxSeconds),
      pollIntervalSeconds: String(Math.round(random.between(5, 60))),
    };
  }

  public async run(): Promise<Ending> {
    const kind = await this.world.clock.runUntil(this.tell());
    this.world.checkAftermath();
    this.checkModels();
    return this.world.end(`model: ${kind}`, this.story.join(', '));
  }

  private async tell(): Promise<string> {
    const { random, clock } = this.world;
    if (random.chance(0.15)) {
      this.account.addJob({ jobName: 'foreign', durationMs: random.logarithmic(20, 1800) * 1000 });
    }
    for (let step = random.pick([1, 2, 2, 3, 4]); step > 0; step--) {
      await (this.resource ? this.update() : this.create());
      await clock.sleep(random.logarithmic(1, 7200));
      this.deleteByHand();
    }
    const kept = random.chance(0.4);
    if (!kept) {
      await this.destroy();
    }
    await this.world.settle();
    return this.resource ? 'kept' : 'gone';
  }

  private async create(): Promise<void> {
    const { random } = this.world;
    const { left } = this;
    const when = random.pick(['before', 'during', 'after']);
    this.left = undefined;
    if (left && when === 'before') {
      await this.delete(left);
    }
    const removing = left && when === 'during' ? this.deleteSoon(left) : undefined;
    const properties = this.properties(true);
    const outcome = await this.request('Create', { properties, cancelAfter: this.cancelAfter() });
    await removing;
    const physicalId =
      typeof outcome === 'object' ? outcome.PhysicalResourceId : this.world.cloudFormation.invent(LOGICAL_ID);
    if (succeeded(outcome) && !(await this.anotherFails(physicalId))) {
      this.resource = { physicalId, properties };
    } else if (random.chance(0.4)) {
      this.story.push('no rollback');
      this.left = physicalId;
    } else {
      await this.delete(physicalId);
    }
    if (left && when === 'after') {
      await this.delete(left);
    }
  }

  private async deleteSoon(physicalId: string): Promise<void> {
    await this.world.clock.sleep(this.world.random.between(0, 20));
    await this.delete(physicalId);
  }

  private async update(): Promise<void> {
    const old = this.resource!;
    const properties = this.properties(this.world.random.chance(0.8));
    const outcome = await this.request('Update', {
      physicalId: old.physicalId,
      properties,
      oldProperties: old.properties,
      cancelAfter: this.cancelAfter(),
    });
    const physicalId = succeeded(outcome) ? outcome.PhysicalResourceId : old.physicalId;
    if (succeeded(outcome) && !(await this.anotherFails(physicalId))) {
      this.resource = { physicalId, properties };
      this.isUnsettled = false;
      await this.cleanUp(old.physicalId);
    } else if (this.world.random.chance(0.2)) {
      this.story.push('no rollback');
      this.resource = { physicalId, properties: succeeded(outcome) ? properties : old.properties };
      this.isUnsettled = !succeeded(outcome);
      await this.cleanUp(old.physicalId);
    } else {
      await this.rollBack(old, { physicalId, properties });
    }
  }

  /** Goes back to the old properties. Which ID the request carries after a replacement is not documented. */
  private async rollBack(old: Resource, current: Resource): Promise<void> {
    const carried = this.world.random.pick([old.physicalId, current.physicalId]);
    let outcome: Outcome = 'timed out';
    for (let tries = this.world.random.pick([1, 2]); tries > 0 && !succeeded(outcome); tries--) {
      this.story.push('rollback');
      outcome = await this.request('Update', {
        physicalId: carried,
        properties: old.properties,
        oldProperties: current.properties,
      });
    }
    if (succeeded(outcome)) {
      this.resource = { physicalId: outcome.PhysicalResourceId, properties: old.properties };
      this.isUnsettled = false;
    } else {
      this.story.push('rollback continued without the resource');
      this.isUnsettled = true;
      this.resource = { physicalId: carried, properties: old.properties };
    }
    for (const id of new Set([old.physicalId, current.physicalId])) {
      await this.cleanUp(id);
    }
  }

  private async cleanUp(physicalId: string): Promise<void> {
    if (physicalId !== this.resource?.physicalId) {
      this.story.push('cleanup');
      await this.delete(physicalId);
    }
  }

  private async destroy(): Promise<void> {
    this.world.cloudFormation.tellDeletion();
    const { resource } = this;
    const ids = [this.left, resource?.physicalId].filter((id) => id !== undefined);
    this.left = undefined;
    for (const id of ids) {
      await this.delete(id);
    }
    this.resource = undefined;
  }

  private async delete(physicalId: string): Promise<void> {
    for (let tries = DELETE_TRIES; tries > 0; tries--) {
      const properties = this.resource?.properties ?? this.properties(false);
      const outcome = await this.request('Delete', { physicalId, properties });
      if (succeeded(outcome)) {
        return;
      }
    }
    this.story.push('abandoned');
    this.excused.add(physicalId);
  }

  private async request(
    type: ResourceRequest['type'],
    resource: Pick<ResourceRequest, 'physicalId' | 'properties' | 'oldProperties' | 'cancelAfter'>,
  ): Promise<Outcome> {
    const outcome = await this.world.cloudFormation.request({
      ...resource,
      type,
      resourceType: MODEL_TYPE,
      logicalId: LOGICAL_ID,
      serviceTimeoutSeconds: LINK.maxSeconds + LINK.marginSeconds,
    });
    this.story.push(`${type} ${typeof outcome === 'string' ? outcome : outcome.Status}`);
    if (typeof outcome === 'object' && outcome.Status === 'FAILED') {
      this.judgeFailure(type, outcome.Reason ?? '');
    }
    return outcome;
  }

  /** Nothing fails but what had to wait too long, or came too late. */
  private judgeFailure(type: string, reason: string): void {
    const isLong = reason.startsWith('Gave up after ');
    const isLate = /^The request could be served only /.test(reason) && this.world.wasUnlucky;
    const isBroken = reason.includes('function kept failing') && this.world.mood > 1;
    this.world.expect(isLong || isLate || isBroken, `The ${type} failed: ${reason}`);
  }

  /** Whether another resource fails after this one has succeeded: the wait for its job, when that fails. */
  private async anotherFails(jobArn: string): Promise<boolean> {
    const { random, clock } = this.world;
    const job = this.account.records.job(jobArn);
    const jobFails = job?.outcome === 'Failed';
    if (!jobFails && !random.chance(0.2)) {
      return false;
    }
    this.story.push('another resource fails');
    await clock.sleep(
      jobFails ? (this.account.endOf(jobArn) - clock.now) / 1000 : random.logarithmic(1, 600),
    );
    return true;
  }

  private cancelAfter(): ResourceRequest['cancelAfter'] {
    const { random } = this.world;
    return random.chance(0.75) ? undefined : random.pick(['on answer', random.logarithmic(6, 900)] as const);
  }

  private deleteByHand(): void {
    const job = this.resource && this.account.records.job(this.resource.physicalId);
    if (job && this.account.records.hasModel(job) && this.world.random.chance(0.05)) {
      this.story.push('deleted by hand');
      this.account.deleteModel(job.modelArn);
      this.excused.add(job.jobArn);
    }
  }

  private properties(isNew: boolean): Properties {
    const { random } = this.world;
    if (isNew) {
      this.definitions++;
    }
    this.account.scripts = [
      {
        durationMs: random.logarithmic(20, 5400) * 1000,
        outcome: random.chance(0.1) ? 'Failed' : 'Completed',
      },
    ];
    return {
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Wait',
      lifecycleFunctionArn: LIFECYCLE_ARN,
      definition: {
        roleArn: 'arn:aws:iam::000000000000:role/import',
        s3Uri: `s3://weights/model-${this.definitions}/`,
      },
      tags: random.chance(0.3) ? [{ key: 'team', value: String(random.pick([1, 2, 3])) }] : [],
      deletionPolicy: 'Delete',
      ...this.timing,
    };
  }

  /** The model that the stack believes in is there, and no other one. */
  private checkModels(): void {
    const { records } = this.account;
    const jobs = records.jobsIn('us-east-1').filter(({ jobName }) => jobName !== 'foreign');
    const believed = this.resource && records.job(this.resource.physicalId);
    this.world.expect(
      !this.resource || believed !== undefined,
      'The stack believes in a job that does not exist',
    );
    const excused = (jobArn: string): boolean => this.excused.has(jobArn);
    for (const job of jobs) {
      const isBelieved = job === believed || job.jobArn === this.left;
      const isThere = records.hasModel(job);
      const mustBeThere = job === believed && job.outcome !== 'Failed' && !excused(job.jobArn);
      this.world.expect(isThere || !mustBeThere, `The model of ${job.jobName} is gone`);
      this.world.expect(
        !isThere || isBelieved || excused(job.jobArn) || this.isLeft(),
        `The model of ${job.jobName} is an orphan`,
      );
    }
    const names = jobs.map(({ jobName }) => jobName);
    this.world.expect(new Set(names).size === names.length, 'A request has started two jobs');
  }

  /** Whether a deployment without rollback was the last one: what it left has not been deleted yet. */
  private isLeft(): boolean {
    return this.left !== undefined || (this.isUnsettled && this.resource !== undefined);
  }
}

function succeeded(outcome: Outcome): outcome is Extract<Outcome, object> {
  return typeof outcome === 'object' && outcome.Status === 'SUCCESS';
}
