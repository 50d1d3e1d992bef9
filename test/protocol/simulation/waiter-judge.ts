import { toAttributes } from '../../../lambda/waiter/attributes';
import type { Model } from '../../../lambda/waiter/bedrock';
import type { Job as DescribedJob } from '../../../lambda/shared/bedrock';
import { FIRST_CALL_SECONDS, LINK } from '../../../lib/private/contract/links';
import { KEPT_MS, LAGS } from '../../../local/bedrock/dialect';
import { endOf, type Job } from '../../../local/bedrock/import-job';
import { performInProcess } from '../../support/in-process-bedrock';
import { succeeded, type Response, type Served } from './cloudformation';
import type { Place, Trouble } from './faults';
import type { Wait, WaitEnd, WaiterStack } from './waiter-stack';
import type { World } from './world';

/** What a link takes beyond what it waits for, with CloudFormation's pause before the next one, in seconds. */
const LINK_SECONDS = 16;

/** For how long a job may not show, in seconds. */
const ABSENT_SECONDS = 180;

/** For how long a completed job may not name its model, and a model respond with nothing, in seconds. */
const UNNAMED_SECONDS = 600;
const MUTE_SECONDS = 120;

/** What is refused now and then is refused for minutes, of which a wait's end may meet two times. */
const STRAY_SECONDS = 2 * 300;

/** How a wait ended, in words for the summary. */
const KINDS: Readonly<Record<string, string>> = {
  JobFailed: 'failed with the job',
  TimedOut: 'timed out',
  JobNotFound: 'failed without a job',
  ModelNotNamed: 'failed without a model',
  ModelGone: 'failed, its model deleted',
  EmptyAnswer: 'failed: the model answers nothing',
  SmokeTestRefused: 'failed, its model deleted',
  SmokeTestTimedOut: 'failed: the model did not answer in time',
  NeverReached: 'never reached Bedrock',
  AccessDenied: 'failed for a refusal',
  Refused: 'failed for a refusal',
  SmokeTestDenied: 'failed for a refusal',
  PollsFailed: 'failed with the function',
  NotStarted: 'failed to start',
  RequestTooLate: 'came too late',
};

/** Judges how waits end, and when. */
export class WaiterJudge {
  constructor(
    private readonly world: World,
    private readonly wait: Wait,
    private readonly stack: WaiterStack,
  ) {}

  /** Compares the end of a wait with the truth about its job, and says what it was. */
  public judge(end: WaitEnd): string {
    const { outcome } = end;
    if (outcome === 'cancelled') {
      return 'was cancelled';
    }
    if (outcome === 'timed out') {
      this.expect(end.lostSeconds > LINK.marginSeconds - 60, 'It was never answered');
      return 'had no answer';
    }
    if (succeeded(outcome)) {
      this.judgeSuccess(outcome, end);
      return 'succeeded';
    }
    return this.judgeFailure(outcome, end);
  }

  /** A Delete of a waiter touches nothing, and takes seconds. */
  public judgeDeletion({ request, outcome, endedAt, requestedAt, ...served }: Served): void {
    const lostSeconds = served.faultSeconds + served.latenessSeconds;
    const seconds = (endedAt - requestedAt) / 1000;
    this.expect(seconds <= LINK_SECONDS + lostSeconds, `The Delete took ${seconds} s`);
    const isRight = succeeded(outcome) && outcome.PhysicalResourceId === request.physicalId;
    this.expect(isRight || lostSeconds > LINK.marginSeconds, `The Delete: ${JSON.stringify(outcome)}`);
  }

  private judgeSuccess({ Data, PhysicalResourceId }: Response, end: WaitEnd): void {
    const job = this.jobOf(end);
    this.expect(job !== undefined && end.endedAt >= endOf(job), 'It succeeded before the job had ended');
    this.expect(PhysicalResourceId === end.job, `The physical ID is ${PhysicalResourceId}`);
    if (job && this.world.account.records.hasModel(job) && this.world.dialect.strayRefusals === 'never') {
      this.judgeAttributes(Data!, job);
    }
    this.expectBy(this.knownAt(end), end, 'The success');
  }

