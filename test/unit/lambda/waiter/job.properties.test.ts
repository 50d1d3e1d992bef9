import * as fc from 'fast-check';
import type { Observation } from '../../../../lambda/waiter/bedrock';
import { judgeJob } from '../../../../lambda/waiter/job';
import type { Job } from '../../../../lambda/shared/bedrock';
import type { Tolerance } from '../../../../lambda/shared/tolerance';
import { JOB_ARN } from '../../../support/job';
import { COMPLETED, OVER, secondsAgo, waitContext, UP } from '../../../support/context';

describe('any observation', () => {
  const anyText = fc.oneof(fc.constantFrom('InProgress', 'Completed', 'Failed', 'Complete'), fc.string());
  const anyJob = fc.record(
    {
      jobArn: fc.string(),
      importedModelArn: fc.string(),
      status: anyText,
      failureMessage: fc.string(),
      endTime: fc.integer({ min: 0, max: 2000 }).map(secondsAgo),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Job>;
  /** As good as complete, but for what it does not name. */
  const completedJob = fc.record({
    jobArn: fc.constantFrom(JOB_ARN, '', undefined),
    importedModelArn: fc.constantFrom(COMPLETED.importedModelArn, '', undefined),
    status: fc.constantFrom('Completed', 'Complete'),
  }) as fc.Arbitrary<Job>;
  const anyName = fc.oneof(
    fc.constantFrom(
      ...['ResourceNotFoundException', 'AccessDeniedException', 'ValidationException'],
      ...['ThrottlingException', 'InternalServerException'],
    ),
    fc.string(),
  );
  const anyError = fc.record(
    { name: anyName, message: fc.string(), httpStatus: fc.integer({ min: 200, max: 599 }) },
    { requiredKeys: ['name', 'message'] },
  );
  const anyObservation = fc.oneof(
    fc.record({ answer: anyJob }),
    fc.record({ error: anyError }),
  ) as fc.Arbitrary<Observation<Job>>;
  const anyTolerance = fc.option(
    fc.record({
      kind: fc.constantFrom<Tolerance['kind']>('absent', 'refused', 'unnamed'),
      seconds: fc.double({ min: 0, max: 5000, noNaN: true }),
      error: anyError,
    }),
    { nil: undefined },
  );
  const anyContext = fc
    .record({
      tolerance: anyTolerance,
      wasSeen: fc.boolean(),
      keepsJob: fc.boolean(),
      isContinued: fc.boolean(),
    })
    .map(({ tolerance, wasSeen, ...rest }) => waitContext({ ...rest, memory: { wasSeen }, tolerance }));

  test('is never waited for when the time is up', () => {
    fc.assert(
      fc.property(anyObservation, anyContext, fc.boolean(), (seen, context, continues) => {
        expect(judgeJob(seen, { ...context, ...OVER, continues }).type).not.toBe('wait');
      }),
    );
  });

  test('continues only in a link that another one follows', () => {
    fc.assert(
      fc.property(anyObservation, anyContext, (seen, context) => {
        expect(judgeJob(seen, { ...context, ...UP }).type).not.toBe('continue');
      }),
    );
  });

  test('is gone on with only for a job that has ended and names itself and its model', () => {
    const isComplete = ({ status, endTime, jobArn, importedModelArn }: Job): boolean =>
      (['Completed', 'Complete'].includes(status ?? '') || endTime !== undefined) &&
      (status as string) !== 'Failed' &&
      Boolean(jobArn && importedModelArn);
    fc.assert(
      fc.property(fc.oneof(anyJob, completedJob), anyContext, (answer, context) => {
        const verdict = judgeJob({ answer }, { ...context, keepsJob: false });
        expect(verdict.type === 'go on' && verdict.with).toBe(isComplete(answer) && answer);
      }),
    );
    fc.assert(
      fc.property(anyError, anyContext, (error, context) => {
        expect(judgeJob({ error }, context).type).not.toBe('go on');
      }),
    );
  });

  test('fails with a reason', () => {
    fc.assert(
      fc.property(anyObservation, anyContext, (seen, context) => {
        const verdict = judgeJob(seen, { ...context, ...OVER });
        expect(verdict.type === 'fail' ? verdict.reason : 'goes on').not.toBe('');
      }),
    );
  });
});
