import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { SmokeTestProperties } from '../../../../lib/private/contract/protocol';
import { createEvent, updateEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { Waits } from '../../../support/wait';

const log = silenceLog();
const waits = Waits.setUp();
const { bedrock } = waits;

const HOUR_MS = 3_600_000;
const BODY = JSON.stringify({ prompt: 'Hello', max_tokens: 8 });
const INVOKE: SmokeTestProperties = { operation: 'InvokeModel', body: BODY, contentType: 'application/json' };
const CONVERSE: SmokeTestProperties = { operation: 'Converse', prompt: 'Hello' };

const calls = (): typeof bedrock.requests =>
  bedrock.requests.filter(({ operation }) => ['InvokeModel', 'Converse'].includes(operation));

/** A job that ended an hour ago, so that no refusal of its model passes. */
function oldJob(jobName: string, modelOverrides = {}): string {
  const jobArn = bedrock.startJob({ jobName, modelOverrides });
  waits.now += HOUR_MS;
  return jobArn;
}

test('the test request is sent as it was given, number for number, in a poll of its own', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'sent', durationMs: 10_000 });
  const { answer, seconds } = await waits.wait({ jobIdentifier, smokeTest: INVOKE });
  expect(answer).toMatchObject({ status: 'SUCCESS', data: { modelArchitecture: 'llama' } });
  expect(calls()).toMatchObject([{ operation: 'InvokeModel', content: BODY }]);
  expect(seconds).toBe(11);
});

test('the log tells how much the model responded and how fast, but not what', async () => {
  await waits.wait({ jobIdentifier: oldJob('logged'), smokeTest: INVOKE });
  expect(log.lines().at(-1)).toMatchObject({
    outcome: 'done',
    responseBytes: expect.any(Number) as number,
    responseMilliseconds: expect.any(Number) as number,
  });
  expect(log.text()).not.toContain('generation');
});

test('Converse is called with a message of the user and few tokens', async () => {
  const { answer } = await waits.wait({ jobIdentifier: oldJob('converse'), smokeTest: CONVERSE });
  expect(answer.status).toBe('SUCCESS');
  expect(calls()).toMatchObject([
    {
      operation: 'Converse',
      body: {
        messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
        inferenceConfig: { maxTokens: 16 },
      },
    },
  ]);
});

test('a model that does not speak Converse fails the wait with its words and the architecture', async () => {
  const jobIdentifier = oldJob('qwen', { modelArchitecture: 'qwen2', instructSupported: false });
  const { answer } = await waits.wait({ jobIdentifier, smokeTest: CONVERSE });
  expect(answer).toMatchObject({ status: 'FAILED' });
  expect(answer.reason).toContain(
    'of the architecture qwen2 refused the smoke test: ValidationException, "This action',
  );
});

test('a model that never gets ready fails the wait at its end, with what it last said', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'cold', notReadyMs: HOUR_MS });
  const { answer, seconds } = await waits.wait({ jobIdentifier, smokeTest: INVOKE, timeoutSeconds: '600' });
  expect(seconds).toBe(600);
  expect(answer.reason).toContain(
    'has not answered the smoke test after 10 min: it last said ModelNotReadyException, "Model is not ready',
  );
});

test('a model of a job that completes when the time is up is not called any more', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'late', durationMs: 20_000 });
  const { answer } = await waits.wait({ jobIdentifier, smokeTest: INVOKE, timeoutSeconds: '20' });
  expect(answer.reason).toContain('has not answered the smoke test after 20 s: no time was left for it.');
  expect(calls()).toEqual([]);
});

test('a permission on its way is waited for, for seven minutes', async () => {
  bedrock.account.denials = [{ operation: 'InvokeModel', until: waits.now + HOUR_MS + 300_000 }];
  const arrives = await waits.wait({ jobIdentifier: oldJob('arrives'), smokeTest: INVOKE });
  expect(arrives.answer.status).toBe('SUCCESS');
  bedrock.account.denials = [{ operation: 'InvokeModel' }];
  const never = await waits.wait({ jobIdentifier: oldJob('never'), smokeTest: INVOKE });
  expect(never.answer.reason).toContain('is not allowed to call bedrock:InvokeModel on arn:aws:bedrock');
  expect(never.seconds).toBe(421);
});

