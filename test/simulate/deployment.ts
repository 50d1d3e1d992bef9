import { toAttributes } from '../../lambda/poll/attributes';
import { LINK, splitIntoLinks, type Link } from '../../lib/private/chain';
import type { OnTheWire, WaiterProperties } from '../../lib/private/protocol';
import { Bedrock, describe, failureMessage, MAX_FAULTS_IN_A_ROW, MODEL, type JobTruth } from './bedrock';
import { Clock } from './clock';
import { CloudFormation, type Outcome, type ResourceRequest, type Response } from './cloudformation';
import { Faults } from './faults';
import { Lambda } from './lambda';
import { Random } from './random';
import { StepFunctions } from './step-functions';

/** After this many seconds nothing may be left of a deployment but its resources. */
const AFTERMATH_SECONDS = 900;

/** Faults end this many seconds before CloudFormation gives up, so that there is time to recover. */
const RECOVERY_SECONDS = 60;

/** What a link may cost beyond its polls, without faults and with bursts of them, in seconds. */
const CALM_LINK_SECONDS = 10;
const STORMY_LINK_SECONDS = 600;

/** With longer intervals the faults that may come in a row could take a whole link. */
const MAX_POLL_INTERVAL = 90;

/** What happens to a deployment. */
const STORIES = ['create', 'create', 'create', 'update', 'cancel a create', 'cancel an update'] as const;

/** How much goes wrong. */
const MOODS = [0, 1, 1, 1, 6] as const;

/** How a job goes. */
const FATES = [
  ...Array<'completes'>(12).fill('completes'),
  ...(['fails', 'fails', 'hidden for ever', 'refused for ever'] as const),
] as const;

/** What is wrong with the account or the functions, for good. */
const DEFECTS = [
  ...Array<'none'>(30).fill('none'),
  ...(['poll function breaks', 'start denied'] as const),
] as const;

/** How a deployment ended. */
export interface Ending {
  readonly kind: string;
  /** What is wrong with it, if anything. */
  readonly wrong: string[];
  readonly simulatedSeconds: number;
  readonly maxHistoryEvents: number;
}

/** One stack with one waiter, in a world of its own. */
export class Deployment {
  private readonly clock = new Clock();
  private readonly random: Random;
  private readonly faults: Faults;
  private readonly bedrock: Bedrock;
  private readonly cloudFormation: CloudFormation;
  private readonly lambda: Lambda;
  private readonly stepFunctions: StepFunctions;
  private readonly wrong: string[] = [];
  private readonly mood: number;
  private readonly defect: (typeof DEFECTS)[number];
  private readonly timeoutSeconds: number;
  private readonly pollIntervalSeconds: number;
  private readonly links: Link[];
  /** The physical IDs of the links by logical ID. */
  private readonly physicalIds = new Map<string, string>();
  private jobs = 0;

  constructor(seed: number, counts: Map<string, number>) {
    this.random = new Random(seed);
    this.mood = this.random.pick(MOODS);
    this.faults = new Faults(
      this.random,
      counts,
      () => this.mood * (this.secondsLeft() < LINK.marginSeconds + 60 ? 5 : 1),
      (seconds) => seconds + RECOVERY_SECONDS < this.secondsLeft(),
    );
    this.bedrock = new Bedrock(this.clock, this.random, this.faults);
    this.cloudFormation = new CloudFormation(this.clock, this.random, this.faults, () => this.lambda);
    this.lambda = new Lambda(this.clock, this.random, this.faults, this.bedrock, () => ({
      stepFunctions: this.stepFunctions,
      cloudFormation: () => Promise.reject(new Error('Nobody asks yet')),
      network: this.cloudFormation.network,
      now: () => this.clock.now,
    }));
    this.stepFunctions = new StepFunctions(this.clock, this.faults, this.lambda.invoke);
    this.timeoutSeconds = this.random.logarithmic(10, 24 * 3600);
    // Long waits with short intervals are rare, because they take long to simulate.
    const shortest = this.random.chance(0.02)
      ? 5
      : Math.min(MAX_POLL_INTERVAL, Math.max(5, this.timeoutSeconds / 300));
    this.pollIntervalSeconds = Math.round(this.random.between(shortest, MAX_POLL_INTERVAL));
    this.links = splitIntoLinks(this.timeoutSeconds);
    this.defect = this.random.pick(DEFECTS);
  }

