import type { LinkAttribute } from '../../lib/private/contract/protocol';
import type { Job } from '../shared/bedrock';
import type { PollInput, PollResult, WaitReport } from '../shared/engine';
import { isAbsent, isClientError, isUnreached } from '../shared/errors';
import { isDeliverable } from '../shared/response-body';
import { runPoll, type Done, type Outcome, type Poll, type PollContext } from '../shared/worker';
import { PROPAGATION, type Tolerance } from '../shared/tolerance';
import { ROLE_NOT_ASSUMED, type AssumedRole } from './assume-role';
import { modelAttributes, toAttributes, type Attributes } from './attributes';
import { connectBedrock, type Bedrock, type Model, type Observation } from './bedrock';
import {
  isWithin,
  readContext,
  waitingSince,
  type Memory,
  type Properties,
  type Verdict,
  type WaitContext,
} from './context';
import { findMismatches } from './expectations';
import { judgeJob } from './job';
import { findBrokenRule } from './location';
import { judgeModel, notFoundWarning, secondsToDescribe } from './model';
import * as reasons from './reasons';
import { judgeResponse } from './smoke-test';

/** What a poll calls. */
export interface Dependencies {
  /** Bedrock in a Region, called with the function's own role or another one. */
  readonly connect: (region: string, role?: AssumedRole) => Bedrock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type Step = Outcome<Memory> & { readonly warning?: string; readonly details?: object };

export function handler(input: PollInput): Promise<PollResult> {
  return poll(input, { connect: connectBedrock, now: Date.now });
}

/**
 * Observes Bedrock once and decides: the job and then its model, or the response of the model when only that is left.
 * The state machine calls it again after the wait.
 */
export function poll(input: PollInput, dependencies: Dependencies): Promise<PollResult> {
  return runPoll<Memory>(input, dependencies.now, async (context) => {
    const { step, seen } = await new WaiterPoll(context, dependencies).run();
    const { wait } = seen;
    return {
      // The last poll comes when the time is up.
      outcome: withinTime(step, seen.remainingSeconds),
      subject: wait.jobIdentifier,
      lastSeen: wait.lastSeen,
      waitedSeconds: wait.waitedSeconds,
      warning: step.warning,
      details: { job: wait.jobIdentifier, region: wait.region, ...step.details },
    } satisfies Poll<Memory>;
  });
}

interface Judged {
  readonly step: Step;
  /** What the step was judged by. */
  readonly seen: WaitContext;
}

class WaiterPoll {
  private readonly properties: Properties;
  private memory: Partial<Memory>;

  constructor(
    private readonly poll: PollContext<Memory>,
    private readonly dependencies: Dependencies,
  ) {
    this.properties = poll.event.ResourceProperties as unknown as Properties;
    this.memory = poll.memory;
  }

  public async run(): Promise<Judged> {
    const broken = findBrokenRule(this.properties);
    if (broken) {
      const seen = this.see(undefined);
      return { step: { type: 'fail', reason: reasons.invalid(seen.wait, broken) }, seen };
    }
    const { assumedRoleArn, externalId } = this.properties;
    const { region } = this.see(undefined).wait;
    const role = assumedRoleArn ? { roleArn: assumedRoleArn, externalId } : undefined;
    const bedrock = this.dependencies.connect(region, role);
    const { attributes } = this.memory;
    return attributes ? this.testModel(bedrock, attributes) : this.followJob(bedrock);
  }

  private async followJob(bedrock: Bedrock): Promise<Judged> {
    const { jobIdentifier } = this.properties;
    const observation = await bedrock.job(jobIdentifier);
    this.remember(observation);
    const job = 'answer' in observation ? observation.answer : undefined;
    const seen = this.see(observation, job);
    const verdict = judgeJob(observation, seen);
    switch (verdict.type) {
      case 'go on':
        return this.followCompletedJob(bedrock, verdict.with, verdict.warning);
      case 'continue':
        return { step: this.continueInNextLink(job), seen };
      case 'not kept':
        return this.followUnknownJob(bedrock, seen, verdict.tolerance);
      case 'wait':
      case 'fail':
        return { step: this.keep(verdict), seen };
    }
  }

