import type { Bedrock } from '../../../lambda/poll/bedrock';
import type { Job } from '../../../lambda/shared/bedrock';
import type { PollResult } from '../../../lambda/shared/engine';
import { emitMetrics } from '../../../lambda/on-event/metrics';
import { poll } from '../../../lambda/poll/index';
import { createEvent } from '../../support/events';
import { JOB_ARN } from '../../support/job';
import { silenceLog } from '../../support/log';

const log = silenceLog();

const NOW = Date.parse('2026-01-31T12:00:00Z');
const secondsAgo = (seconds: number): Date => new Date(NOW - seconds * 1000);

/** What one poll of a job comes to, in a wait that began some seconds ago. */
function resultOf(
  job: Partial<Job>,
  waitedSeconds: number,
  properties: Parameters<typeof createEvent>[0] = {},
): Promise<PollResult> {
  const input = {
    event: createEvent({ timeoutSeconds: '60', ...properties }),
    startedAt: secondsAgo(waitedSeconds).toISOString(),
    previous: { attempt: 3 },
  };
  const bedrock: Bedrock = {
    job: () => Promise.resolve({ answer: job }),
    model: () => Promise.resolve({ answer: {} }),
    reply: () => Promise.reject(new Error('Nobody asks the model')),
  };
  return poll(
    input,
    () => bedrock,
    () => NOW,
  );
}

/** The line of metrics that a result comes to, some seconds after the poll. */
function metricsOf(result: PollResult, seconds = 2): Record<string, unknown> {
  const before = log.text().length;
  emitMetrics(createEvent(), result, NOW + seconds * 1000);
  return JSON.parse(log.text().slice(before)) as Record<string, unknown>;
}

const COMPLETED: Partial<Job> = {
  jobArn: JOB_ARN,
  importedModelArn: 'the model',
  status: 'Completed',
  creationTime: secondsAgo(600),
  endTime: secondsAgo(5),
};

test('a completed import tells how long it took, how long the answer took, and how often it was asked for', async () => {
  expect(metricsOf(await resultOf(COMPLETED, 30))).toMatchObject({
    StackName: 'Stack',
    jobIdentifier: JOB_ARN,
    outcome: 'succeed',
    ImportDuration: 595,
    AnswerDelay: 7,
    Polls: 4,
    Failures: 0,
  });
});

test('a job that ended before the wait began has no delay of its answer', async () => {
  const metrics = metricsOf(await resultOf({ ...COMPLETED, endTime: secondsAgo(300) }, 30));
  expect(metrics).toMatchObject({ ImportDuration: 300, Failures: 0 });
  expect(metrics).not.toHaveProperty('AnswerDelay');
});

describe('a later link', () => {
  const later = { waitedSeconds: '3300' };

  test('that sees the end tells of it, from its own beginning on', async () => {
    expect(metricsOf(await resultOf(COMPLETED, 30, later))).toMatchObject({
      ImportDuration: 595,
      AnswerDelay: 7,
      Failures: 0,
    });
  });

  test('after the one that saw the end tells what the wait came to, and nothing of the import', async () => {
    const metrics = metricsOf(await resultOf({ ...COMPLETED, endTime: secondsAgo(300) }, 30, later));
    expect(metrics).toMatchObject({ outcome: 'succeed', Polls: 4, Failures: 0 });
    expect(metrics).not.toHaveProperty('ImportDuration');
    expect(metrics).not.toHaveProperty('AnswerDelay');
  });
});

test('a link that sees the end before the last one tells how the import went, and no success yet', async () => {
  const metrics = metricsOf(await resultOf(COMPLETED, 30, { continues: 'true' }));
  expect(metrics).toMatchObject({ outcome: 'handOver', ImportDuration: 595, AnswerDelay: 7 });
  expect(metrics).not.toHaveProperty('Failures');
});

test('a job without times has neither duration nor delay', async () => {
  const metrics = metricsOf(
    await resultOf({ ...COMPLETED, creationTime: undefined, endTime: undefined }, 30),
  );
  expect(metrics).not.toHaveProperty('AnswerDelay');
  expect(metrics).not.toHaveProperty('ImportDuration');
});

test('a failed job counts as a failure, and its duration is none of an import', async () => {
  const metrics = metricsOf(await resultOf({ ...COMPLETED, status: 'Failed' }, 30));
  expect(metrics).toMatchObject({ outcome: 'fail', Failures: 1, Polls: 4 });
  expect(metrics).not.toHaveProperty('ImportDuration');
});

test('a wait that hands over to the next link tells its polls, and neither success nor failure', async () => {
  const metrics = metricsOf(await resultOf({ status: 'InProgress' }, 61, { continues: 'true' }));
  expect(metrics).toMatchObject({ outcome: 'handOver', Polls: 4 });
  expect(metrics).not.toHaveProperty('Failures');
});

test('a poll function that failed for good counts as a failure', () => {
  expect(metricsOf({ attempt: 2 })).toMatchObject({ outcome: 'fail', Failures: 1, Polls: 2 });
});

test('the line names each metric that it holds once, with its unit, in the embedded metric format', async () => {
  const { _aws, ...values } = metricsOf(await resultOf(COMPLETED, 30)) as {
    _aws: { Timestamp: number; CloudWatchMetrics: { Metrics: { Name: string; Unit: string }[] }[] };
  };
  expect(_aws).toEqual({
    Timestamp: NOW + 2000,
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
