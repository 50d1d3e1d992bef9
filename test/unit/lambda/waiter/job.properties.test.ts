import * as fc from 'fast-check';
import type { Observation } from '../../../../lambda/waiter/bedrock';
import { decideOnJob } from '../../../../lambda/waiter/job-decision';
import type { Doubt } from '../../../../lambda/waiter/memory';
import type { Job } from '../../../../lambda/shared/bedrock';
import { JOB_ARN } from '../../../support/job';
import { COMPLETED, OVER, secondsAgo, situation, UP } from '../../../support/situation';

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
  const anyFault = fc.record(
    { name: anyName, message: fc.string(), httpStatus: fc.integer({ min: 200, max: 599 }) },
    { requiredKeys: ['name', 'message'] },
  );
  const anyObservation = fc.oneof(
    fc.record({ answer: anyJob }),
    fc.record({ fault: anyFault }),
  ) as fc.Arbitrary<Observation<Job>>;
  const anyDoubt = fc.option(
    fc.record({
      kind: fc.constantFrom<Doubt['kind']>('absent', 'refused', 'unnamed'),
      seconds: fc.double({ min: 0, max: 5000, noNaN: true }),
      fault: anyFault,
    }),
    { nil: undefined },
  );
  const anySituation = fc
    .record({ doubt: anyDoubt, isKnown: fc.boolean(), isOwnJob: fc.boolean(), isContinued: fc.boolean() })
    .map(({ doubt, isKnown, ...rest }) => situation({ ...rest, memory: { attempt: 3, isKnown, doubt } }));

  test('is never waited for when the time is up', () => {
    fc.assert(
      fc.property(anyObservation, anySituation, fc.boolean(), (seen, usual, continues) => {
        expect(decideOnJob(seen, { ...usual, ...OVER, continues }).action).not.toBe('wait');
      }),
    );
  });

  test('is handed over only by a link that another one follows', () => {
    fc.assert(
      fc.property(anyObservation, anySituation, (seen, usual) => {
        expect(decideOnJob(seen, { ...usual, ...UP }).action).not.toBe('handOver');
      }),
    );
  });

  test('is gone on with only for a completed job that names itself and its model', () => {
    const isComplete = ({ status, jobArn, importedModelArn }: Job): boolean =>
      ['Completed', 'Complete'].includes(status ?? '') && Boolean(jobArn && importedModelArn);
    fc.assert(
      fc.property(fc.oneof(anyJob, completedJob), anySituation, (answer, usual) => {
        const decision = decideOnJob({ answer }, usual);
        expect(decision.action === 'goOn' && decision.with).toBe(isComplete(answer) && answer);
      }),
    );
    fc.assert(
      fc.property(anyFault, anySituation, (seen, usual) => {
        expect(decideOnJob({ fault: seen }, usual).action).not.toBe('goOn');
      }),
    );
  });

  test('fails with a reason', () => {
    fc.assert(
      fc.property(anyObservation, anySituation, (seen, usual) => {
        const decision = decideOnJob(seen, { ...usual, ...OVER });
        expect(decision.action === 'fail' ? decision.reason : 'goes on').not.toBe('');
      }),
    );
  });
});