  /** Only the last link observes the model: the others leave what comes after the import to it. */
  private async followCompletedJob(bedrock: Bedrock, job: Job, warning?: string): Promise<Judged> {
    const seen = this.see({ answer: job }, job);
    const mismatches = findMismatches(job, this.properties);
    // A rollback finds what it had: its expectations were met then.
    if (mismatches.length > 0 && !this.poll.request.keepsJob) {
      return { step: { type: 'fail', reason: reasons.notAsExpected(seen.wait, mismatches) }, seen };
    }
    if (seen.continues) {
      return { step: this.continueInNextLink(job), seen };
    }
    return job.importedModelArn
      ? this.followModel(bedrock, job, warning)
      : this.followUnnamedModel(bedrock, job, seen);
  }

  private async followModel(bedrock: Bedrock, job: Job, warning?: string): Promise<Judged> {
    const observation = await bedrock.model(job.importedModelArn!);
    const seen = this.see(observation, job);
    const verdict = judgeModel(observation, job, seen);
    if (verdict.type !== 'go on') {
      return { step: withinTime(this.keep(verdict), secondsToDescribe(seen)), seen };
    }
    if (!seen.hasSmokeTest || seen.keepsJob) {
      return { step: this.succeed(job, verdict.with, verdict.warning ?? warning), seen };
    }
    const attributes = toAttributes(job, verdict.with);
    if (seen.remainingSeconds <= 0) {
      return { step: { type: 'fail', reason: reasons.smokeTestTimedOut(seen.wait, attributes) }, seen };
    }
    // A call to the model takes what a poll may take: the next one, at once, does nothing else.
    const memory = { ...this.memory, attributes };
    const waitsFor = 'job completed, the smoke test is next';
    return { step: { type: 'wait', waitsFor, memory, withinSeconds: 1, warning: verdict.warning }, seen };
  }

  /** The job that the resource has does not name its model any more. */
  private async followUnnamedModel(bedrock: Bedrock, job: Job, seen: WaitContext): Promise<Judged> {
    const observation = await bedrock.modelOfJob(job.jobArn!);
    if ('answer' in observation) {
      const { answer: model } = observation;
      return model
        ? { step: this.succeed({ ...job, importedModelArn: model.modelArn }, model), seen }
        : { step: this.succeed(withoutModel(job), {}, notFoundWarning(observation)), seen };
    }
    const listing = this.see(observation, job);
    const verdict = judgeModel(observation, job, listing);
    const step =
      verdict.type === 'wait'
        ? withinTime(this.keep(verdict), secondsToDescribe(listing))
        : this.succeed(withoutModel(job), {}, notFoundWarning(observation));
    return { step, seen: listing };
  }

  /**
   * Bedrock does not show the job that the resource has, and may not keep its record any more: the resource keeps
   * what it has, as far as its model tells. An Update is not failed for what is found out here: its rollback would
   * fail the same way.
   */
  private async followUnknownJob(bedrock: Bedrock, seen: WaitContext, tolerance: Tolerance): Promise<Judged> {
    if (seen.continues) {
      return { step: this.continueInNextLink(), seen };
    }
    const jobArn = this.poll.event.PhysicalResourceId!;
    const observation = await bedrock.modelOfJob(jobArn);
    const model = 'answer' in observation ? observation.answer : undefined;
    if (model) {
      const warning = `Bedrock does not keep the record of ${jobArn} any more`;
      return { step: this.succeed(jobOf(model), model, warning), seen };
    }
    const warning = notFoundWarning(observation);
    const isOver = seen.remainingSeconds <= 0 || !isWithin(tolerance, PROPAGATION, seen);
    const step: Step = isOver
      ? this.succeed(withoutModel({ jobArn, status: undefined }), {}, warning)
      : { type: 'wait', waitsFor: 'the job or its model to show', memory: this.memory, tolerance, warning };
    return { step, seen };
  }

  private async testModel(bedrock: Bedrock, attributes: Attributes): Promise<Judged> {
    const observation = await bedrock.test(attributes.importedModelArn, this.properties.smokeTest!);
    if ('answer' in observation || !isUnreached(observation.error)) {
      this.memory = { ...this.memory, wasRuntimeReached: true };
    }
    const seen = this.see(observation);
    const verdict = judgeResponse(observation, seen);
    if (verdict.type !== 'go on') {
      return { step: this.keep(verdict), seen };
    }
    const { bytes, milliseconds } = verdict.with;
    const details = { responseBytes: bytes, responseMilliseconds: milliseconds };
    return { step: { ...this.done(attributes), report: this.report(attributes), details }, seen };
  }

