import { ConverseCommand, BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import type { ImportScript } from '../../../../local/bedrock/import-job';
import { BedrockStandIn } from '../../../../local/bedrock/stand-in';

let now = Date.UTC(2026, 0, 1);
const standIn = new BedrockStandIn({ now: () => now });
let client: BedrockRuntimeClient;

beforeAll(async () => {
  client = new BedrockRuntimeClient({ endpoint: await standIn.start(), maxAttempts: 1 });
});

beforeEach(() => standIn.requests.splice(0));

afterAll(async () => {
  client.destroy();
  await standIn.stop();
});

let imported = 0;
const importModel = (script: ImportScript = {}): string => {
  const jobArn = standIn.startJob({ jobName: `job-${++imported}`, ...script });
  return standIn.describe(jobArn)!.importedModelArn as string;
};

const invoke = async (
  modelId: string,
  body = '{"prompt":"Hello"}',
  contentType?: string,
): Promise<unknown> => {
  const answer = await client.send(new InvokeModelCommand({ modelId, body, contentType }));
  return JSON.parse(answer.body.transformToString());
};

const converse = async (modelId: string): Promise<string | undefined> => {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
  const { output } = await client.send(new ConverseCommand({ modelId, messages }));
  return output!.message!.content![0].text;
};

test('a model answers a prompt, messages, and Converse', async () => {
  const model = importModel();
  await expect(invoke(model)).resolves.toMatchObject({
    generation: expect.stringContaining('answer') as string,
  });
  await expect(invoke(model, '{"messages":[]}')).resolves.toMatchObject({
    choices: [{ message: { role: 'assistant' } }],
  });
  await expect(converse(model)).resolves.toContain('answer');
});

test('a model is not ready for a while after its import', async () => {
  const model = importModel({ notReadyMs: 30_000 });
  now += 29_999;
  for (const call of [invoke, converse]) {
    await expect(call(model)).rejects.toMatchObject({
      name: 'ModelNotReadyException',
      $metadata: { httpStatusCode: 429 },
    });
  }
  now += 1;
  await expect(invoke(model)).resolves.toBeDefined();
});

test.each([false, undefined])(
  'a model refuses Converse where instructSupported is %s',
  async (instructSupported) => {
    const model = importModel({ modelOverrides: { instructSupported } });
    await expect(converse(model)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("doesn't support the model") as string,
    });
    await expect(invoke(model)).resolves.toBeDefined();
  },
);

test('a body that is no JSON is malformed', async () => {
  await expect(invoke(importModel(), 'Hello')).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a model is invoked by its ARN, not by its name', async () => {
  importModel();
  await expect(invoke(`job-${imported}-model`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a model that was deleted does not answer', async () => {
  const model = importModel();
  standIn.account.deleteModel(model);
  await expect(converse(model)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('requests are recorded with their operation, their JSON and the body as it came', async () => {
  const model = importModel();
  await invoke(model, '{ "prompt": "Hello" }');
  await converse(model);
  expect(standIn.requests).toMatchObject([
    {
      operation: 'InvokeModel',
      path: `/model/${model}/invoke`,
      body: { prompt: 'Hello' },
      content: '{ "prompt": "Hello" }',
    },
    { operation: 'Converse', body: { messages: [{ role: 'user' }] } },
  ]);
});

test('faults wait for operations of the runtime, too', async () => {
  const model = importModel();
  standIn.failNext({
    operation: 'Converse',
    status: 424,
    name: 'ModelErrorException',
    message: 'Out of memory',
  });
  await expect(invoke(model)).resolves.toBeDefined();
  await expect(converse(model)).rejects.toMatchObject({
    name: 'ModelErrorException',
    message: 'Out of memory',
  });
});

test('an answer can be lost on a connection of HTTP/2, and the next request is served', async () => {
  const model = importModel();
  standIn.failNext({ operation: 'InvokeModel', status: 0, reset: true });
  await expect(invoke(model)).rejects.toThrow();
  await expect(invoke(model)).resolves.toBeDefined();
});

test('a model is invoked by HTTP/1.1 as well', async () => {
  const url = `${standIn.url}/model/${encodeURIComponent(importModel())}/invoke`;
  const response = await fetch(url, { method: 'POST', body: '{}' });
  expect(response.status).toBe(200);
  await expect(response.json()).resolves.toMatchObject({ stop_reason: 'stop' });
});

test("an answer has the request's content type", async () => {
  const command = new InvokeModelCommand({
    modelId: importModel(),
    body: '{}',
    contentType: 'application/x-llama',
  });
  await expect(client.send(command)).resolves.toMatchObject({ contentType: 'application/x-llama' });
});
