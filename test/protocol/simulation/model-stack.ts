import { LINK } from '../../../lib/private/contract/links';
import { MODEL_TYPE } from '../../support/resource-types';
import { succeeded, type ResourceRequest, type Served } from './cloudformation';
import type { ModelJudge, Purpose } from './model-judge';
import { toProperties, type Template } from './model-template';
import type { Provider } from './provider';
import type { World } from './world';

/** How often CloudFormation, or a person, tries to delete what cannot be deleted. */
const DELETE_TRIES = 3;

/** Seconds between an outcome and CloudFormation's next request. */
const PAUSES: readonly number[] = [0.1, 0.5, 1, 5, 10];

type Properties = Record<string, unknown>;

/** The resource as CloudFormation has recorded it. */
export interface Recorded {
  readonly physicalId: string;
  readonly template: Template;
  readonly properties: Properties;
}

/** What happens during a deployment. */
export interface Circumstances {
  readonly cancelAfter?: ResourceRequest['cancelAfter'];
  /** Seconds after its success until another resource fails. */
  readonly anotherFails?: number;
  /** `--no-rollback`: what has failed stays as it is. */
  readonly noRollback?: boolean;
  /** The operation flag RetainExceptOnCreate: what this deployment creates is deleted when it is rolled back. */
  readonly retainExceptOnCreate?: boolean;
  /** How the tries of the rollback go that are not the last one. */
  readonly rollbacks?: { readonly cancelAfter: ResourceRequest['cancelAfter'] }[];
}

/** How a deployment ended. */
type DeploymentEnd = 'complete' | 'rolled back' | 'failed';

/** One stack with one imported model, as CloudFormation deploys it. */
export class ModelStack {
  /** What happened, for a person. */
  public readonly story: string[] = [];
  public logicalId = 'Model';
  public pauses = PAUSES;
  public deployed?: Recorded;
  /** The job ARNs of models that CloudFormation retains. */
  public readonly retained = new Set<string>();
  /** Physical IDs of which nobody can say whether their models have to be there. */
  public readonly excused = new Set<string>();
  /** Physical IDs that CloudFormation has asked to delete. */
  public readonly deleted = new Set<string>();
  /** Which physical ID has replaced another, as far as CloudFormation has not gone back. */
  public readonly successors = new Map<string, string>();
  /** Replaced models that deployments without rollback, or failed rollbacks, have left beside their replacement. */
  public replaced: Recorded[] = [];
  /** Whether a retained creation was cancelled: whatever it comes to may be left. */
  public mayLeaveAny = false;
  /** Job ARNs of models that may be left, because the functions went before they could be deleted. */
  public readonly mayBeLeft = new Set<string>();
  /** Whether the whole resource goes. */
  public isGoing = false;
  /** What a rollback goes back to, when the last operation failed and was not rolled back. */
  public stable?: Recorded;
  /** Whether a rollback did not come to an end: it can only be continued, or the stack deleted. */
  public isHalfRolledBack = false;
  private failedCreate?: Recorded;
  private generatedId = '';
  private id = '';
  private provider?: Provider;
  private count = 0;

  constructor(
    private readonly world: World,
    private readonly judge: ModelJudge,
    public readonly name = 'Stack',
  ) {
    judge.watch(this);
  }

  public get exists(): boolean {
    return this.provider !== undefined;
  }

