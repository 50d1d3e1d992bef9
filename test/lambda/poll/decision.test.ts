import * as fc from 'fast-check';
import type { Fault, Job } from '../../../lambda/shared/bedrock';
import {
  decide,
  NOT_FOUND_GRACE_SECONDS,
  REFUSED_GRACE_SECONDS,
  type Clock,
  type Decision,
} from '../../../lambda/poll/decision';
import type { Wait } from '../../../lambda/poll/reasons';
import { JOB_ARN } from '../../support/job';

const COMPLETED: Job = {
  jobArn: JOB_ARN,
  importedModelArn: 'arn:aws:bedrock:us-east-1:123456789012:imported-model/xyz789xyz789',
  status: 'Completed',
};
const PLENTY: Clock = { remainingSeconds: 1000, continues: false };
const TIME_IS_UP: Clock = { remainingSeconds: 0, continues: false };
const LINK_IS_UP: Clock = { remainingSeconds: 0, continues: true };

function wait(waitedSeconds = 0): Wait {
  return {
    jobIdentifier: JOB_ARN,
    partition: 'aws',
    region: 'us-east-1',
    account: '123456789012',
    waitedSeconds,
    lastSeen: 'status InProgress',
  };
}

function job(overrides: Record<string, unknown>): { job: Job } {
  return { job: { ...COMPLETED, ...overrides } };
}

function fault(name: string, httpStatus?: number): { fault: Fault } {
  return { fault: { name, message: `the message of ${name}`, httpStatus } };
}

function actionOf(...input: Parameters<typeof decide>): Decision['action'] {
  return decide(...input).action;
}

describe('a job', () => {
  test.each(['Completed', 'Complete'])('that is %s and names its model ends the wait', (status) => {
    const observation = job({ status });
    for (const clock of [PLENTY, TIME_IS_UP, LINK_IS_UP]) {
      expect(decide(observation, wait(), clock)).toEqual({ action: 'succeed', job: observation.job });
    }
  });

  test.each(['importedModelArn', 'jobArn'])('that has completed without %s is waited for', (field) => {
    expect(decide(job({ [field]: undefined }), wait(5000), PLENTY)).toEqual({
      action: 'wait',
      warning: 'The job has completed, but Bedrock does not name its model yet',
    });
  });

  test('that has failed fails with its message, whatever the time', () => {
    for (const clock of [PLENTY, TIME_IS_UP, LINK_IS_UP]) {
      const decision = decide(job({ status: 'Failed', failureMessage: 'bad weights' }), wait(), clock);
      expect(decision).toMatchObject({
        action: 'fail',
        reason: expect.stringContaining(`${JOB_ARN} failed: "bad weights"`) as string,
      });
    }
  });

  test('that has failed without a message says so', () => {
    expect(decide(job({ status: 'Failed' }), wait(), PLENTY)).toMatchObject({
      reason: expect.stringContaining('Bedrock gave no failure message') as string,
    });
  });

  test('in progress is waited for without a warning', () => {
    expect(decide(job({ status: 'InProgress' }), wait(5000), PLENTY)).toEqual({ action: 'wait' });
  });

  test.each([['Paused'], [undefined]])(
    'with the unknown status %p is waited for with a warning',
    (status) => {
      expect(decide(job({ status }), wait(5000), PLENTY)).toEqual({
        action: 'wait',
        warning: `Unknown job status: ${status ?? 'none'}`,
      });
    },
  );
});

describe('a grace period', () => {
  test('bears a job that is not found for 60 seconds, then fails', () => {
    expect(NOT_FOUND_GRACE_SECONDS).toBe(60);
    expect(actionOf(fault('ResourceNotFoundException', 404), wait(59.9), PLENTY)).toBe('wait');
    expect(decide(fault('ResourceNotFoundException', 404), wait(60), PLENTY)).toMatchObject({
      action: 'fail',
      reason: expect.stringContaining(
        `There is no model import job ${JOB_ARN} in Region us-east-1 of account 123456789012`,
      ) as string,
    });
  });

  test('bears a denied call for 120 seconds, then fails', () => {
    expect(REFUSED_GRACE_SECONDS).toBe(120);
    expect(actionOf(fault('AccessDeniedException', 403), wait(119.9), PLENTY)).toBe('wait');
    expect(decide(fault('AccessDeniedException', 403), wait(120), PLENTY)).toMatchObject({
      action: 'fail',
      reason: expect.stringContaining(
        `Not allowed to call bedrock:GetModelImportJob on ${JOB_ARN}: "the message of AccessDeniedException"`,
      ) as string,
    });
  });

  test('bears refusals that this version does not know for 120 seconds, then fails', () => {
    const refusal = fault('UnrecognizedClientException', 403);
    expect(actionOf(refusal, wait(119.9), PLENTY)).toBe('wait');
    expect(decide(refusal, wait(120), PLENTY)).toMatchObject({
      action: 'fail',
      reason: expect.stringContaining('UnrecognizedClientException') as string,
    });
  });

  test('does not exist for input that the service rejects', () => {
    expect(actionOf(fault('ValidationException', 400), wait(0), PLENTY)).toBe('fail');
  });
});