test('a conversation without content is no response', async () => {
  const rawBody = JSON.stringify({ output: { message: { role: 'assistant', content: [] } } });
  bedrock.failNext({ operation: 'Converse', status: 200, rawBody });
  const jobIdentifier = oldJob('silent');
  const smokeTest = { operation: 'Converse', prompt: 'Hello' } as const;
  const { answer } = await waits.wait({ jobIdentifier, smokeTest });
  expect(answer.status).toBe('SUCCESS');
  expect(calls()).toHaveLength(2);
});

test.each([
  [{ text: 'Hello' }, 1],
  [{ toolUse: { toolUseId: 'a', name: 'clock', input: {} } }, 1],
  [{ reasoningContent: { reasoningText: { text: 'Hm' } } }, 1],
  [{ text: ' ' }, 2],
])('a conversation with %j takes %i calls', async (block, count) => {
  const rawBody = JSON.stringify({ output: { message: { role: 'assistant', content: [block] } } });
  bedrock.failNext({ operation: 'Converse', status: 200, rawBody });
  const jobIdentifier = oldJob(`converse-${Object.keys(block)[0]}-${count}`);
  const smokeTest = { operation: 'Converse', prompt: 'Hello' } as const;
  const { answer } = await waits.wait({ jobIdentifier, smokeTest });
  expect(answer.status).toBe('SUCCESS');
  expect(calls()).toHaveLength(count);
});

describe('a response body', () => {
  const callsFor = async (rawBody: string, jobName: string): Promise<number> => {
    bedrock.failNext({ operation: 'InvokeModel', status: 200, rawBody });
    const { answer } = await waits.wait({ jobIdentifier: oldJob(jobName), smokeTest: INVOKE });
    expect(answer.status).toBe('SUCCESS');
    return calls().length;
  };

  test.each([
    ['generation', (text: string | null) => ({ generation: text, stop_reason: 'stop' })],
    ['text', (text: string | null) => ({ choices: [{ text, index: 0 }] })],
    ['content', (text: string | null) => ({ choices: [{ message: { content: text } }] })],
    ['completion', (text: string | null) => ({ completion: text })],
    ['generated_text', (text: string | null) => [{ generated_text: text }]],
    ['outputText', (text: string | null) => ({ results: [{ outputText: text }] })],
    ['reasoning_content', (text: string | null) => ({ choices: [{ message: { reasoning_content: text } }] })],
  ])('with `%s` counts if that says something', async (name, body) => {
    expect(await callsFor(JSON.stringify(body('Hello')), `says-${name}`)).toBe(1);
    bedrock.requests.length = 0;
    expect(await callsFor(JSON.stringify(body(' ')), `blank-${name}`)).toBe(2);
    bedrock.requests.length = 0;
    expect(await callsFor(JSON.stringify(body(null)), `null-${name}`)).toBe(2);
  });

  test.each([
    ['a call of a tool', '{"choices":[{"message":{"content":null,"tool_calls":[{"id":"a"}]}}]}', 1],
    ['no call of a tool', '{"choices":[{"message":{"content":null,"tool_calls":[]}}]}', 2],
    ['a format that is not known', '{"embedding":[0.5]}', 1],
    ['no JSON', 'Hello', 1],
  ])('with %s', async (what, rawBody, count) => {
    expect(await callsFor(rawBody, what.replaceAll(' ', '-'))).toBe(count);
  });
});

