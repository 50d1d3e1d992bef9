import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { jobIdentifierRule, parseJobArn } from '../../lib/private/job-identifier';
import type { OnTheWire, WaiterProperties } from '../../lib/private/protocol';
import { assumeRole, type AssumedRole } from './assume-role';
import { toAttributes } from './attributes';
import { createClient, getJob, type Observation } from '../shared/bedrock';
import { decide, type Clock, type Decision } from './decision';
import {
  type Answer,
  type PollInput,
  type PollResult,
  type ResourceEvent,
  type WaitReport,
} from '../shared/engine';
import { physicalResourceId } from '../shared/physical-id';
import { findMismatches } from './expectations';
import { log } from '../shared/log';
import * as reasons from './reasons';
import type { Wait } from './reasons';

/** One client for each Region and role, kept between invocations. */
const clients = new Map<string, BedrockClient>();

export function handler(input: PollInput): Promise<PollResult> {
  const observe: Observe = (region, jobIdentifier, role) => getJob(clientFor(region, role), jobIdentifier);
  return poll(input, observe, Date.now);
}

/** Asks for a job in a Region, as the functions' own role or another one. */
type Observe = (region: string, jobIdentifier: string, role?: AssumedRole) => Promise<Observation>;

/** Asks Bedrock for the job once, and decides. The state machine calls it again after the wait. */
export async function poll(input: PollInput, observe: Observe, now: () => number): Promise<PollResult> {
  const { event, startedAt, previous } = input;
  const properties = event.ResourceProperties as ResourceEvent['ResourceProperties'] &
    OnTheWire<WaiterProperties>;
  const place = locate(event.StackId, properties);
  const { roleArn, externalId } = properties;
  const role = roleArn ? { roleArn, externalId } : undefined;
  const malformed = jobIdentifierRule(properties.jobIdentifier);
  const observation: Observation = malformed
    ? { fault: { name: 'ValidationException', message: malformed } }
    : await observe(place.region, properties.jobIdentifier, role);

  const elapsedSeconds = (now() - Date.parse(startedAt)) / 1000;
  const clock: Clock = {
    remainingSeconds: Number(properties.timeoutSeconds) - elapsedSeconds,
    continues: properties.continues === 'true',
  };
  const wait: Wait = {
    ...place,
    roleArn,
    jobIdentifier: properties.jobIdentifier,
    waitedSeconds: Number(properties.waitedSeconds) + elapsedSeconds,
    lastSeen: describe(observation, previous.lastSeen),
  };
  const decision = withExpectations(decide(observation, wait, clock), wait, properties);
  const attempt = previous.attempt + 1;
  logPoll(wait, observation, decision, attempt);
  return {
    attempt,
    lastSeen: wait.lastSeen,
    ...(decision.action === 'wait'
      ? { waitSeconds: nextWait(clock, Number(properties.pollIntervalSeconds)) }
      : { answer: toAnswer(decision, event), report: toReport(decision, properties, Date.parse(startedAt)) }),
  };
}

/** Fails what succeeded with another model than was meant. */
function withExpectations(decision: Decision, wait: Wait, properties: OnTheWire<WaiterProperties>): Decision {
  const mismatches = decision.action === 'succeed' ? findMismatches(decision.job, properties) : [];
  return mismatches.length > 0
    ? { action: 'fail', reason: reasons.notAsExpected(wait, mismatches) }
    : decision;
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

function toReport(
  decision: Exclude<Decision, { action: 'wait' }>,
  { waitedSeconds }: OnTheWire<WaiterProperties>,
  startedAt: number,
): WaitReport {
  const { creationTime, endTime } = (decision.action === 'succeed' && decision.job) || {};
  const endedAt = endTime && endTime.getTime() >= startedAt ? endTime.getTime() : undefined;
  if (endTime && !endedAt && Number(waitedSeconds) > 0) {
    // The link that saw the end has told of it.
    return { outcome: 'handOver' };
  }
  return {
    outcome: decision.action,
    importSeconds: endTime && creationTime && (endTime.getTime() - creationTime.getTime()) / 1000,
    endedAt,
  };
}

/** Where a job is: as its ARN says, else in the Region given for it, in the account that asks. */
function locate(
  stackId: string,
  { jobIdentifier, region, roleArn }: OnTheWire<WaiterProperties>,
): Pick<Wait, 'partition' | 'region' | 'account'> {
  if (parseJobArn(jobIdentifier)) {
    const [, partition, , jobRegion, account] = jobIdentifier.split(':');
    return { partition, region: jobRegion, account };
  }
  const [, partition, , stackRegion] = stackId.split(':');
  const [, , , , account] = (roleArn ?? stackId).split(':');
  return { partition, region: region ?? stackRegion, account };
}

function clientFor(region: string, role?: AssumedRole): BedrockClient {
  const key = JSON.stringify([region, role]);
  const client = clients.get(key) ?? createClient(region, undefined, role && assumeRole(role));
  clients.set(key, client);
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
