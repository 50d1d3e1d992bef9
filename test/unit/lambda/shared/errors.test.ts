import { GetModelImportJobCommand } from '@aws-sdk/client-bedrock';
import {
  createClient,
  isAbsent,
  isConstraintViolation,
  isRefusal,
  toFault,
  type Fault,
} from '../../../../lambda/shared/bedrock';
import { BedrockStandIn, type ScriptedFault } from '../../../../local/bedrock/stand-in';

describe('a fault of the client', () => {
  const bedrock = new BedrockStandIn();

  beforeAll(async () => {
    process.env.AWS_ENDPOINT_URL_BEDROCK = await bedrock.start();
  });
  afterAll(() => bedrock.stop());
  beforeEach(() => {
    bedrock.requests.length = 0;
  });

  /** What a call comes to, each of whose two tries ends alike. */
  async function faultOf(
    scripted: ScriptedFault,
    limits?: Parameters<typeof createClient>[1],
  ): Promise<Fault> {
    bedrock.failNext(scripted, scripted);
    const client = createClient('us-east-1', limits);
    const command = new GetModelImportJobCommand({ jobIdentifier: 'llama' });
    const error: unknown = await client.send(command).catch((reason: unknown) => reason);
    client.destroy();
    expect(bedrock.requests).toHaveLength(2);
    return toFault(error);
  }

  test('is named as Bedrock names it', async () => {
    const scripted = { name: 'ThrottlingException', status: 429, message: 'slow down' };
    expect(await faultOf(scripted)).toEqual({
      name: 'ThrottlingException',
      message: 'slow down',
      httpStatus: 429,
    });
  });

  test('is named by its status where Bedrock names none', async () => {
    expect(await faultOf({ status: 503 })).toMatchObject({ name: 'HTTP 503', httpStatus: 503 });
  });

  test('has no status where the connection broke', async () => {
    const broken = await faultOf({ status: 0, reset: true });
    expect(broken.message).toContain('socket hang up');
    expect(broken.httpStatus).toBeUndefined();
  });

  test('is a time-out where no answer came', async () => {
    const impatient = { connectionTimeout: 500, requestTimeout: 100 };
    const { name, httpStatus } = await faultOf({ status: 500, delayMs: 300 }, impatient);
    expect({ name, httpStatus }).toEqual({ name: 'TimeoutError', httpStatus: undefined });
  });
});

test.each([
  [{ code: 'ENOTFOUND' }, 'ENOTFOUND'],
  [{}, 'Error'],
])('an error with %j is named %s', (more, name) => {
  expect(toFault(Object.assign(new Error('no'), more))).toEqual({
    name,
    message: 'no',
    httpStatus: undefined,
  });
});

const fault = (name: string, httpStatus?: number, message = ''): Fault => ({ name, message, httpStatus });
const BROKEN = fault('ValidationException', 400, "Value at 'jobName' failed to satisfy constraint: …");

test.each([
  [fault('AccessDeniedException', 403), true],
  [fault('ValidationException', 400), true],
  [fault('ConflictException', 499), true],
  [fault('RequestTimeout', 408), false],
  [fault('TooManyRequests', 429), false],
  [fault('ThrottlingException', 400), false],
  [fault('InternalServerException', 500), false],
  [fault('Redirect', 399), false],
  [fault('TimeoutError'), false],
])('%j is a clear no: %s', (seen, expected) => {
  expect(isRefusal(seen)).toBe(expected);
});

test.each([
  [fault('ResourceNotFoundException', 404), true],
  [fault('ValidationException', 400, 'The provided identifier is invalid.'), true],
  [BROKEN, false],
  [fault('AccessDeniedException', 403), false],
])('%j says that there is no such thing: %s', (seen, expected) => {
  expect(isAbsent(seen)).toBe(expected);
});

test.each([
  [BROKEN, true],
  [fault('ValidationException', 400, 'The provided identifier is invalid.'), false],
  [{ ...BROKEN, name: 'OtherException' }, false],
])('%j broke a rule of the service model: %s', (seen, expected) => {
  expect(isConstraintViolation(seen)).toBe(expected);
});
