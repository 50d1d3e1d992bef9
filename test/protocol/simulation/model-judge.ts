import { LINK } from '../../../lib/private/contract/links';
import { LAGS } from '../../../local/bedrock/dialect';
import { endOf, statusOf, type Job } from '../../../local/bedrock/import-job';
import { KEY } from '../../support/iam';
import { dueAt } from './budget';
import { succeeded, type Response, type Served } from './cloudformation';
import type { ModelStack, Recorded } from './model-stack';
import { definesTheSame, POLL_SECONDS, ROLE, type Template } from './model-template';
import type { World } from './world';

/** What a request is made for. */
export interface Purpose {
  /** What the request changes or deletes. */
  readonly old?: Recorded;
  /** What a rollback goes back to. */
  readonly target?: Recorded;
  /** Whether the resource lives on in another model, so that no job has to end first. */
  readonly livesOn?: boolean;
}

/** A permission that is refused for so many seconds may be refused for good. */
const LONG_DENIAL_SECONDS = 400;

/** A service that gives no HTTP answer for so many seconds counts as never reached. */
const LONG_SILENCE_SECONDS = 880;

/** What is first served that late before CloudFormation gives up may have no answer in time, in seconds. */
const HOPELESS_SECONDS = LINK.marginSeconds - 60;

/** Judges how deployments of a model end, how long they take, and what is left of them. */
export class ModelJudge {
  /** Codes of failures that a script expects. */
  public readonly expected = new Set<string>();
  private readonly stacks: ModelStack[] = [];
  /** Jobs that somebody else has started. */
  private readonly foreign = new Set<string>();
  private readonly deletedByHand = new Set<string>();
  private readonly deleteModel: (job: Job) => void;

  constructor(private readonly world: World) {
    const { records } = world.account;
    this.deleteModel = records.deleteModel.bind(records);
    records.deleteModel = (job) => {
      this.judgeDeletion(job);
      this.deleteModel(job);
    };
  }

  public watch(stack: ModelStack): void {
    this.stacks.push(stack);
  }

  /** Somebody else starts a job. */
  public addForeignJob(durationMs: number, jobName = 'foreign'): string {
    const jobArn = this.world.account.addJob({ jobName, durationMs, importedModelKmsKeyArn: KEY });
    this.foreign.add(jobArn);
    return jobArn;
  }

  /** Somebody deletes a model by hand. */
  public deleteByHand(jobArn: string): void {
    const job = this.world.account.records.job(jobArn)!;
    this.deletedByHand.add(jobArn);
    this.deleteModel(job);
  }

  /** Judges one request when CloudFormation does not wait for it any more. */
  public judge(served: Served, template: Template, purpose: Purpose, stack: ModelStack): void {
    const { outcome, request } = served;
    const { type } = request;
    if (outcome === 'cancelled') {
      return;
    }
    const seconds = served.faultSeconds + served.latenessSeconds;
    if (outcome === 'timed out') {
      this.expect(seconds > HOPELESS_SECONDS, `The ${type} was never answered`);
      return;
    }
    const starts = type !== 'Delete' && !this.isKept(outcome, served);
    const due = this.dueAt(served, template, purpose, stack, starts) + seconds * 1000;
    if (succeeded(outcome)) {
      const late = Math.round((served.endedAt - due) / 1000);
      this.expect(late <= 0, `The ${type} took ${late} s too long`);
      this.judgeSuccess(outcome, served, template, purpose);
    } else {
      this.judgeFailure(outcome, served, template, due);
    }
  }

  /** Judges what is left when everything has come to rest. */
  public judgeRest(): void {
    const jobs = this.world.account.records
      .jobsIn('us-east-1')
      .filter(({ jobArn }) => !this.foreign.has(jobArn));
    jobs.forEach((job) => this.judgeModel(job));
    for (const { deployed } of this.stacks) {
      const job = deployed && this.world.account.records.job(deployed.physicalId);
      this.expect(
        !deployed || job !== undefined,
        `CloudFormation has ${deployed?.physicalId}, which is no job`,
      );
    }
  }

