import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { LocalCloud } from '../../local/cloud/cloud';
import { putWeights } from '../../local/cloud/weights';
import { WAITER_TYPE } from '../support/resource-types';
import type { ModelSpec } from './apps/imported-models';
import { failureReasons, TestStack, timeOf } from './test-stack';

const LONG_AGO = { endTime: '2026-01-31T12:00:00.000Z' };

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start();
  cloud.bedrock.account.modelQuota = 10;
  await putWeights(cloud, 's3://weights/llama/');
  await putWeights(cloud, 's3://weights/qwen/');
});
afterAll(() => cloud.stop());

const modelOf = (jobArn: string): string => cloud.bedrock.describe(jobArn)!.importedModelArn as string;

test('what a model is arrives with its job', async () => {
  const stack = new TestStack(cloud, 'waiter', 'KnowTheModel');
  const jobIdentifier = cloud.bedrock.startJob({
    jobName: 'known',
    modelOverrides: { modelArchitecture: 'qwen3', instructSupported: false },
  });
  expect(await stack.deploy({ jobIdentifier })).toMatchObject({ succeeded: true });
  expect(await stack.outputs()).toMatchObject({
    modelArchitecture: 'qwen3',
    instructSupported: 'false',
    customModelUnitsPerModelCopy: '2',
    customModelUnitsVersion: 'v1.0',
  });
});

test('a job whose model was deleted fails the deployment', async () => {
  const stack = new TestStack(cloud, 'waiter', 'DeadModel');
  const jobIdentifier = cloud.bedrock.startJob({ jobName: 'dead', overrides: LONG_AGO });
  cloud.bedrock.account.deleteModel(modelOf(jobIdentifier));
  const deployment = await stack.deploy({ jobIdentifier });
  expect(deployment).toMatchObject({ succeeded: false });
  expect(failureReasons(deployment)[0]).toContain(`there is no model arn:aws:bedrock:`);
  expect(await stack.status()).toBe('ROLLBACK_COMPLETE');
});

test('the deployment waits until a cold model has answered', async () => {
  const stack = new TestStack(cloud, 'waiter', 'ColdModel');
  const jobIdentifier = cloud.bedrock.startJob({ jobName: 'cold', durationMs: 20_000, notReadyMs: 30_000 });
  const deployment = await stack.deploy({ jobIdentifier, smokeTest: 'Hello' });
  expect(deployment).toMatchObject({ succeeded: true });
  const readyAt = cloud.bedrock.endOf(jobIdentifier) + 30_000;
  expect(timeOf(deployment, WAITER_TYPE, 'CREATE_COMPLETE')).toBeGreaterThanOrEqual(readyAt);
  const asked = cloud.bedrock.requests.filter(({ operation }) => operation === 'InvokeModel');
  expect(asked.at(-1)).toMatchObject({ content: '{"prompt":"Hello","max_tokens":8}' });
});

test('a replacement whose model cannot answer rolls back, and the old model answers on', async () => {
  const stack = new TestStack(cloud, 'imported-models', 'BadReplacement');
  const models = (source: string): Record<string, string> => {
    const specs: Record<string, ModelSpec> = { Llama: { source, smokeTest: 'Hello' } };
    return { models: JSON.stringify(specs) };
  };
  expect(await stack.deploy(models('llama'))).toMatchObject({ succeeded: true });
  const { LlamaModel } = await stack.outputs();

  cloud.bedrock.account.scripts = [{ overrides: LONG_AGO, modelOverrides: { instructSupported: false } }];
  const replacement = await stack.deploy(models('qwen'));

  expect(replacement).toMatchObject({ succeeded: false });
  expect(failureReasons(replacement)[0]).toContain(
    'of the architecture llama refused the smoke test: ValidationException',
  );
  expect(await stack.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await stack.outputs()).toMatchObject({ LlamaModel });
  const { output } = await new BedrockRuntimeClient({
    endpoint: cloud.bedrock.url,
    region: 'us-east-1',
  }).send(
    new ConverseCommand({ modelId: LlamaModel, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
  );
  expect(output!.message!.content![0].text).toBeDefined();
});
