import { GetModelImportJobCommand } from '@aws-sdk/client-bedrock';
import { createClient } from '../../../../lambda/shared/bedrock';
import {
  call,
  CallError,
  isAbsent,
  isBug,
  isClientError,
  isConstraintViolation,
  isThrottling,
  isUnreached,
  toServiceError,
  unlessAbsent,
  type ServiceError,
} from '../../../../lambda/shared/errors';
import { BedrockStandIn, type ScriptedFault } from '../../../../local/bedrock/stand-in';

describe('an error of the client', () => {
  const bedrock = new BedrockStandIn();

  beforeAll(async () => {
    process.env.AWS_ENDPOINT_URL_BEDROCK = await bedrock.start();
  });
  afterAll(() => bedrock.stop());
  beforeEach(() => {
    bedrock.requests.length = 0;
  });

  /** What a call comes to, each of whose two tries ends alike. */
  async function errorOf(scripted: ScriptedFault): Promise<ServiceError> {
    bedrock.failNext(scripted, scripted);
    const client = createClient('us-east-1');
    const command = new GetModelImportJobCommand({ jobIdentifier: 'llama' });
    const error: unknown = await client.send(command).catch((reason: unknown) => reason);
    client.destroy();
    expect(bedrock.requests).toHaveLength(2);
    return toServiceError(error);
  }

  test('is named as Bedrock names it', async () => {
    const scripted = { name: 'ThrottlingException', status: 429, message: 'slow down' };
    expect(await errorOf(scripted)).toEqual({
      name: 'ThrottlingException',
      message: 'slow down',
      httpStatus: 429,
    });
  });

  test('is named by its status where Bedrock names none', async () => {
    expect(await errorOf({ status: 503 })).toMatchObject({ name: 'HTTP 503', httpStatus: 503 });
  });

  test('has no status where the connection broke', async () => {
    const broken = await errorOf({ status: 0, reset: true });
    expect(broken.message).toContain('socket hang up');
    expect(broken.httpStatus).toBeUndefined();
  });
});

test.each([
  [{ code: 'ENOTFOUND' }, 'ENOTFOUND'],
  [{}, 'Error'],
])('an error with %j is named %s', (more, name) => {
  expect(toServiceError(Object.assign(new Error('no'), more))).toEqual({
    name,
    message: 'no',
    httpStatus: undefined,
  });
});

const error = (name: string, httpStatus?: number, message = ''): ServiceError => ({
  name,
  message,
  httpStatus,
});
const BROKEN = error('ValidationException', 400, "Value at 'jobName' failed to satisfy constraint: …");

test.each([
  [error('AccessDeniedException', 403), true],
  [error('ValidationException', 400), true],
  [error('ConflictException', 499), true],
  [error('RequestTimeout', 408), false],
  [error('TooManyRequests', 429), false],
  [error('ThrottlingException', 400), false],
  [error('InternalServerException', 500), false],
  [error('Redirect', 399), false],
  [error('ProvisionedThroughputExceededException', 400), false],
  [error('RequestLimitExceeded', 400), false],
  [error('TimeoutError'), false],
])('%j is a clear no: %s', (seen, expected) => {
  expect(isClientError(seen)).toBe(expected);
});

test.each([
  [error('ResourceNotFoundException', 404), true],
  [error('ValidationException', 400, 'The provided identifier is invalid.'), true],
  [BROKEN, false],
  [error('AccessDeniedException', 403), false],
])('%j says that there is no such thing: %s', (seen, expected) => {
  expect(isAbsent(seen)).toBe(expected);
});

test.each([
  [BROKEN, true],
  [error('ValidationException', 400, 'The provided identifier is invalid.'), false],
  [{ ...BROKEN, name: 'OtherException' }, false],
])('%j broke a rule of the service model: %s', (seen, expected) => {
  expect(isConstraintViolation(seen)).toBe(expected);
});

test.each([
  [error('ThrottlingException', 400), true],
  [error('ThrottlingException', 429), true],
  [error('Throttling', 400), true],
  [error('ProvisionedThroughputExceededException', 400), true],
  [error('ServiceUnavailableException', 503), false],
  [error('ValidationException', 400), false],
])('%j is a throttle: %s', (seen, expected) => {
  expect(isThrottling(seen)).toBe(expected);
});

test.each([
  [error('ENOTFOUND'), true],
  [error('TimeoutError'), true],
  [error('InternalServerException', 500), false],
])('%j came without an HTTP answer: %s', (seen, expected) => {
  expect(isUnreached(seen)).toBe(expected);
});

describe('a call', () => {
  const sdkError = (name: string, httpStatusCode: number) =>
    Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });

  test('that fails tells its permission and what it was for', async () => {
    const failed = call('bedrock:GetImportedModel', Promise.reject(sdkError('Denied', 403)), 'arn:model');
    await expect(failed).rejects.toMatchObject({
      action: 'bedrock:GetImportedModel',
      resource: 'arn:model',
      serviceError: { name: 'Denied', message: 'no', httpStatus: 403 },
    });
  });

  test('for what is not there is undefined, and any other error is thrown', async () => {
    const of = (name: string, status: number) =>
      unlessAbsent(call('bedrock:GetImportedModel', Promise.reject(sdkError(name, status))));
    expect(await of('ResourceNotFoundException', 404)).toBeUndefined();
    await expect(of('AccessDeniedException', 403)).rejects.toThrow(CallError);
    await expect(unlessAbsent(Promise.reject(new TypeError('ours')))).rejects.toThrow(TypeError);
  });

  test('is the only thing whose error is no bug of ours', () => {
    expect(isBug(new CallError('s3:GetObject', sdkError('Denied', 403)))).toBe(false);
    expect(isBug(new TypeError('undefined is not a function'))).toBe(true);
  });
});