  /** What describes the model may be left out. */
  private judgeAttributes(data: Record<string, string>, { jobArn, modelArn }: Job): void {
    const { account } = this.world;
    const said = performInProcess(account, 'GetModelImportJob', { jobIdentifier: jobArn }) as DescribedJob;
    const model = data.modelArchitecture
      ? (performInProcess(account, 'GetImportedModel', { modelIdentifier: modelArn }) as Model)
      : undefined;
    const truth = toAttributes(said, model);
    this.expect(JSON.stringify(data) === JSON.stringify(truth), 'The attributes are not those of the job');
  }

  private judgeFailure({ Reason = '', PhysicalResourceId }: Response, end: WaitEnd): string {
    const [code] = Reason.split(':');
    const id = end.physicalId ?? `request/${end.requestId}`;
    this.expect(PhysicalResourceId === id, `The failed wait has the ID ${PhysicalResourceId}`);
    this.expect(this.isTrue(code, end, Reason), `It ends at ${this.secondsOf(end)} s with: ${Reason}`);
    return KINDS[code] ?? code;
  }

  private isTrue(code: string, end: WaitEnd, reason: string): boolean {
    const job = this.jobOf(end);
    const { timeoutSeconds } = this.wait;
    switch (code) {
      case 'JobFailed':
        this.expectBy(this.knownAt(end), end, 'The failure');
        return job?.outcome === 'Failed' && reason.includes(job.failureMessage!);
      case 'JobNotFound':
        this.expectBy(this.permittedAt(end) + ABSENT_SECONDS * 1000, end, 'The failure');
        return job === undefined || this.mayBeHidden(job) || this.isTooShort(end);
      case 'ModelNotNamed':
        this.expectBy(this.knownAt(end) + UNNAMED_SECONDS * 1000, end, 'The failure');
        return job !== undefined && this.mayBeUnnamed(job);
      case 'EmptyAnswer':
        this.expectBy(this.knownAt(end) + MUTE_SECONDS * 1000, end, 'The failure');
        return job !== undefined && this.world.services.muteModels.has(job.modelArn);
      case 'SmokeTestRefused':
        return job !== undefined && (!this.world.account.records.hasModel(job) || this.isTooShort(end));
      case 'ModelGone':
        return job !== undefined && (!this.world.account.records.hasModel(job) || this.mayBeHidden(job));
      case 'NeverReached':
        return this.hadOutage(end, 'unreached', Math.min(timeoutSeconds - 60, 850)) || this.isTooShort(end);
      case 'AccessDenied':
      case 'Refused':
      case 'SmokeTestDenied':
        return (
          this.hadOutage(end, 'denied', Math.min(timeoutSeconds - 60, 400), 'bedrock') || this.isTooShort(end)
        );
      case 'NotStarted':
        return (
          this.hadOutage(end, 'denied', 400, 'start') ||
          this.hadOutage(end, 'unreached', 850, 'start') ||
          end.lostSeconds >= timeoutSeconds
        );
      case 'RequestTooLate':
      case 'PollsFailed':
        return end.lostSeconds >= Math.min(timeoutSeconds, LINK.maxSeconds) - this.slackSeconds(end);
      case 'TimedOut':
      case 'SmokeTestTimedOut':
        return this.isTimedOut(end);
      default:
        return false;
    }
  }

  /** A wait times out when its time is up, and only if it could not have learned the end of its job before. */
  private isTimedOut(end: WaitEnd): boolean {
    const { timeoutSeconds } = this.wait;
    const seconds = this.secondsOf(end);
    const latest =
      timeoutSeconds + FIRST_CALL_SECONDS + this.stack.links.length * LINK_SECONDS + 60 + end.lostSeconds;
    const isDue = seconds >= timeoutSeconds - 2 && this.isTooShort(end);
    return seconds <= latest && (isDue || this.isLinkLost(end));
  }