  private judgeModel(job: Job): void {
    const { records } = this.world.account;
    const { jobArn } = job;
    if (this.stacks.some(({ excused }) => excused.has(jobArn))) {
      return;
    }
    const isRetained = this.stacks.some(({ retained }) => retained.has(jobArn));
    const isOwned = this.stacks.some(
      ({ deployed, replaced }) =>
        deployed?.physicalId === jobArn || replaced.some(({ physicalId }) => physicalId === jobArn),
    );
    const isLost = job.outcome === 'Failed' || this.deletedByHand.has(jobArn);
    const isThere = records.hasModel(job);
    this.expect(isThere || isLost || !isRetained, `The retained model of ${jobArn} is gone`);
    this.expect(isThere || isLost || !isOwned, `The model of ${jobArn} is gone, which is in use`);
    const mayBeLeft =
      this.stacks.some((stack) => stack.mayLeaveAny || stack.mayBeLeft.has(jobArn)) || this.isKeptFor(jobArn);
    this.expect(!isThere || isRetained || isOwned || mayBeLeft, `The model of ${jobArn} is an orphan`);
  }

  /** A model whose successor's import has failed stays with the resource. */
  private isKeptFor(jobArn: string): boolean {
    return this.stacks.some(({ deleted, deployed }) => {
      const successor = deployed && this.world.account.records.job(deployed.physicalId);
      return deleted.has(jobArn) && successor?.outcome === 'Failed';
    });
  }

  /** A model that the function deletes must not be wanted by anybody. */
  private judgeDeletion({ jobArn }: Job): void {
    for (const stack of this.stacks.filter(({ excused }) => !excused.has(jobArn))) {
      this.expect(!stack.retained.has(jobArn), `The retained model of ${jobArn} was deleted`);
      const isInUse = stack.deployed?.physicalId === jobArn && !stack.deleted.has(jobArn);
      this.expect(!isInUse, `The model of ${jobArn} was deleted, which is in use`);
      this.expect(
        stack.isGoing || this.isReplaced(jobArn, stack),
        `The model of ${jobArn} was deleted before a successor had completed`,
      );
    }
  }

  /** Whether one of the imports has completed that came after a model, if any did. */
  private isReplaced(jobArn: string, { successors }: ModelStack): boolean {
    const after: Job[] = [];
    for (let id = successors.get(jobArn); id !== undefined; id = successors.get(id)) {
      const successor = this.world.account.records.job(id);
      if (!successor || after.includes(successor)) {
        break;
      }
      after.push(successor);
    }
    const { now } = this.world.clock;
    return after.length === 0 || after.some((each) => statusOf(each, now) === 'Completed');
  }

  /** Whether a successful request has started nothing. */
  private isKept(outcome: Response, { requestedAt }: Served): boolean {
    const job = this.world.account.records.job(outcome.PhysicalResourceId);
    return succeeded(outcome) && job !== undefined && job.startedAt < requestedAt;
  }

  private dueAt(
    served: Served,
    { pollIntervalSeconds = POLL_SECONDS }: Template,
    { old, livesOn }: Purpose,
    { retained }: ModelStack,
    starts: boolean,
  ): number {
    const { account } = this.world;
    const { requestedAt, endedAt, request, outcome } = served;
    const own = succeeded(outcome) ? outcome.PhysicalResourceId : '';
    const isDelete = request.type === 'Delete';
    const jobs = account.records
      .jobsIn('us-east-1')
      .filter(({ startedAt }) => startedAt <= endedAt)
      .filter((job) => (starts ? job.jobArn !== own : !this.foreign.has(job.jobArn)))
      .filter((job) => !isDelete || !retained.has(job.jobArn))
      .filter((job) => starts || isDelete || job.jobArn === own);
    // An Update that keeps a job does not wait for its end, nor a Delete of what the resource does not live on in.
    const waitsForEnds = starts || (isDelete && !livesOn);
    // A short job may have ended when it shows, and any job while another one's model cannot be deleted yet.
    const isLate = this.world.dialect.newJob === 'late';
    const shownAt = Math.max(
      requestedAt + (isLate ? LAGS.newJob + pollIntervalSeconds * 1000 : 0),
      ...(isDelete ? jobs.map((job) => this.deletableAt(job, requestedAt)) : []),
    );
    return dueAt(account, ROLE, {
      requestedAt,
      permittedAt: this.world.permittedAt,
      pollSeconds: pollIntervalSeconds,
      certainAt: served.certainAt,
      jobs,
      ended: jobs.filter((job) => waitsForEnds || endOf(job) <= shownAt),
      starts,
      mayMiss: old !== undefined && (this.deletedByHand.size > 0 || this.mayBeForgotten(jobs)),
    });
  }