  /** Creates the stack, or updates it to another template of the model. */
  public deploy(template: Template, circumstances: Circumstances = {}): Promise<DeploymentEnd> {
    const isNew = !this.exists;
    if (isNew) {
      this.begin();
    }
    this.isGoing = false;
    if (!this.deployed) {
      this.successors.clear();
    }
    this.tell(isNew ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
    return this.deployed
      ? this.update(this.deployed, template, circumstances)
      : this.create(template, circumstances, isNew);
  }

  /** Creates the stack with other models in it, so that its functions are there before this model, and after it. */
  public createWithOthers(): void {
    this.begin();
    this.tell('CREATE_IN_PROGRESS');
    this.tell('CREATE_COMPLETE');
  }

  /** Updates the stack to a template without the model. */
  public async remove(): Promise<void> {
    this.tell('UPDATE_IN_PROGRESS');
    this.tell('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    this.isGoing = true;
    await this.deleteFailedCreate();
    const all = this.takeAll();
    this.noteKept(all);
    this.deployed = undefined;
    for (const each of all) {
      await this.cleanUp(each, each.template.policy ?? 'DESTROY', {});
    }
    this.stable = undefined;
    this.tell('UPDATE_COMPLETE');
  }

  /** What `cdk orphan` does: the model stays, and nobody asks for its deletion. */
  public async orphan(): Promise<void> {
    const { physicalId, template, properties } = this.deployed!;
    this.tell('UPDATE_IN_PROGRESS');
    this.tell('UPDATE_COMPLETE');
    this.deployed = { physicalId, properties, template: { ...template, policy: 'RETAIN' } };
    await this.remove();
  }

  /** What `cdk refactor` does: the resource has another logical ID from now on. */
  public refactor(logicalId: string): void {
    this.logicalId = logicalId;
  }

  /** Rolls back what a deployment without rollback has left, or continues a rollback. */
  public rollBack(circumstances: Circumstances = {}): Promise<DeploymentEnd> {
    this.tell('UPDATE_ROLLBACK_IN_PROGRESS');
    return this.rollBackTo(this.stable!, this.deployed!, circumstances);
  }

  /** Deletes the stack. Returns whether nothing of it is left. */
  public async destroy(): Promise<boolean> {
    this.tell('DELETE_IN_PROGRESS');
    this.isGoing = true;
    let isGone = await this.deleteFailedCreate();
    const all = this.takeAll();
    this.noteKept(all);
    if (all.every(isRetained)) {
      this.noteUnfinished();
    }
    for (const each of all) {
      isGone = (await this.cleanUp(each, each.template.policy ?? 'DESTROY', {})) && isGone;
    }
    this.deployed = undefined;
    this.stable = undefined;
    this.tell(isGone ? 'DELETE_COMPLETE' : 'DELETE_FAILED');
    this.dropProvider();
    return isGone;
  }

  /** Lets the job of the deployed model end. */
  public async jobEnds(): Promise<void> {
    const { physicalId } = this.deployed!;
    const seconds = (this.world.account.endOf(physicalId) - this.world.clock.now) / 1000;
    await this.world.clock.sleep(Math.max(0, seconds) + 1);
  }

  private begin(): void {
    this.provider = this.world.createProvider();
    this.id = `arn:aws:cloudformation:us-east-1:123456789012:stack/${this.name}/${++this.count}`;
  }

  private async create(
    template: Template,
    circumstances: Circumstances,
    isNew: boolean,
  ): Promise<DeploymentEnd> {
    const removal = this.failedCreate && this.removeFailedCreate();
    await removal?.before();
    const during = removal?.during();
    const served = await this.request('Create', template, {}, circumstances);
    await during;
    const created = this.record(served, template);
    const hasSucceeded = succeeded(served.outcome);
    if (hasSucceeded && !(await this.anotherFails(created, circumstances))) {
      this.deployed = created;
      await removal?.after();
      this.tell(isNew ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE');
      return 'complete';
    }
    if (circumstances.noRollback) {
      this.story.push('no rollback');
      this.deployed = hasSucceeded ? created : undefined;
      this.failedCreate = hasSucceeded ? undefined : created;
      await removal?.after();
      this.tell(isNew ? 'CREATE_FAILED' : 'UPDATE_FAILED');
      return 'failed';
    }
    await removal?.after();
    await this.rollBackCreation(created, hasSucceeded, circumstances, isNew);
    return 'rolled back';
  }

  private async rollBackCreation(
    created: Recorded,
    isRecorded: boolean,
    { retainExceptOnCreate }: Circumstances,
    isNew: boolean,
  ): Promise<void> {
    this.tell(isNew ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS');
    this.isGoing = true;
    const isRetained = created.template.policy === 'RETAIN' && !retainExceptOnCreate;
    if (isRetained && !isRecorded) {
      // CloudFormation never knew its job: the model may stay, or go.
      this.mayLeaveAny = true;
      this.excuseAll();
    }
    await this.cleanUp(created, isRetained ? 'RETAIN' : 'DESTROY', {});
    if (isNew) {
      this.tell('ROLLBACK_COMPLETE');
      this.dropProvider();
    } else {
      this.tell('UPDATE_ROLLBACK_COMPLETE');
    }
  }

  private async update(
    old: Recorded,
    template: Template,
    circumstances: Circumstances,
  ): Promise<DeploymentEnd> {
    if (!this.stable && JSON.stringify(this.propertiesOf(template)) === JSON.stringify(old.properties)) {
      // With unchanged properties CloudFormation calls nobody.
      this.deployed = { ...old, template };
      this.tell('UPDATE_COMPLETE');
      return 'complete';
    }
    const served = await this.request('Update', template, { old }, circumstances);
    const hasSucceeded = succeeded(served.outcome);
    const updated = hasSucceeded ? this.record(served, template) : old;
    this.successors.set(old.physicalId, updated.physicalId);
    if (hasSucceeded && !(await this.anotherFails(updated, circumstances))) {
      this.leave(old, updated);
      this.stable = undefined;
      this.tell('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      await this.cleanUpReplaced(template.policy === undefined || template.policy === 'DESTROY');
      this.tell('UPDATE_COMPLETE');
      return 'complete';
    }
    this.leave(old, updated);
    this.stable ??= old;
    if (circumstances.noRollback) {
      this.story.push('no rollback');
      this.tell('UPDATE_FAILED');
      return 'failed';
    }
    this.tell('UPDATE_ROLLBACK_IN_PROGRESS');
    const tried = { ...old, template, properties: this.propertiesOf(template) };
    return this.rollBackTo(this.stable, hasSucceeded ? updated : tried, circumstances);
  }

  /** One physical resource takes the place of another. */
  private leave(old: Recorded, current: Recorded): void {
    this.deployed = current;
    this.replaced = [...this.replaced, old].filter(({ physicalId }) => physicalId !== current.physicalId);
  }

  private async rollBackTo(
    target: Recorded,
    current: Recorded,
    { rollbacks = [] }: Circumstances,
  ): Promise<DeploymentEnd> {
    const { rollbackId } = this.world.cloudFormationDialect;
    if (rollbackId === 'no request' && current.physicalId !== target.physicalId) {
      this.story.push('rollback without a request');
      return this.endRollback(target, current, target);
    }
    const physicalId = rollbackId === 'old' ? target.physicalId : current.physicalId;
    for (const attempt of [...rollbacks, {}]) {
      this.story.push('rollback');
      const purpose = { old: { ...current, physicalId }, target };
      const served = await this.request('Update', target.template, purpose, attempt);
      if (succeeded(served.outcome)) {
        return this.endRollback(target, current, this.record(served, target.template));
      }
      this.tell('UPDATE_ROLLBACK_FAILED');
      this.tell('UPDATE_ROLLBACK_IN_PROGRESS');
    }
    this.story.push('rollback given up');
    this.tell('UPDATE_ROLLBACK_FAILED');
    this.deployed = current;
    this.isHalfRolledBack = true;
    return 'failed';
  }

  private async endRollback(target: Recorded, current: Recorded, restored: Recorded): Promise<DeploymentEnd> {
    this.leave(current, restored);
    [...this.replaced, this.deployed!].forEach(({ physicalId }) => this.successors.delete(physicalId));
    this.stable = undefined;
    this.isHalfRolledBack = false;
    this.tell('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    const { policy = 'DESTROY' } = target.template;
    await this.cleanUpReplaced(
      policy === 'DESTROY' || this.world.cloudFormationDialect.rolledBackReplacement === 'deleted',
    );
    this.tell('UPDATE_ROLLBACK_COMPLETE');
    return 'rolled back';
  }

  /** Deletes what was replaced, or retains it. */
  private async cleanUpReplaced(isDeleted: boolean): Promise<void> {
    const { replaced } = this;
    this.replaced = [];
    for (const each of replaced) {
      await this.cleanUp(each, isDeleted ? 'DESTROY' : 'RETAIN', { livesOn: true });
    }
  }

  /** Deletes one physical resource, or retains it. Returns false when that cannot be done. */
  private async cleanUp(
    { physicalId, template, properties }: Recorded,
    policy: NonNullable<Template['policy']>,
    purpose: Purpose,
  ): Promise<boolean> {
    if (policy !== 'DESTROY') {
      this.story.push(`retained ${physicalId}`);
      this.retained.add(physicalId);
      this.tellOfResource('DELETE_SKIPPED', physicalId);
      return true;
    }
    this.deleted.add(physicalId);
    for (let tries = DELETE_TRIES; tries > 0; tries--) {
      const old = { physicalId, template, properties };
      const { outcome } = await this.request('Delete', template, { ...purpose, old }, {});
      if (succeeded(outcome)) {
        return true;
      }
    }
    this.story.push('not deleted');
    this.excuseAll();
    return false;
  }

  /** Nobody can say what has to be there of all that was imported so far, but for what is retained. */
  private excuseAll(): void {
    this.world.account.jobs().forEach(({ jobArn }) => this.excused.add(jobArn as string));
  }

  /**
   * A stack that goes and retains its model asks for nothing, and takes its functions along: what they had still to
   * delete when a job has ended stays.
   */
  private noteUnfinished(): void {
    if (this.world.stepFunctions.isBusy(this.provider!.stateMachineArn)) {
      this.noteAll();
    }
  }

  /** A model that outlived its failed successor stays where that is retained: nobody asks for its deletion. */
  private noteKept(all: readonly Recorded[]): void {
    const { records } = this.world.account;
    const hasFailed = ({ physicalId }: Recorded): boolean => records.job(physicalId)?.outcome === 'Failed';
    if (all.some((each) => hasFailed(each) && isRetained(each))) {
      this.noteAll();
    }
  }

  private noteAll(): void {
    this.world.account.jobs().forEach(({ jobArn }) => this.mayBeLeft.add(jobArn as string));
  }

  private removeFailedCreate(): {
    before(): Promise<unknown>;
    during(): Promise<unknown>;
    after(): Promise<unknown>;
  } {
    const { failedCreate: when } = this.world.cloudFormationDialect;
    const at = (moment: typeof when): (() => Promise<unknown>) =>
      moment === when ? () => this.deleteFailedCreate() : () => Promise.resolve();
    const during = async (): Promise<unknown> => {
      await this.world.clock.sleep(when === 'during' ? this.world.random.between(0, 20) : 0);
      return at('during')();
    };
    return { before: at('before'), during, after: at('after') };
  }

  private async deleteFailedCreate(): Promise<boolean> {
    const { failedCreate } = this;
    this.failedCreate = undefined;
    return (
      failedCreate === undefined ||
      this.cleanUp(failedCreate, 'DESTROY', { livesOn: !this.isGoing && this.deployed !== undefined })
    );
  }

  /** What goes with the resource, as the deployed template says: the replaced model and its replacement, B. */
  private takeAll(): Recorded[] {
    const { deployed, replaced } = this;
    this.replaced = [];
    if (!deployed) {
      return [];
    }
    const old = replaced.map((each) => ({ ...each, template: deployed.template }));
    const all = [...old, deployed];
    // After a failed rollback from B to A nobody knows which of the two CloudFormation names.
    const isOpen = this.isHalfRolledBack && old.length === 1;
    this.isHalfRolledBack = false;
    const answers = { A: old, 'A and B': all, B: [deployed] };
    return isOpen ? answers[this.world.cloudFormationDialect.afterFailedRollback] : all;
  }

  private async request(
    type: ResourceRequest['type'],
    template: Template,
    purpose: Purpose,
    { cancelAfter }: Circumstances,
  ): Promise<Served> {
    const { old } = purpose;
    const properties = type === 'Delete' ? old!.properties : this.propertiesOf(template);
    this.tellOfResource(`${type.toUpperCase()}_IN_PROGRESS`, old?.physicalId, properties);
    const served = await this.world.cloudFormation.request({
      type,
      stackId: this.id,
      resourceType: MODEL_TYPE,
      logicalId: this.logicalId,
      serviceToken: this.provider!.waiterArn,
      physicalId: old?.physicalId,
      properties,
      oldProperties: type === 'Update' ? old!.properties : undefined,
      serviceTimeoutSeconds: LINK.maxSeconds + LINK.marginSeconds,
      cancelAfter,
    });
    const { outcome } = served;
    this.story.push(`${type} ${typeof outcome === 'string' ? outcome : outcome.Status}`);
    this.tellOutcome(served, properties);
    this.judge.judge(served, template, purpose, this);
    await this.world.clock.sleep(this.world.random.pick(this.pauses));
    return served;
  }

  private tellOutcome({ request, outcome }: Served, properties: Properties): void {
    const status = `${request.type.toUpperCase()}_${succeeded(outcome) ? 'COMPLETE' : 'FAILED'}`;
    if (!succeeded(outcome)) {
      this.tellOfResource(status, request.physicalId ?? this.idOfFailedCreate(outcome), properties);
      return;
    }
    const id = outcome.PhysicalResourceId;
    if (request.type === 'Create' && this.world.cloudFormationDialect.creationEvents === 'two') {
      this.tellOfResource('CREATE_IN_PROGRESS', id, properties);
    }
    this.tellOfResource(status, id, properties);
  }

  /** The physical ID that the event of a failed create has. */
  private idOfFailedCreate(outcome: Served['outcome']): string | undefined {
    if (typeof outcome === 'object') {
      return outcome.PhysicalResourceId;
    }
    this.generatedId = this.world.cloudFormation.generateId(this.logicalId);
    return this.world.cloudFormationDialect.failedCreateId === 'generated' ? this.generatedId : undefined;
  }

  private record({ outcome, request }: Served, template: Template): Recorded {
    const physicalId = typeof outcome === 'object' ? outcome.PhysicalResourceId : this.generatedId;
    return { physicalId, template, properties: request.properties };
  }

  /** Whether another resource fails after this one has succeeded: the wait for its job, when that fails. */
  private async anotherFails(
    { physicalId, template }: Recorded,
    { anotherFails }: Circumstances,
  ): Promise<boolean> {
    const { account, clock } = this.world;
    if (anotherFails !== undefined) {
      this.story.push('another resource fails');
      await clock.sleep(anotherFails);
      return true;
    }
    if (template.waits === false) {
      return false;
    }
    const job = account.records.job(physicalId)!;
    await clock.sleep(Math.max(0, (account.endOf(physicalId) - clock.now) / 1000));
    const hasFailed = job.outcome === 'Failed';
    this.story.push(hasFailed ? 'its job fails' : 'its job completes');
    return hasFailed;
  }

  private propertiesOf(template: Template): Properties {
    return toProperties(template, this.provider!);
  }

  private dropProvider(): void {
    this.world.deleteProvider(this.provider!);
    this.provider = undefined;
    this.failedCreate = undefined;
  }

  private tell(status: string): void {
    this.world.cloudFormation.events.addOfStack(this.id, status);
  }

  private tellOfResource(status: string, physicalId?: string, properties?: Properties): void {
    const { logicalId } = this;
    const ServiceToken = this.provider!.waiterArn;
    this.world.cloudFormation.events.addOfResource(
      this.id,
      { logicalId, physicalId, properties: properties && { ServiceToken, ...properties } },
      status,
    );
  }
}

function isRetained({ template: { policy = 'DESTROY' } }: Recorded): boolean {
  return policy !== 'DESTROY';
}
