import { emitMetrics } from '../../../../lambda/waiter/metrics';
import type { PollResult } from '../../../../lambda/shared/engine';
import { createEvent } from '../../../support/events';
import { JOB_ARN } from '../../../support/job';
import { silenceLog } from '../../../support/log';

const log = silenceLog();

const NOW = Date.parse('2026-01-31T12:00:00Z');

/** A wait that has seen the end of its job. */
const SEEN: PollResult = {
  attempt: 4,
  report: { outcome: 'done', importSeconds: 595, endedAt: NOW - 7000 },
};

/** The line of metrics that a result comes to. */
function metricsOf(result: PollResult): Record<string, unknown> {
  emitMetrics(createEvent(), result, NOW);
  return JSON.parse(log.text()) as Record<string, unknown>;
}

test('a completed import tells how long it took, how long the answer took, and the polls', () => {
  expect(metricsOf(SEEN)).toMatchObject({
    StackName: 'Stack',
    jobIdentifier: JOB_ARN,
    outcome: 'done',
    ImportDuration: 595,
    AnswerDelay: 7,
    Polls: 4,
    Failures: 0,
  });
});

test('a wait that has not seen the end tells neither duration nor delay', () => {
  const metrics = metricsOf({ attempt: 4, report: { outcome: 'done' } });
  expect(metrics).toMatchObject({ outcome: 'done', Polls: 4, Failures: 0 });
  expect(metrics).not.toHaveProperty('ImportDuration');
  expect(metrics).not.toHaveProperty('AnswerDelay');
});

test('a wait that fails counts as a failure', () => {
  const metrics = metricsOf({ attempt: 4, report: { outcome: 'fail' } });
  expect(metrics).toMatchObject({ outcome: 'fail', Failures: 1, Polls: 4 });
});

test('a wait that continues in the next link tells its polls, and neither success nor failure', () => {
  const metrics = metricsOf({ attempt: 4, report: { outcome: 'continue' } });
  expect(metrics).toMatchObject({ outcome: 'continue', Polls: 4 });
  expect(metrics).not.toHaveProperty('Failures');
});

test('a function whose polls failed to the end counts as a failure', () => {
  expect(metricsOf({ attempt: 2 })).toMatchObject({ outcome: 'fail', Failures: 1, Polls: 2 });
});

test('the line has a level and a message for a person, beside its numbers', () => {
  expect(metricsOf(SEEN)).toMatchObject({
    level: 'INFO',
    message: 'Metrics of the wait of Import8E28E9C6',
    logicalId: 'Import8E28E9C6',
  });
});

test('the line names each metric that it holds once, with its unit, in the embedded metric format', () => {
  const { _aws, ...values } = metricsOf(SEEN) as {
    _aws: { Timestamp: number; CloudWatchMetrics: { Metrics: { Name: string; Unit: string }[] }[] };
  };
  expect(_aws).toEqual({
    Timestamp: NOW,
    CloudWatchMetrics: [
      {
        Namespace: 'BedrockModelImport',
        Dimensions: [['StackName']],
        Metrics: [
          { Name: 'ImportDuration', Unit: 'Seconds' },
          { Name: 'AnswerDelay', Unit: 'Seconds' },
          { Name: 'Polls', Unit: 'Count' },
          { Name: 'Failures', Unit: 'Count' },
        ],
      },
    ],
  });
  for (const { Name } of _aws.CloudWatchMetrics[0].Metrics) {
    expect(values).toHaveProperty(Name, expect.any(Number));
  }
  expect(values).toHaveProperty('StackName', 'Stack');
});
