import { toAttributes } from '../../../lambda/waiter/attributes';
import { LINK, type Link } from '../../../lib/private/contract/links';
import { describe, failureMessage, MAX_FAULTS_IN_A_ROW, MODEL, type JobTruth } from './bedrock';
import type { Outcome, Response } from './cloudformation';
import type { World } from './world';

/** What a link may cost beyond its polls, without faults and with bursts of them, in seconds. */
const CALM_LINK_SECONDS = 15;
const STORMY_LINK_SECONDS = 600;

/** For how long a permission that was made a moment ago may be denied. */
export const DENIED_SECONDS = 170;

/** A wait that is judged. */
interface Wait {
  readonly timeoutSeconds: number;
  readonly pollIntervalSeconds: number;
  readonly links: readonly Link[];
  /** What is wrong with the account or the functions, for good. */
  readonly defect: string;
}

/** Whether deployments of a waiter end as they should. */
export class WaiterVerdict {
  constructor(
    private readonly world: World,
    private readonly wait: Wait,
  ) {}

  /** Compares the end of a deployment with the truth about the job. */
  public judge(outcome: Outcome, job: JobTruth, startedAt: number): string {
    if (outcome === 'cancelled') {
      return 'was cancelled';
    }
    if (outcome === 'timed out') {
      return 'hung';
    }
    if (outcome.Status === 'SUCCESS') {
      this.judgeSuccess(outcome, job, startedAt);
      return 'succeeded';
    }
    return this.judgeFailure(outcome.Reason ?? '', job, startedAt);
  }

  private judgeSuccess({ Data, PhysicalResourceId }: Response, job: JobTruth, startedAt: number): void {
    const truth = toAttributes(
      describe(job, this.world.clock.now),
      Data?.modelArchitecture ? MODEL : undefined,
    );
    this.expect(truth.importedModelArn !== '', 'It succeeded before the job had completed');
    this.expect(JSON.stringify(Data) === JSON.stringify(truth), 'The attributes are not those of the job');
    this.expect(PhysicalResourceId === job.arn, 'The physical ID is not the job ARN');
    this.expectSoonAfter(Math.max(startedAt, job.namedAt, job.hiddenUntil, job.refusedUntil), 'The success');
  }

  private judgeFailure(reason: string, job: JobTruth, startedAt: number): string {
    const now = this.world.cloudFormation.endedAt;
    const waitedSeconds = (now - startedAt) / 1000;
    const lastPollAt = startedAt + this.wait.timeoutSeconds * 1000;
    if (reason.includes(' failed: ')) {
      const isTrue = job.outcome === 'Failed' && now >= job.endsAt && reason.includes(failureMessage(job));
      this.expect(isTrue, 'It reports a failure that the job did not have');
      this.expectSoonAfter(Math.max(startedAt, job.endsAt, job.hiddenUntil, job.refusedUntil), 'The failure');
      return 'failed with the job';
    }
    if (reason.includes(' did not end within ')) {
      // Times of requests are whole seconds.
      this.expect(waitedSeconds > this.wait.timeoutSeconds - 1, 'It timed out too early');
      this.expect(
        this.world.mood > 0 || waitedSeconds <= this.wait.timeoutSeconds + LINK.marginSeconds,
        'It timed out more than a margin too late',
      );
      const couldSee = Math.max(startedAt, job.endsAt, job.namedAt, job.hiddenUntil, job.refusedUntil);
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
      // Times of requests are whole seconds.
      this.expect(
        job.refusedUntil === Infinity || now > lastPollAt - 1000,
        'It failed for a refusal that passed',
      );
      this.expectSoonAfter(lastPollAt, 'The failure');
      return 'failed for a refusal';
    }
    if (reason.includes(' does not name its importedModelArn')) {
      this.expect(now >= lastPollAt && now < job.namedAt + this.slackSeconds() * 1000, 'The model was named');
      return 'failed without a model';
    }
    if (reason.includes(' function kept failing: ')) {
      const isBroken =
        now >= this.world.lambda.workerBrokenFrom || this.wait.defect === 'polls denied at first';
      this.expect(isBroken, 'It failed for crashes that passed');
      return 'failed with the poll function';
    }
    if (reason.startsWith('The request could be served only ')) {
      this.expect(this.world.wasUnlucky, 'It came too late, and was not');
      return 'came too late';
    }
    const isDenied =
      /^The wait for .* could not be started/.test(reason) && this.wait.defect.startsWith('start denied');
    this.expect(isDenied, `Nobody knows why it failed: ${reason}`);
    return 'failed to start';
  }

  private expectSoonAfter(time: number, what: string): void {
    const late = (this.world.cloudFormation.endedAt - time) / 1000;
    this.expect(late <= this.slackSeconds(), `${what} came ${Math.round(late)} s late`);
  }

  /** How long the engine may take to see what has happened: all polls that may fail, and what is left. */
  private slackSeconds(): number {
    const { mood, latenessSeconds } = this.world;
    const denied = this.wait.defect.endsWith('denied at first')
      ? DENIED_SECONDS + this.wait.links.length * CALM_LINK_SECONDS
      : 0;
    if (mood === 0) {
      return denied + this.wait.pollIntervalSeconds + this.wait.links.length * CALM_LINK_SECONDS;
    }
    const stormy =
      (MAX_FAULTS_IN_A_ROW + 4) * this.wait.pollIntervalSeconds +
      this.wait.links.length * STORMY_LINK_SECONDS;
    return denied + stormy + latenessSeconds;
  }

  private expect(isRight: boolean, what: string): void {
    this.world.expect(isRight, what);
  }
}
