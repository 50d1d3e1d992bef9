import { toAnswer } from '../../../../lambda/waiter/answer';
import { toAttributes } from '../../../../lambda/waiter/attributes';
import type { Model } from '../../../../lambda/waiter/bedrock';
import { poll } from '../../../../lambda/waiter/index';
import type { Job } from '../../../../lambda/shared/bedrock';
import type { WaitReport } from '../../../../lambda/shared/engine';
import { responseBody } from '../../../../lambda/shared/response-body';
import { createEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { bedrockThatSays, COMPLETED, NOW, secondsAgo } from '../../../support/situation';

const log = silenceLog();

const MODEL = { modelArchitecture: 'llama', instructSupported: true } as Model;

/** The attributes of a job whose source is so long that the answer takes some bytes. */
const attributesWith = (s3UriLength: number): ReturnType<typeof toAttributes> =>
  toAttributes(
    { ...COMPLETED, modelDataSource: { s3DataSource: { s3Uri: 's'.repeat(s3UriLength) } } },
    MODEL,
  );

test('what describes the model is a part of the answer', () => {
  const attributes = attributesWith(100);
  expect(toAnswer({ action: 'succeed', attributes }, createEvent()).data).toEqual(attributes);
  expect(log.text()).toBe('');
});

test('what describes the model gives way where the rest leaves no room, with a line in the log', () => {
  const rest = toAnswer({ action: 'succeed', attributes: attributesWith(0) }, createEvent());
  const oneTooMany = 4097 - Buffer.byteLength(responseBody(createEvent(), rest));
  const attributes = attributesWith(oneTooMany);
  const { status, data } = toAnswer({ action: 'succeed', attributes }, createEvent());
  expect(status).toBe('SUCCESS');
  expect(data).toEqual({ ...attributes, modelArchitecture: '', instructSupported: '' });
  expect(log.lines()).toMatchObject([
    { level: 'WARN', message: expect.stringContaining('attributes of the model are empty') as string },
  ]);
});

describe('the report', () => {
  const ENDED: Job = { ...COMPLETED, creationTime: secondsAgo(600), endTime: secondsAgo(5) };
  const SEEN = { importSeconds: 595, endedAt: NOW - 5000 };
  const later = { waitedSeconds: '3300' };

  /** The report of one poll of a job, in a wait that began some seconds ago. */
  async function reportOf(
    job: Job,
    waitedSeconds: number,
    properties: Parameters<typeof createEvent>[0] = {},
  ): Promise<WaitReport | undefined> {
    const input = {
      event: createEvent({ timeoutSeconds: '60', ...properties }),
      startedAt: secondsAgo(waitedSeconds).toISOString(),
      previous: { attempt: 3 },
    };
    const { report, attempt } = await poll(
      input,
      () => bedrockThatSays({ answer: job }),
      () => NOW,
    );
    expect(attempt).toBe(4);
    return report;
  }

  test('of a completed import tells how long it took, and when it ended', async () => {
    expect(await reportOf(ENDED, 30)).toEqual({ outcome: 'succeed', ...SEEN });
  });

  test('of a job that ended before the wait began tells how long it took', async () => {
    const report = await reportOf({ ...ENDED, endTime: secondsAgo(300) }, 30);
    expect(report).toEqual({ outcome: 'succeed', importSeconds: 300 });
  });

  test('of a later link that sees the end tells of it', async () => {
    expect(await reportOf(ENDED, 30, later)).toEqual({ outcome: 'succeed', ...SEEN });
  });

  test('of a link after the one that saw the end tells nothing of the import', async () => {
    const report = await reportOf({ ...ENDED, endTime: secondsAgo(300) }, 30, later);
    expect(report).toEqual({ outcome: 'succeed' });
  });

  test('of a link that sees the end before the last one tells how the import went, and no success yet', async () => {
    expect(await reportOf(ENDED, 30, { continues: 'true' })).toEqual({ outcome: 'handOver', ...SEEN });
  });

  test('of a job without times has neither duration nor end', async () => {
    const report = await reportOf({ ...ENDED, creationTime: undefined, endTime: undefined }, 30);
    expect(report).toEqual({ outcome: 'succeed' });
  });

  test('of a job whose creation Bedrock does not date tells when it ended', async () => {
    const report = await reportOf({ ...ENDED, creationTime: undefined }, 30);
    expect(report).toEqual({ outcome: 'succeed', endedAt: NOW - 5000 });
  });

  test('of a failed job is a failure, and its duration none of an import', async () => {
    expect(await reportOf({ ...ENDED, status: 'Failed' }, 30)).toEqual({ outcome: 'fail' });
  });

  test('of a wait that hands over to the next link is neither success nor failure', async () => {
    const report = await reportOf({ status: 'InProgress' }, 61, { continues: 'true' });
    expect(report).toEqual({ outcome: 'handOver' });
  });
});