test.each([
  ['an empty response', { status: 200, rawBody: '' }],
  ['a broken connection', { status: 0, reset: true }],
  ['an answer of 503', { status: 503 }],
])('%s is none, and the model is called again', async (_, fault) => {
  bedrock.failNext({ ...fault, operation: 'InvokeModel' });
  const { answer } = await waits.wait({ jobIdentifier: oldJob('flaky'), smokeTest: INVOKE });
  expect(answer.status).toBe('SUCCESS');
  expect(calls()).toHaveLength(2);
});

test.each([
  [400, 'FAILED'],
  [503, 'SUCCESS'],
])(
  "an error of the model itself counts by the model's own status: %i",
  async (originalStatusCode, status) => {
    const rawBody = JSON.stringify({ message: 'The model failed', originalStatusCode });
    const fault = { operation: 'InvokeModel', status: 424, name: 'ModelErrorException', rawBody };
    bedrock.failNext(...Array.from({ length: 13 }, () => fault));
    const { answer } = await waits.wait({
      jobIdentifier: oldJob(`model-error-${originalStatusCode}`),
      smokeTest: INVOKE,
    });
    expect(answer.status).toBe(status);
  },
);

test('the model that the resource has already is not called again: a rollback does not hang on a cold model', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'old', notReadyMs: HOUR_MS });
  const event = { ...updateEvent({ jobIdentifier, smokeTest: INVOKE }), PhysicalResourceId: jobIdentifier };
  expect(await waits.link(event, true)).toMatchObject({ polls: 1, answer: { status: 'SUCCESS' } });
  expect(calls()).toEqual([]);
});

test('the rollback of an update that had succeeded names another job, so that the old model is tested', async () => {
  const oldModel = bedrock.startJob({ jobName: 'before', durationMs: 0, notReadyMs: 60_000 });
  const newModel = bedrock.startJob({ jobName: 'after' });
  const rollback = {
    ...updateEvent({ jobIdentifier: oldModel, smokeTest: INVOKE }),
    PhysicalResourceId: newModel,
  };
  const { answer, seconds } = await waits.link(rollback);
  expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: oldModel });
  expect(seconds).toBeGreaterThanOrEqual(60);
});

test('earlier links continue in the last one when the job has completed, and only that calls the model', async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'long', durationMs: 30_000, notReadyMs: 60_000 });
  const first = await waits.link(createEvent({ jobIdentifier, continues: 'true' }));
  expect(first).toMatchObject({ seconds: 30, answer: { status: 'SUCCESS' } });
  expect(calls()).toEqual([]);
  const last = await waits.link(createEvent({ jobIdentifier, earlierSeconds: '3300', smokeTest: INVOKE }));
  expect(last.answer.status).toBe('SUCCESS');
  expect(calls().length).toBeGreaterThan(1);
});

test("the model is called in the job's Region", async () => {
  const jobIdentifier = bedrock.startJob({ jobName: 'elsewhere', region: 'us-west-2' });
  await waits.wait({ jobIdentifier, smokeTest: INVOKE });
  expect(calls()).toMatchObject([{ region: 'us-west-2' }]);
});

test('a model that answers with nothing fails the wait after two minutes, with what to check', async () => {
  const nothing = { operation: 'InvokeModel', status: 200, rawBody: '' };
  bedrock.failNext(...Array.from({ length: 13 }, () => nothing));
  const { answer, seconds } = await waits.wait({ jobIdentifier: oldJob('mute'), smokeTest: INVOKE });
  expect(seconds).toBe(121);
  expect(answer.reason).toMatch(/^EmptyAnswer: .*chat template.*stop tokens/);
});

test('each test request has a client of its own, which is destroyed afterwards', async () => {
  const destroy = jest.spyOn(BedrockRuntimeClient.prototype, 'destroy');
  const jobIdentifier = bedrock.startJob({ jobName: 'connections', notReadyMs: 40_000 });
  await waits.wait({ jobIdentifier, smokeTest: INVOKE });
  expect(calls().length).toBeGreaterThan(3);
  expect(destroy).toHaveBeenCalledTimes(calls().length);
  expect(new Set(destroy.mock.instances).size).toBe(calls().length);
  destroy.mockRestore();
});