  public async run(): Promise<Ending> {
    const startedAt = this.clock.now;
    const story = this.random.pick(STORIES);
    const kind = await this.clock.runUntil(this.tell(story));
    this.checkAftermath();
    const executions = [...this.stepFunctions.executions.values()];
    return {
      kind,
      wrong: this.wrong.map((what) => `${what} (${story}, ${this.defect}, timeout ${this.timeoutSeconds} s)`),
      simulatedSeconds: (this.clock.now - startedAt) / 1000,
      maxHistoryEvents: Math.max(0, ...executions.map(({ historyEvents }) => historyEvents)),
    };
  }

  private async tell(story: (typeof STORIES)[number]): Promise<string> {
    const isUpdate = story === 'update' || story === 'cancel an update';
    const before = isUpdate ? this.endedJob() : undefined;
    if (before) {
      await this.deploy('Create', before);
    }
    this.breakSomething();
    const cancelAfter = story.startsWith('cancel') ? this.random.between(0, this.timeoutSeconds) : undefined;
    const ending = await this.deploy(isUpdate ? 'Update' : 'Create', this.startJob(), cancelAfter);
    this.repair();
    if (before && ending !== 'succeeded') {
      const rollback = await this.deploy('Update', before);
      const isRight = rollback === 'succeeded' || (this.mood > 0 && rollback === 'timed out');
      this.expect(isRight, `The rollback ${rollback}`);
    }
    if (!before && ending !== 'succeeded') {
      await this.deleteAll();
    }
    await this.clock.sleep(AFTERMATH_SECONDS);
    return `${isUpdate ? 'update' : 'create'} ${ending}`;
  }

  /** Waits link by link, as CloudFormation does, and checks how that ends. */
  private async deploy(type: 'Create' | 'Update', job: JobTruth, cancelAfter = Infinity): Promise<string> {
    const startedAt = this.clock.now;
    let outcome: Outcome | undefined;
    for (const [index, link] of this.links.entries()) {
      const logicalId = link.continues ? `Link${index + 1}` : 'Resource';
      outcome = await this.cloudFormation.request({
        ...this.requestFor(link, logicalId, job),
        type: type === 'Update' && this.physicalIds.has(logicalId) ? 'Update' : 'Create',
        cancelAt: cancelAfter === Infinity ? undefined : startedAt + cancelAfter * 1000,
      });
      if (typeof outcome === 'string' || outcome.Status === 'FAILED') {
        this.physicalIds.set(
          logicalId,
          this.physicalIds.get(logicalId) ??
            (typeof outcome === 'string' ? `Stack-${logicalId}-MADEUP` : outcome.PhysicalResourceId),
        );
        break;
      }
      this.physicalIds.set(logicalId, outcome.PhysicalResourceId);
      await this.clock.sleep(this.random.between(1, 5));
    }
    return this.judge(outcome!, job, startedAt);
  }

  private requestFor(link: Link, logicalId: string, job: JobTruth): Omit<ResourceRequest, 'type'> {
    const properties: OnTheWire<WaiterProperties> = {
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Wait',
      pollFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:poll',
      jobIdentifier: job.arn,
      timeoutSeconds: String(link.timeoutSeconds),
      waitedSeconds: String(link.waitedSeconds),
      pollIntervalSeconds: String(this.pollIntervalSeconds),
      continues: String(link.continues),
    };
    return {
      logicalId,
      physicalId: this.physicalIds.get(logicalId),
      properties,
      serviceTimeoutSeconds: link.timeoutSeconds + LINK.marginSeconds,
    };
  }

