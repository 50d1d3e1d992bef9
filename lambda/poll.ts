import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { OnTheWire, WaiterProperties } from '../lib/private/protocol';
import { toAttributes } from './attributes';
import { createClient, getJob, type Observation } from './bedrock';
import { decide, type Clock, type Decision } from './decision';
import {
  physicalResourceId,
  type Answer,
  type PollInput,
  type PollResult,
  type ResourceEvent,
} from './engine';
import { log } from './log';
import type { Wait } from './reasons';

/** One client for each Region, kept between invocations. */
const clients = new Map<string, BedrockClient>();

export function handler(input: PollInput): Promise<PollResult> {
  return poll(input, (region, jobIdentifier) => getJob(clientFor(region), jobIdentifier), Date.now);
}

/** Asks Bedrock for the job once, and decides. The state machine calls it again after the wait. */
export async function poll(
  input: PollInput,
  observe: (region: string, jobIdentifier: string) => Promise<Observation>,
  now: () => number,
): Promise<PollResult> {
  const { event, startedAt, previous } = input;
  const properties = event.ResourceProperties as ResourceEvent['ResourceProperties'] &
    OnTheWire<WaiterProperties>;
  const place = locate(event.StackId, properties.jobIdentifier);
  const observation = await observe(place.region, properties.jobIdentifier);

  const elapsedSeconds = (now() - Date.parse(startedAt)) / 1000;
  const clock: Clock = {
    remainingSeconds: Number(properties.timeoutSeconds) - elapsedSeconds,
    continues: properties.continues === 'true',
  };
  const wait: Wait = {
    ...place,
    jobIdentifier: properties.jobIdentifier,
    waitedSeconds: Number(properties.waitedSeconds) + elapsedSeconds,
    lastSeen: describe(observation, previous.lastSeen),
  };
  const decision = decide(observation, wait, clock);
  const attempt = previous.attempt + 1;
  logPoll(wait, observation, decision, attempt);
  return {
    attempt,
    lastSeen: wait.lastSeen,
    ...(decision.action === 'wait'
      ? { waitSeconds: nextWait(clock, Number(properties.pollIntervalSeconds)) }
      : { answer: toAnswer(decision, event) }),
  };
}

/** The poll interval, or less so that the last poll comes when the time is up. */
function nextWait(clock: Clock, intervalSeconds: number): number {
  return Math.max(1, Math.ceil(Math.min(intervalSeconds, clock.remainingSeconds)));
}

function toAnswer(decision: Exclude<Decision, { action: 'wait' }>, event: ResourceEvent): Answer {
  switch (decision.action) {
    case 'fail':
      return { status: 'FAILED', physicalResourceId: physicalResourceId(event), reason: decision.reason };
    case 'succeed':
    case 'handOver': {
      const data = toAttributes(decision.job ?? { status: 'InProgress' });
      return { status: 'SUCCESS', physicalResourceId: data.jobArn || physicalResourceId(event), data };
    }
  }
}

/** Where a job is: as its ARN says, else in the stack's Region and account. */
function locate(stackId: string, jobIdentifier: string): Pick<Wait, 'partition' | 'region' | 'account'> {
  const arn = jobIdentifier.startsWith('arn:') ? jobIdentifier : stackId;
  const [, partition, , region, account] = arn.split(':');
  return { partition, region, account };
}

function clientFor(region: string): BedrockClient {
  const client = clients.get(region) ?? createClient(region);
  clients.set(region, client);
  return client;
}

/** Keeps the last status through faults, because a fault says nothing about the job. */
function describe(observation: Observation, lastSeen = 'no answer from Bedrock'): string {
  if ('job' in observation) {
    return `status ${observation.job.status ?? 'none'}`;
  }
  return `${lastSeen.split(', then ')[0]}, then ${observation.fault.name}`;
}

function logPoll(wait: Wait, observation: Observation, decision: Decision, attempt: number): void {
  const warning = decision.action === 'wait' ? decision.warning : undefined;
  log(warning ? 'WARN' : 'INFO', {
    message: 'Poll',
    job: wait.jobIdentifier,
    region: wait.region,
    status: 'job' in observation ? observation.job.status : observation.fault.name,
    waitedSeconds: Math.round(wait.waitedSeconds),
    attempt,
    action: decision.action,
    warning,
  });
}
