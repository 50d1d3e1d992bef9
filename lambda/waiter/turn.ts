import type { OnTheWire, WaiterProperties } from '../../lib/private/contract/protocol';
import type { Job } from '../shared/bedrock';
import type { PollInput, ResourceEvent } from '../shared/engine';
import { log } from '../shared/log';
import { humanDuration } from '../shared/text';
import { toAnswer, toReport, type Ending } from './answer';
import type { Observation } from './bedrock';
import type { Situation } from './decision';
import type { Memory } from './memory';
import { locate, type Place } from './place';

/** What the log says of a poll beyond what it says of each. */
interface Details {
  readonly warning?: string;
  readonly nextPollSeconds?: number;
  readonly answerBytes?: number;
  readonly answerMilliseconds?: number;
}

type LogDetails = Details & { readonly action: Ending['action'] | 'wait' };

/** What a poll without a next one leads to. */
const ENDINGS = {
  succeed: 'done',
  handOver: 'the next link goes on',
  fail: 'failed',
  wait: 'waiting',
} as const satisfies Record<LogDetails['action'], string>;

/** One poll of a wait: what it goes by, and what it leaves behind. */
export class Turn {
  public readonly properties: OnTheWire<WaiterProperties>;
  public readonly place: Place;
  public readonly memory: Memory;
  private readonly event: ResourceEvent;
  private readonly startedAt: number;

  constructor(
    input: PollInput,
    private readonly now: () => number,
  ) {
    this.event = input.event;
    this.properties = input.event.ResourceProperties as unknown as OnTheWire<WaiterProperties>;
    this.place = locate(input.event.StackId, this.properties);
    this.memory = input.previous;
    this.startedAt = Date.parse(input.startedAt);
  }

  /** What an observation is judged by, at the time when it was made. */
  public situate(observation: Observation<unknown>, job?: Job): Situation {
    const { properties, memory } = this;
    const now = this.now();
    const elapsedSeconds = (now - this.startedAt) / 1000;
    const waitedSeconds = Number(properties.waitedSeconds);
    const timeoutSeconds = Number(properties.timeoutSeconds);
    return {
      wait: {
        ...this.place,
        jobIdentifier: properties.jobIdentifier,
        roleArn: properties.roleArn,
        timeoutSeconds: waitedSeconds + timeoutSeconds,
        waitedSeconds: waitedSeconds + elapsedSeconds,
        lastSeen: describe(observation, job ? `status ${job.status ?? 'none'}` : memory.lastSeen),
      },
      memory,
      now,
      remainingSeconds: timeoutSeconds - elapsedSeconds,
      continues: properties.continues === 'true',
      isContinued: waitedSeconds > 0,
      pollIntervalSeconds: Number(properties.pollIntervalSeconds),
      isOwnJob: this.event.PhysicalResourceId === (job?.jobArn ?? properties.jobIdentifier),
      hasSmokeTest: properties.smokeTest !== undefined,
    };
  }

  /** Waits for the next poll: the poll interval, or less so that the last one comes when the time is up. */
  public wait(
    situation: Situation,
    remembered: Partial<Memory>,
    limitSeconds: number,
    details: Details = {},
  ): Memory {
    const waitSeconds = Math.max(1, Math.ceil(Math.min(situation.pollIntervalSeconds, limitSeconds)));
    this.log(situation, { action: 'wait', nextPollSeconds: waitSeconds, ...details });
    return { ...this.base(situation), ...remembered, waitSeconds };
  }

  /** Ends the wait. */
  public end(ending: Ending, situation: Situation, details: Details = {}): Memory {
    this.log(situation, { action: ending.action, ...details });
    return {
      ...this.base(situation),
      answer: toAnswer(ending, this.event),
      report: toReport(ending, this.startedAt, situation.isContinued),
    };
  }

  private base({ wait }: Situation): Memory {
    return { attempt: this.memory.attempt + 1, lastSeen: wait.lastSeen };
  }

  private log({ wait }: Situation, details: LogDetails): void {
    log(details.warning ? 'WARN' : 'INFO', {
      message: sentence(wait, details),
      job: wait.jobIdentifier,
      region: wait.region,
      lastSeen: wait.lastSeen,
      waitedSeconds: Math.round(wait.waitedSeconds),
      attempt: this.memory.attempt + 1,
      ...details,
    });
  }
}

/** A poll as a person reads it in the log. */
function sentence(
  { jobIdentifier, lastSeen, waitedSeconds }: Situation['wait'],
  details: LogDetails,
): string {
  const { action, nextPollSeconds } = details;
  const next =
    nextPollSeconds === undefined ? ENDINGS[action] : `next poll in ${humanDuration(nextPollSeconds)}`;
  return `${jobIdentifier}: ${lastSeen}, ${humanDuration(waitedSeconds)} waited, ${next}`;
}

/** Keeps the last status through faults, because a fault says nothing about the job. */
function describe(observation: Observation<unknown>, lastSeen = 'no answer from Bedrock'): string {
  const status = lastSeen.split(', then ')[0];
  return 'answer' in observation ? status : `${status}, then ${observation.fault.name}`;
}
