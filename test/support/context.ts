import { toAttributes } from '../../lambda/waiter/attributes';
import type { Bedrock, Observation } from '../../lambda/waiter/bedrock';
import type { WaitContext } from '../../lambda/waiter/context';
import type { Job } from '../../lambda/shared/bedrock';
import type { ServiceError } from '../../lambda/shared/errors';
import { JOB_ARN } from './job';

export const NOW = Date.UTC(2026, 0, 31, 12);

export const secondsAgo = (seconds: number): Date => new Date(NOW - seconds * 1000);

export const COMPLETED: Job = {
  jobArn: JOB_ARN,
  importedModelArn: 'arn:aws:bedrock:us-east-1:123456789012:imported-model/xyz789xyz789',
  status: 'Completed',
  endTime: secondsAgo(3600),
};

/** When the time is up. */
export const UP: Partial<WaitContext> = { remainingSeconds: 0 };

/** When an error is not tolerated any more either. */
export const OVER: Partial<WaitContext> = { remainingSeconds: -60 };

/** What Bedrock has answered before in the wait. */
export const REACHED: WaitContext['memory'] = { wasReached: true };
export const SEEN: WaitContext['memory'] = { wasReached: true, wasSeen: true };

/** A poll with plenty of time left, of the only link of a wait, with nothing remembered. */
export function waitContext(changed: Partial<WaitContext> = {}): WaitContext {
  return {
    wait: {
      jobIdentifier: JOB_ARN,
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
      timeoutSeconds: 3300,
      linkSeconds: 60,
      waitedSeconds: 60,
      lastSeen: 'status InProgress',
    },
    memory: {},
    now: NOW,
    requestedAt: NOW - 60_000,
    remainingSeconds: 1000,
    continues: false,
    isContinued: false,
    pollIntervalSeconds: 10,
    keepsJob: false,
    hasSmokeTest: false,
    ...changed,
  };
}

/** A poll that has nothing but the smoke test left. */
export function testContext(changed: Partial<WaitContext> = {}, job: Job = COMPLETED): WaitContext {
  const attributes = toAttributes(job, { modelArchitecture: 'qwen3' });
  return waitContext({ memory: { ...SEEN, attributes }, hasSmokeTest: true, ...changed });
}

/** What a call came to that failed. */
export function errorOf(
  name: string,
  httpStatus?: number,
  message = `the message of ${name}`,
): { error: ServiceError } {
  return { error: { name, message, httpStatus } };
}

/** A Bedrock that says one thing of a job, and nothing of its model. */
export function bedrockThatSays(job: Observation<Job>): Bedrock {
  const fail = (): Promise<never> => Promise.reject(new Error('No other call is expected'));
  return {
    job: () => Promise.resolve(job),
    model: () => Promise.resolve({ answer: {} }),
    modelOfJob: fail,
    test: fail,
  };
}
