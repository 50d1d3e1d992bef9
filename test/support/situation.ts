import { toAttributes } from '../../lambda/waiter/attributes';
import type { Bedrock, Observation } from '../../lambda/waiter/bedrock';
import type { Situation } from '../../lambda/waiter/decision';
import type { Fault, Job } from '../../lambda/shared/bedrock';
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
export const UP: Partial<Situation> = { remainingSeconds: 0 };

/** When a fault is not borne any more either. */
export const OVER: Partial<Situation> = { remainingSeconds: -60 };

/** A poll with plenty of time left, of the only link of a wait, with nothing remembered. */
export function situation(changed: Partial<Situation> = {}): Situation {
  return {
    wait: {
      jobIdentifier: JOB_ARN,
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
      timeoutSeconds: 3300,
      waitedSeconds: 60,
      lastSeen: 'status InProgress',
    },
    memory: { attempt: 1 },
    now: NOW,
    remainingSeconds: 1000,
    continues: false,
    isContinued: false,
    pollIntervalSeconds: 10,
    isOwnJob: false,
    hasSmokeTest: false,
    ...changed,
  };
}

/** A poll that has nothing but the smoke test left. */
export function testing(changed: Partial<Situation> = {}, job: Job = COMPLETED): Situation {
  const attributes = toAttributes(job, { modelArchitecture: 'qwen3' });
  return situation({ memory: { attempt: 9, attributes }, hasSmokeTest: true, ...changed });
}

export function fault(
  name: string,
  httpStatus?: number,
  message = `the message of ${name}`,
): { fault: Fault } {
  return { fault: { name, message, httpStatus } };
}

/** A Bedrock that says one thing of a job, and nothing of its model. */
export function bedrockThatSays(job: Observation<Job>): Bedrock {
  return {
    job: () => Promise.resolve(job),
    model: () => Promise.resolve({ answer: {} }),
    reply: () => Promise.reject(new Error('Nobody asks the model')),
  };
}