  /** Whether faults may have taken all the time of the last link, when the job had ended in an earlier one. */
  private isLinkLost({ lostSeconds }: WaitEnd): boolean {
    const [{ timeoutSeconds }] = this.stack.links;
    return this.stack.links.length > 1 && lostSeconds >= timeoutSeconds - 2 * this.wait.pollIntervalSeconds;
  }

  /** Whether the timeout may be over before the end of the job can be known. */
  private isTooShort(end: WaitEnd): boolean {
    const knownSeconds = (this.knownAt(end) - end.startedAt) / 1000;
    return knownSeconds + this.slackSeconds(end) >= this.wait.timeoutSeconds;
  }

  /**
   * Whether Bedrock may not show a job that was there for long: it keeps its record no more, or denies it for minutes.
   * A rollback to it that comes with another physical ID does not know that it was there.
   */
  private mayBeHidden(job: Job): boolean {
    const { endedJob, strayRefusals } = this.world.dialect;
    const isForgotten = endedJob === 'forgotten' && this.world.clock.now >= endOf(job) + KEPT_MS;
    return isForgotten || strayRefusals === 'sometimes';
  }

  private mayBeUnnamed(job: Job): boolean {
    const { account, dialect } = this.world;
    const isDeleted = !account.records.hasModel(job);
    return dialect.modelArn !== 'at once' || (isDeleted && dialect.deletedModelArn === 'absent');
  }

  /** When the end of the job can be known at the latest, in milliseconds since the epoch. */
  private knownAt(end: WaitEnd): number {
    const { dialect } = this.world;
    const job = this.jobOf(end);
    if (!job) {
      return Infinity;
    }
    const lag = Math.max(
      dialect.newModel === 'late' ? LAGS.newModel : 0,
      dialect.modelArn === 'at once' ? 0 : LAGS.modelArn,
    );
    const shown = job.startedAt + (dialect.newJob === 'late' ? LAGS.newJob : 0);
    const stray = dialect.strayRefusals === 'sometimes' ? STRAY_SECONDS * 1000 : 0;
    // A model that is gone is looked for as long as one that is new.
    const isGone = job.outcome !== 'Failed' && this.world.account.records.deletionOf(job) !== undefined;
    const missing = isGone ? ABSENT_SECONDS * 1000 : 0;
    return Math.max(this.permittedAt(end), shown, endOf(job) + lag) + stray + missing;
  }

  /** When the polls are permitted, in milliseconds since the epoch. */
  private permittedAt({ startedAt }: WaitEnd): number {
    const { permittedAt, dialect } = this.world;
    return Math.max(startedAt, permittedAt + (dialect.newPolicy === 'late' ? LAGS.newPolicy : 0));
  }

  private expectBy(time: number, end: WaitEnd, what: string): void {
    const late = Math.round((end.endedAt - time) / 1000 - this.slackSeconds(end));
    this.expect(late <= 0, `${what} came ${late} s too late`);
  }

  /** What a wait may take to learn what there is to know, in seconds. */
  private slackSeconds({ lostSeconds }: WaitEnd): number {
    const { pollIntervalSeconds, hasSmokeTest } = this.wait;
    const polls = hasSmokeTest ? 3 : 2;
    return polls * pollIntervalSeconds + this.stack.links.length * LINK_SECONDS + lostSeconds;
  }

  private secondsOf({ endedAt, startedAt }: WaitEnd): number {
    return (endedAt - startedAt) / 1000;
  }

  private jobOf({ job }: WaitEnd): Job | undefined {
    return this.world.account.records.job(job);
  }

  private hadOutage(end: WaitEnd, trouble: Trouble, seconds: number, place?: Place): boolean {
    return this.world.faults.outages.some(
      (each) =>
        each.trouble === trouble &&
        (place === undefined || each.place === place) &&
        each.to - each.from >= seconds * 1000 &&
        each.from <= end.endedAt,
    );
  }

  private expect(isRight: boolean, what: string): void {
    this.world.expect(isRight, what);
  }
}
