import { toAnswer } from '../../../lambda/poll/answer';
import { toAttributes } from '../../../lambda/poll/attributes';
import type { Model } from '../../../lambda/poll/bedrock';
import { responseBody } from '../../../lambda/shared/response-body';
import { createEvent } from '../../support/events';
import { silenceLog } from '../../support/log';
import { COMPLETED } from '../../support/situation';

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