  /** When the model of a job can be deleted that has ended by a time, in milliseconds since the epoch. */
  private deletableAt(job: Job, time: number): number {
    const isRefused = this.world.dialect.deleteFreshModel === 'ConflictException';
    return isRefused && endOf(job) <= time ? endOf(job) + LAGS.deleteFreshModel : 0;
  }

  /** Whether Bedrock may not keep the record of a failed job any more, which has no model to be found by. */
  private mayBeForgotten(jobs: readonly Job[]): boolean {
    return this.world.dialect.endedJob === 'forgotten' && jobs.some(({ outcome }) => outcome === 'Failed');
  }

  private judgeSuccess(
    { PhysicalResourceId: id, Data }: Response,
    { request, requestedAt }: Served,
    template: Template,
    { old, target }: Purpose,
  ): void {
    const { records } = this.world.account;
    if (request.type === 'Delete') {
      this.expect(id === request.physicalId, `The Delete changed the physical ID to ${id}`);
      return;
    }
    const job = records.job(id);
    this.expect(
      job !== undefined && Data?.jobArn === id,
      `The ${request.type} has succeeded without a job: ${id}`,
    );
    const isWanted = target ?? (old && definesTheSame(old.template, template) ? old : undefined);
    if (isWanted && this.mustKeep(isWanted.physicalId)) {
      this.expect(id === isWanted.physicalId, `It has imported again what was there: ${isWanted.physicalId}`);
    }
    const isNew = job !== undefined && job.startedAt >= requestedAt;
    const mustImport = !isWanted && template.adopt === undefined;
    this.expect(isNew || !mustImport, `The ${request.type} has imported nothing`);
  }

  /** Whether a model is there, and nobody has touched it. */
  private mustKeep(physicalId: string): boolean {
    const job = this.world.account.records.job(physicalId);
    const isExcused = this.stacks.some(({ excused }) => excused.has(physicalId));
    return job !== undefined && job.outcome !== 'Failed' && !this.deletedByHand.has(physicalId) && !isExcused;
  }

  /** Nothing fails but what has to wait too long, came too late, or met faults that do not pass. */
  private judgeFailure(
    { Reason = '', PhysicalResourceId }: Response,
    { request, requestedAt, latenessSeconds, requestId }: Served,
    { startTimeoutSeconds = LINK.maxSeconds, pollIntervalSeconds = POLL_SECONDS }: Template,
    due: number,
  ): void {
    const isLong = (seconds: number): boolean =>
      due >= requestedAt + (seconds - pollIntervalSeconds - 15) * 1000;
    const [code] = Reason.split(':');
    const isRight = {
      TimedOut: isLong(request.type === 'Delete' ? LINK.maxSeconds : startTimeoutSeconds),
      PollsFailed: isLong(LINK.maxSeconds),
      RequestTooLate: latenessSeconds > 60,
      Refused: this.hadOutage('denied', LONG_DENIAL_SECONDS),
      NotStarted:
        this.hadOutage('denied', LONG_DENIAL_SECONDS) ||
        this.hadOutage('unreached', LONG_SILENCE_SECONDS) ||
        isLong(LINK.maxSeconds),
      NeverReached: this.hadOutage('unreached', LONG_SILENCE_SECONDS),
    }[code];
    this.expect((isRight ?? false) || this.expected.has(code), `The ${request.type} failed: ${Reason}`);
    const id = request.physicalId ?? `request/${requestId}`;
    this.expect(PhysicalResourceId === id, `The failed ${request.type} has the ID ${PhysicalResourceId}`);
  }

  private hadOutage(trouble: string, seconds: number): boolean {
    return this.world.faults.outages.some(
      (each) => each.trouble === trouble && each.to - each.from >= seconds * 1000,
    );
  }

  private expect(isRight: boolean, what: string): void {
    this.world.expect(isRight, what);
  }
}
