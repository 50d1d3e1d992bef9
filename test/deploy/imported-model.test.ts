import { useModelCloud } from './model-cloud';

const account = useModelCloud();
const { jobs, models, modelOf, started, deploy, succeed, destroy } = account;

const tagOf = (arn: string, key: string): string | undefined =>
  account.cloud.bedrock.account.tagsOf(arn).find((tag) => tag.key === key)?.value;
const isRunning = (): boolean => jobs().some(({ status }) => status === 'InProgress');

test('a model is imported, tagged, replaced, survives a failed replacement, and ends with its stack', async () => {
  const created = await succeed('Life', { Llama: { tags: { team: 'a' } } });
  const [first] = jobs();
  expect(created.LlamaModel).toBe(modelOf(first.jobArn));
  expect(tagOf(created.LlamaModel, 'team')).toBe('a');

  const tagged = await succeed('Life', { Llama: { tags: { team: 'b' }, timeout: 150 } });
  expect(tagged).toEqual(created);
  expect(tagOf(created.LlamaModel, 'team')).toBe('b');
  expect(started()).toBe(1);

  const replaced = await succeed('Life', { Llama: { source: 'qwen', tags: { team: 'b' } } });
  expect(started()).toBe(2);
  expect(replaced.LlamaModel).not.toBe(created.LlamaModel);
  expect(models()).toEqual([replaced.LlamaModel]);

  account.cloud.bedrock.account.scripts = [{ outcome: 'Failed', failureMessage: 'No config.json' }];
  const failed = await deploy('Life', { Llama: { source: 'mistral' } });
  expect(failed.succeeded).toBe(false);
  expect(failed.output).toContain('No config.json');
  expect(started()).toBe(3);
  expect(models()).toEqual([replaced.LlamaModel]);
  expect(tagOf(replaced.LlamaModel, 'team')).toBe('b');

  await destroy('Life');
  expect(started()).toBe(3);
  expect(models()).toEqual([]);
});

test('a failed first import leaves nothing behind', async () => {
  account.cloud.bedrock.account.scripts = [{ outcome: 'Failed', failureMessage: 'No config.json' }];
  const { succeeded, output } = await deploy('Stillborn', { Llama: {} });
  expect(succeeded).toBe(false);
  expect(output).toContain('No config.json');
  expect(started()).toBe(1);
  expect(models()).toEqual([]);
});

test('three models of one stack are imported one after another, and one is retained', async () => {
  account.cloud.bedrock.account.scripts = [{ durationMs: 4000 }];
  const outputs = await succeed('Three', { A: {}, B: { retain: true }, C: {} });
  expect(new Set(Object.values(outputs)).size).toBe(3);
  expect(started()).toBe(3);

  // Without its model A the stack goes on; the last one to go still finds its function.
  await succeed('Three', { B: { retain: true }, C: {} });
  expect(models()).not.toContain(outputs.AModel);

  await destroy('Three');
  expect(models()).toEqual([outputs.BModel]);
  expect(started()).toBe(3);
  account.cloud.bedrock.account.deleteModel(outputs.BModel);
});

test('a stack that is destroyed while its job runs waits for the job, and deletes the model', async () => {
  account.cloud.bedrock.account.scripts = [{ durationMs: 30_000 }];
  await succeed('Hasty', { Llama: { wait: false } });
  expect(isRunning()).toBe(true);

  await destroy('Hasty');

  expect(isRunning()).toBe(false);
  expect(started()).toBe(1);
  expect(models()).toEqual([]);
});