  private async deleteAll(): Promise<void> {
    for (const [logicalId, physicalId] of [...this.physicalIds].reverse()) {
      const outcome = await this.cloudFormation.request({
        ...this.requestFor(this.links[0], logicalId, { arn: '' } as JobTruth),
        type: 'Delete',
        physicalId,
      });
      this.expect(
        typeof outcome !== 'string' &&
          outcome.Status === 'SUCCESS' &&
          outcome.PhysicalResourceId === physicalId,
        `The Delete ended with ${JSON.stringify(outcome)}`,
      );
    }
  }

  /** Compares the end of a deployment with the truth about the job. */
  private judge(outcome: Outcome, job: JobTruth, startedAt: number): string {
    if (outcome === 'cancelled') {
      return 'was cancelled';
    }
    if (outcome === 'timed out') {
      this.expect(false, 'CloudFormation got no answer in time');
      return 'hung';
    }
    if (outcome.Status === 'SUCCESS') {
      this.judgeSuccess(outcome, job, startedAt);
      return 'succeeded';
    }
    return this.judgeFailure(outcome.Reason ?? '', job, startedAt);
  }

  private judgeSuccess({ Data, PhysicalResourceId }: Response, job: JobTruth, startedAt: number): void {
    const truth = toAttributes(describe(job, this.clock.now), Data?.modelArchitecture ? MODEL : undefined);
    this.expect(truth.importedModelArn !== '', 'It succeeded before the job had completed');
    this.expect(JSON.stringify(Data) === JSON.stringify(truth), 'The attributes are not those of the job');
    this.expect(PhysicalResourceId === job.arn, 'The physical ID is not the job ARN');
    this.expectSoonAfter(Math.max(startedAt, job.namedAt, job.hiddenUntil, job.refusedUntil), 'The success');
  }

  private judgeFailure(reason: string, job: JobTruth, startedAt: number): string {
    const { now } = this.clock;
    const waitedSeconds = (now - startedAt) / 1000;
    const lastPollAt = startedAt + this.timeoutSeconds * 1000;
    if (reason.includes(' failed: ')) {
      const isTrue = job.outcome === 'Failed' && now >= job.endsAt && reason.includes(failureMessage(job));
      this.expect(isTrue, 'It reports a failure that the job did not have');
      this.expectSoonAfter(Math.max(startedAt, job.endsAt, job.hiddenUntil, job.refusedUntil), 'The failure');
      return 'failed with the job';
    }
    if (reason.includes(' did not end within ')) {
      this.expect(waitedSeconds >= this.timeoutSeconds, 'It timed out too early');
      this.expect(
        this.mood > 0 || waitedSeconds <= this.timeoutSeconds + LINK.marginSeconds,
        'It timed out more than a margin too late',
      );
      const couldSee = Math.max(job.endsAt, job.namedAt, job.hiddenUntil, job.refusedUntil);
      this.expect(
        couldSee + this.slackSeconds() * 1000 >= lastPollAt,
        'It timed out long after the job had ended',
      );
      return 'timed out';
    }
    if (reason.startsWith('There is no model import job')) {
      this.expect(job.hiddenUntil === Infinity || now >= lastPollAt, 'It did not find a job that is there');
      // Faults in between do not count towards the grace.
      this.expectSoonAfter(lastPollAt, 'The failure');
      return 'failed without a job';
    }
    if (/^(Not allowed to call|Bedrock refused|Bedrock does not accept)/.test(reason)) {
      this.expect(job.refusedUntil === Infinity || now >= lastPollAt, 'It failed for a refusal that passed');
      this.expectSoonAfter(lastPollAt, 'The failure');
      return 'failed for a refusal';
    }
    if (reason.includes(' function kept failing: ')) {
      this.expect(now >= this.lambda.pollBrokenFrom, 'It failed for crashes that passed');
      // It takes five crashes, with 30 seconds between them.
      this.expectSoonAfter(this.lambda.pollBrokenFrom + 60_000, 'The failure');
      return 'failed with the poll function';
    }
    const isDenied = /^The wait for .* could not be started/.test(reason) && this.stepFunctions.startDenied;
    this.expect(isDenied, `Nobody knows why it failed: ${reason}`);
    return 'failed to start';
  }

