import { handler } from '../../../../lambda/model/index';
import type { PollInput } from '../../../../lambda/shared/engine';
import { MINUTE, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

const log = silenceLog();
const stack = useModelStack();

describe('each poll', () => {
  test('is logged', async () => {
    await stack.request('Create').answered();
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'Create of Llama: done, 0 s waited',
        requestType: 'Create',
        logicalId: 'Llama',
        requestId: 'request-1',
        waitedSeconds: 0,
        attempt: 1,
        outcome: 'done',
      }),
    ]);
  });

  test('is a sentence, also while it waits and when it gives up', async () => {
    stack.standIn.startJob({ jobName: 'other', durationMs: 100 * MINUTE });
    await stack.request('Create', { startTimeoutSeconds: 30 }).answered();
    expect(log.lines().map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^Create of Llama: the import slot: job \S+ is in progress, and one runs at a time, 0 s waited, next poll in 30 s$/,
      ) as string,
      'Create of Llama: failed, 30 s waited',
    ]);
  });

  test('is logged as a warning with its reason when it fails', async () => {
    stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 400, name: 'TooManyTagsException' });
    await stack.request('Create').answered();
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'Create of Llama: failed, 0 s waited',
        reason: expect.stringContaining('more tags than Bedrock allows') as string,
      }),
    ]);
  });
});

describe('a mistake of our own', () => {
  test('in a step fails at once, and says that it is a bug', async () => {
    stack.preflight = () =>
      Promise.reject(new TypeError("Cannot read properties of undefined (reading 'x')"));
    const answer = await stack.request('Create', { preflight: true }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0, physicalResourceId: 'request/request-1' });
    expect(answer.reason).toContain(
      'Bug: A bug in cdk-bedrock-model-import: TypeError, "Cannot read properties of undefined',
    );
    expect(log.text()).toContain('A bug in this library');
  });

  test('in what reads the events of the stack fails at once, too', async () => {
    stack.eventsError = new TypeError("Cannot read properties of undefined (reading 'getTime')");
    const execution = stack.request('Delete', { id: 'models-Llama-1A2B3C4D5E6F' });
    const answer = await execution.answered();
    expect(answer).toMatchObject({
      status: 'FAILED',
      seconds: 0,
      physicalResourceId: 'models-Llama-1A2B3C4D5E6F',
    });
    expect(answer.reason).toContain('Bug: A bug in cdk-bedrock-model-import: TypeError');
  });

  test('is no mistake of Bedrock, which may answer what nobody can read', async () => {
    const id = await stack.create();
    stack.standIn.failNext({ operation: 'GetModelImportJob', status: 200, rawBody: '{"creationTime":{}}' });
    await expect(stack.request('Delete', { id }).answered()).resolves.toMatchObject({ status: 'SUCCESS' });
    stack.standIn.failNext({ operation: 'CreateModelImportJob', status: 200, rawBody: '<html>' });
    await expect(stack.request('Create').answered()).resolves.toMatchObject({ status: 'SUCCESS' });
  });
});

test('the function itself speaks with Bedrock and DynamoDB, once for each poll', async () => {
  process.env.AWS_ENDPOINT_URL_BEDROCK = stack.standIn.url;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = stack.standIn.url;
  // The clock of the function itself is not the test's.
  const { request } = stack.execution(
    stack.event('Create'),
    Math.floor(performance.timeOrigin + performance.now()),
  );
  const input: PollInput = { request, previous: { attempt: 0 } };
  const { lastSeen, answer } = await handler(input);
  // The local Bedrock is no DynamoDB, and says so.
  expect(answer).toBeUndefined();
  expect(lastSeen).toContain('a good answer of dynamodb:GetItem, which said');
  expect(stack.standIn.requests).toHaveLength(1);
  delete process.env.AWS_ENDPOINT_URL_BEDROCK;
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
});