  /** What is remembered of an observation of the job. */
  private remember(observation: Observation<Job>): void {
    const isRefusal =
      'error' in observation && isClientError(observation.error) && !isAbsent(observation.error);
    // AWS STS answers for itself.
    const isAnswer =
      'answer' in observation ||
      (!isUnreached(observation.error) && observation.error.name !== ROLE_NOT_ASSUMED);
    this.memory = {
      ...this.memory,
      startedAt: this.memory.startedAt ?? (isRefusal ? undefined : this.dependencies.now()),
      wasReached: this.memory.wasReached ?? (isAnswer || undefined),
      wasSeen: this.memory.wasSeen ?? ('answer' in observation || undefined),
    };
  }

  private see(observation: Observation<unknown> | undefined, job?: Job): WaitContext {
    const poll = { ...this.poll, memory: this.memory };
    return readContext(poll, observation, this.dependencies.now(), job);
  }

  private keep(verdict: Exclude<Verdict<unknown>, { type: 'go on' }>): Step {
    return verdict.type === 'wait' ? { ...verdict, memory: this.memory } : verdict;
  }

  private continueInNextLink(job?: Job): Step {
    const since = waitingSince(this.properties, this.poll.request.requestedAt);
    const data: Record<LinkAttribute, string> = { waitingSince: new Date(since).toISOString() };
    const seen = job && this.report(toAttributes(job));
    return { type: 'done', physicalResourceId: job?.jobArn, data, report: { ...seen, outcome: 'continue' } };
  }

  private succeed(job: Job, model?: Model, warning?: string): Step {
    const attributes = toAttributes(job, model);
    const done = this.done(attributes);
    return { ...done, report: this.report(attributes), warning: done.warning ?? warning };
  }

  /** What describes the model is left out where CloudFormation takes no more than the rest. */
  private done(attributes: Attributes): Done & { readonly warning?: string } {
    const physicalResourceId = attributes.jobArn || undefined;
    const { event } = this.poll;
    const answer = { status: 'SUCCESS', physicalResourceId: attributes.jobArn, data: attributes } as const;
    if (isDeliverable(event, answer)) {
      return { type: 'done', physicalResourceId, data: attributes };
    }
    const data = { ...attributes, ...modelAttributes() };
    const warning =
      'The attributes of the model are left empty: CloudFormation accepts no more than the others';
    return { type: 'done', physicalResourceId, data, warning };
  }

  /**
   * How the import went is reported once, by the link that saw its end: for later links it ended before they began.
   */
  private report({ endTime, creationTime }: Attributes): WaitReport {
    if (!endTime) {
      return { outcome: 'done' };
    }
    const endedAt = Date.parse(endTime);
    const hasSeenEnd = endedAt >= this.poll.request.requestedAt;
    const isFirst = Number(this.properties.earlierSeconds) === 0;
    return {
      outcome: 'done',
      // A creation time that Bedrock omits is not a number.
      importSeconds:
        hasSeenEnd || isFirst ? (endedAt - Date.parse(creationTime)) / 1000 || undefined : undefined,
      endedAt: hasSeenEnd ? endedAt : undefined,
    };
  }
}

function withinTime(step: Step, seconds: number): Step {
  return step.type === 'wait' && seconds > 0
    ? { ...step, withinSeconds: Math.min(step.withinSeconds ?? Infinity, seconds) }
    : step;
}

/**
 * A job whose model is gone, or cannot be found. Dependents would not be valid with an empty ARN, nor roll back: the
 * job's own stands for that of the model, and allows nothing.
 */
function withoutModel(job: Job): Job {
  return { ...job, importedModelArn: job.jobArn };
}

/** A job as its model tells of it. */
function jobOf({
  jobArn,
  jobName,
  modelArn,
  modelName,
  modelDataSource,
  modelKmsKeyArn,
  creationTime,
}: Model): Job {
  return {
    jobArn,
    jobName,
    importedModelName: modelName,
    importedModelArn: modelArn,
    modelDataSource,
    importedModelKmsKeyArn: modelKmsKeyArn,
    creationTime,
    status: 'Completed',
  };
}
