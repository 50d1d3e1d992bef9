import type { Model } from '../../../../lambda/waiter/bedrock';
import { poll } from '../../../../lambda/waiter/poll';
import type { Job } from '../../../../lambda/shared/bedrock';
import type { Answer, WaitReport } from '../../../../lambda/shared/engine';
import { responseBody } from '../../../../lambda/shared/response-body';
import { createEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { requestOf } from '../../../support/wait';
import { bedrockThatSays, COMPLETED, NOW, secondsAgo } from '../../../support/context';

const log = silenceLog();

const MODEL = { modelArchitecture: 'llama', instructSupported: true } as Model;

/** The answer to a poll of a completed job whose source is so long that it takes some bytes. */
async function answerWith(s3UriLength: number): Promise<Answer> {
  const job = { ...COMPLETED, modelDataSource: { s3DataSource: { s3Uri: 's'.repeat(s3UriLength) } } };
  const bedrock = { ...bedrockThatSays({ answer: job }), model: () => Promise.resolve({ answer: MODEL }) };
  const input = { request: requestOf(createEvent(), NOW), previous: { attempt: 0 } };
  const { answer } = await poll(input, { connect: () => bedrock, now: () => NOW });
  return answer!;
}

test('what describes the model is a part of the answer', async () => {
  const { data } = await answerWith(100);
  expect(data).toMatchObject({ modelArchitecture: 'llama', instructSupported: 'true' });
  expect(log.lines()).toMatchObject([{ level: 'INFO' }]);
});

test('what describes the model gives way where the rest leaves no room, with a line in the log', async () => {
  const oneTooMany = 4097 - Buffer.byteLength(responseBody(createEvent(), await answerWith(0)));
  const { status, data } = await answerWith(oneTooMany);
  expect(status).toBe('SUCCESS');
  expect(data).toMatchObject({ jobArn: COMPLETED.jobArn, modelArchitecture: '', instructSupported: '' });
  expect(log.lines().at(-1)).toMatchObject({
    level: 'WARN',
    warning: 'The attributes of the model are left empty: CloudFormation accepts no more than the others',
  });
});

describe('the report', () => {
  const ENDED: Job = { ...COMPLETED, creationTime: secondsAgo(600), endTime: secondsAgo(5) };
  const SEEN = { importSeconds: 595, endedAt: NOW - 5000 };
  const later = { earlierSeconds: '3300' };

  /** The report of one poll of a job, in a wait that began some seconds ago. */
  async function reportOf(
    job: Job,
    waitedSeconds: number,
    properties: Parameters<typeof createEvent>[0] = {},
  ): Promise<WaitReport | undefined> {
    const event = createEvent({ timeoutSeconds: '60', ...properties });
    const request = requestOf(event, NOW - waitedSeconds * 1000);
    const memory = { memory: { startedAt: NOW - waitedSeconds * 1000, wasReached: true } };
    const { report, attempt } = await poll(
      { request, previous: { attempt: 3, memory } },
      { connect: () => bedrockThatSays({ answer: job }), now: () => NOW },
    );
    expect(attempt).toBe(4);
    return report;
  }

  test('of a completed import tells how long it took, and when it ended', async () => {
    expect(await reportOf(ENDED, 30)).toEqual({ outcome: 'done', ...SEEN });
  });

  test('of a job that ended before the wait began tells how long it took', async () => {
    const report = await reportOf({ ...ENDED, endTime: secondsAgo(300) }, 30);
    expect(report).toEqual({ outcome: 'done', importSeconds: 300 });
  });

  test('of a later link that sees the end tells of it', async () => {
    expect(await reportOf(ENDED, 30, later)).toEqual({ outcome: 'done', ...SEEN });
  });

  test('of a link after the one that saw the end tells nothing of the import', async () => {
    const report = await reportOf({ ...ENDED, endTime: secondsAgo(300) }, 30, later);
    expect(report).toEqual({ outcome: 'done' });
  });

  test('of a link that sees the end before the last one tells how the import went, and no success yet', async () => {
    expect(await reportOf(ENDED, 30, { continues: 'true' })).toEqual({ outcome: 'continue', ...SEEN });
  });

  test('of a job without times has neither duration nor end', async () => {
    const report = await reportOf({ ...ENDED, creationTime: undefined, endTime: undefined }, 30);
    expect(report).toEqual({ outcome: 'done' });
  });

  test('of a job whose creation Bedrock does not date tells when it ended', async () => {
    const report = await reportOf({ ...ENDED, creationTime: undefined }, 30);
    expect(report).toEqual({ outcome: 'done', endedAt: NOW - 5000 });
  });

  test('of a failed job is left out, which counts as a failure: its duration is none of an import', async () => {
    expect(await reportOf({ ...ENDED, status: 'Failed' }, 30)).toBeUndefined();
  });

  test('of a wait that continues in the next link is neither success nor failure', async () => {
    const report = await reportOf({ status: 'InProgress' }, 61, { continues: 'true' });
    expect(report).toEqual({ outcome: 'continue' });
  });
});