  /** Nothing is answered in two ways, and nothing runs for a stack that is done. */
  private checkAftermath(): void {
    const { contradictions } = this.cloudFormation;
    this.expect(contradictions.length === 0, `Answered in different ways: ${contradictions.join(' / ')}`);
    const running = [...this.stepFunctions.executions.values()].filter(({ status }) => status === 'RUNNING');
    this.expect(running.length === 0 || this.stepFunctions.stopFailed, 'An execution still runs');
  }

  private expectSoonAfter(time: number, what: string): void {
    const late = (this.clock.now - time) / 1000;
    this.expect(late <= this.slackSeconds(), `${what} came ${Math.round(late)} s late`);
  }

  /** How long the engine may take to see what has happened: all polls that may fail, and what is left. */
  private slackSeconds(): number {
    if (this.mood === 0) {
      return this.pollIntervalSeconds + this.links.length * CALM_LINK_SECONDS;
    }
    return (MAX_FAULTS_IN_A_ROW + 4) * this.pollIntervalSeconds + this.links.length * STORMY_LINK_SECONDS;
  }

  private expect(isRight: boolean, what: string): void {
    if (!isRight) {
      this.wrong.push(what);
    }
  }

  private secondsLeft(): number {
    return (this.cloudFormation.givesUpAt - this.clock.now) / 1000;
  }

  private breakSomething(): void {
    if (this.defect === 'poll function breaks') {
      this.lambda.pollBrokenFrom = this.clock.now + this.random.between(0, this.timeoutSeconds) * 1000;
    }
    this.stepFunctions.startDenied = this.defect === 'start denied';
  }

  private repair(): void {
    this.lambda.pollBrokenFrom = Infinity;
    this.stepFunctions.startDenied = false;
  }

  /** A job that has ended well before anybody waits for it. */
  private endedJob(): JobTruth {
    const endsAt = this.clock.now - 1000;
    return this.addJob({ outcome: 'Completed', endsAt, namedAt: endsAt, hiddenUntil: 0, refusedUntil: 0 });
  }

  private startJob(): JobTruth {
    const { now } = this.clock;
    const fate = this.random.pick(FATES);
    const endsAt = now + this.random.logarithmic(1, 3 * 24 * 3600) * 1000;
    const isNew = this.random.chance(0.1);
    return this.addJob({
      outcome: fate === 'fails' ? 'Failed' : 'Completed',
      endsAt,
      namedAt: endsAt + (this.random.chance(0.1) ? this.random.between(1, 120) * 1000 : 0),
      hiddenUntil:
        fate === 'hidden for ever' ? Infinity : isNew ? now + this.random.between(1, 55) * 1000 : 0,
      refusedUntil:
        fate === 'refused for ever' ? Infinity : isNew ? now + this.random.between(1, 115) * 1000 : 0,
    });
  }

  private addJob(truth: Omit<JobTruth, 'arn' | 'refusal'>): JobTruth {
    const arn = `arn:aws:bedrock:us-east-1:123456789012:model-import-job/job${String(++this.jobs).padStart(9, '0')}`;
    const forEver = ['AccessDeniedException', 'UnrecognizedClientException', 'ValidationException'];
    const refusal = truth.refusedUntil === Infinity ? this.random.pick(forEver) : 'AccessDeniedException';
    const job = { ...truth, arn, refusal };
    this.bedrock.jobs.set(arn, job);
    return job;
  }
}