test.each([
  ['ThrottlingException', 429],
  ['InternalServerException', 500],
  ['ServiceUnavailableException', 503],
  ['UnknownError', 502],
  ['TooManyRequests', 429],
  ['RequestTimeout', 408],
  ['TimeoutError', undefined],
  ['Error', undefined],
  ['SyntaxError', 200],
])('%s (HTTP %p) passes, however long it lasts', (name, httpStatus) => {
  expect(decide(fault(name, httpStatus), wait(80_000), PLENTY)).toEqual({
    action: 'wait',
    warning: `${name}: the message of ${name}`,
  });
});

describe('when the time is up', () => {
  test.each([
    ['a job in progress', job({ status: 'InProgress' })],
    ['a job without its model', job({ importedModelArn: undefined })],
    ['a fault that would pass', fault('ThrottlingException', 429)],
  ])('%s fails, and says what to do', (_, observation) => {
    const decision = decide(observation, wait(3300), TIME_IS_UP);
    expect(decision).toMatchObject({
      action: 'fail',
      reason: expect.stringMatching(/did not end within 55 min\..*Raise 'timeout'/) as string,
    });
  });

  test('a link that another one follows hands over the job as it is', () => {
    const observation = job({ status: 'InProgress' });
    expect(decide(observation, wait(3300), LINK_IS_UP)).toEqual({
      action: 'handOver',
      job: observation.job,
    });
    expect(decide(fault('Error'), wait(3300), LINK_IS_UP)).toEqual({ action: 'handOver', job: undefined });
  });
});

describe('any observation', () => {
  const anyObservation = fc.oneof(
    fc.record({
      job: fc.record(
        {
          jobArn: fc.string(),
          importedModelArn: fc.string(),
          status: fc.oneof(fc.constantFrom('InProgress', 'Completed', 'Failed', 'Complete'), fc.string()),
          failureMessage: fc.string(),
        },
        { requiredKeys: [] },
      ) as fc.Arbitrary<Job>,
    }),
    fc.record({
      fault: fc.record(
        {
          name: fc.oneof(
            fc.constantFrom(
              'ResourceNotFoundException',
              'AccessDeniedException',
              'ValidationException',
              'ThrottlingException',
              'InternalServerException',
            ),
            fc.string(),
          ),
          message: fc.string(),
          httpStatus: fc.integer({ min: 200, max: 599 }),
        },
        { requiredKeys: ['name', 'message'] },
      ),
    }),
  );
  const anySeconds = fc.double({ min: 0, max: 90_000, noNaN: true });

  test('is never waited for when the time is up', () => {
    fc.assert(
      fc.property(anyObservation, anySeconds, anySeconds, fc.boolean(), (seen, waited, late, continues) => {
        expect(actionOf(seen, wait(waited), { remainingSeconds: -late, continues })).not.toBe('wait');
      }),
    );
  });

  test('is handed over only by a link that another one follows', () => {
    fc.assert(
      fc.property(anyObservation, anySeconds, (seen, waited) => {
        expect(actionOf(seen, wait(waited), TIME_IS_UP)).not.toBe('handOver');
      }),
    );
  });

  test('gives the same decision twice', () => {
    fc.assert(
      fc.property(anyObservation, anySeconds, (seen, waited) => {
        expect(decide(seen, wait(waited), PLENTY)).toEqual(decide(seen, wait(waited), PLENTY));
      }),
    );
  });

  test('succeeds only with a completed job that names itself and its model', () => {
    fc.assert(
      fc.property(anyObservation, anySeconds, (seen, waited) => {
        const decision = decide(seen, wait(waited), PLENTY);
        if (decision.action === 'succeed') {
          expect(decision.job).toMatchObject({
            status: expect.stringMatching(/^Completed?$/) as string,
            jobArn: expect.stringMatching(/./s) as string,
            importedModelArn: expect.stringMatching(/./s) as string,
          });
        }
      }),
    );
  });

  test('fails with a reason', () => {
    fc.assert(
      fc.property(anyObservation, anySeconds, (seen, waited) => {
        const decision = decide(seen, wait(waited), TIME_IS_UP);
        expect(decision.action === 'fail' ? decision.reason : 'succeeds').not.toBe('');
      }),
    );
  });

  test('a sequence of any answers and errors ends by the deadline', () => {
    fc.assert(
      fc.property(
        fc.array(anyObservation, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 10, max: 300 }),
        fc.integer({ min: 5, max: 300 }),
        (observations, timeoutSeconds, interval) => {
          let now = 0;
          for (let poll = 0; ; poll++) {
            const seen = observations[poll % observations.length];
            const remainingSeconds = timeoutSeconds - now;
            if (actionOf(seen, wait(now), { remainingSeconds, continues: false }) !== 'wait') {
              break;
            }
            now += Math.min(interval, remainingSeconds);
          }
          expect(now).toBeLessThanOrEqual(timeoutSeconds);
        },
      ),
    );
  });
});
