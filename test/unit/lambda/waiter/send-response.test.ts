import { setTimeout } from 'timers/promises';
import { HTTP, sendResponse } from '../../../../lambda/waiter/send-response';
import { silenceLog } from '../../../support/log';
import { ResponseUrl } from '../../../support/response-url';

jest.mock('timers/promises', () => ({ setTimeout: jest.fn() }));

const log = silenceLog();

describe('sending', () => {
  const server = new ResponseUrl();
  const waits: number[] = [];
  const network = {
    put: (url: string, body: string): Promise<string> => HTTP.put(url, body),
    sleep: (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
  };
  let url: string;

  beforeAll(async () => {
    url = await server.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    server.reset();
    waits.length = 0;
  });

  test('puts the body with an empty content type, whole', async () => {
    const body = JSON.stringify({ text: 'ü'.repeat(2000) });
    await sendResponse(url, body, network);
    expect(server.bodies).toEqual([body]);
  });

  test('with any other content type would be refused', async () => {
    const { status } = await fetch(url, { method: 'PUT', body: '{}' });
    expect(status).toBe(403);
  });

  test.each([[500], [503], [403], ['reset' as const]])(
    'tries again after %p, with backoff',
    async (refusal) => {
      server.refuseNext(refusal, refusal, refusal);
      await sendResponse(url, '{"a":1}', network);
      expect(server.bodies).toEqual(['{"a":1}']);
      expect(waits).toEqual([500, 1000, 2000]);
      const result =
        refusal === 'reset'
          ? (expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/) as string)
          : `HTTP ${refusal}`;
      expect(log.lines()).toMatchObject([1, 2, 3].map((attempt) => ({ level: 'WARN', attempt, result })));
    },
  );

  test('sends the same bytes again when the connection broke after they arrived', async () => {
    server.refuseNext('lost');
    await sendResponse(url, '{"a":1}', network);
    expect(server.bodies).toEqual(['{"a":1}', '{"a":1}']);
  });

  test('gives up after four tries', async () => {
    server.refuseNext(503, 503, 503, 503);
    await expect(sendResponse(url, '{}', network)).rejects.toThrow(
      new Error('CloudFormation did not accept the response in 4 attempts'),
    );
    expect(server.requests).toBe(4);
  });

  test.each([
    ['the URL is malformed', `http://[${ResponseUrl.secret}`],
    ['nobody listens', `http://127.0.0.1:1/?${ResponseUrl.secret}`],
  ])('tells nobody the URL when %s', async (_, broken) => {
    const error = await sendResponse(broken, '{}', network).catch((reason: unknown) => reason);
    expect(String(error)).not.toContain(ResponseUrl.secret);
    expect(log.text()).toContain('CloudFormation did not accept the response');
    expect(log.text()).not.toContain(ResponseUrl.secret);
  });

  test('tries again after a connection that stalls, within seconds', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const limit = jest.spyOn(AbortSignal, 'timeout').mockImplementationOnce(() => timeout(50));
    server.refuseNext('stall');
    await sendResponse(url, '{"a":1}', network);
    expect(server.bodies).toEqual(['{"a":1}']);
    expect(log.lines()).toMatchObject([{ attempt: 1, result: 'TimeoutError' }]);
    expect(limit.mock.calls).toEqual([[5000], [5000]]);
  });

  test('really waits between tries', async () => {
    server.refuseNext(503);
    await sendResponse(url, '{}', HTTP);
    expect(jest.mocked(setTimeout).mock.calls).toEqual([[500]]);
  });
});
