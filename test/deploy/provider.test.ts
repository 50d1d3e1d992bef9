import { LocalCloud } from '../../local/cloud/cloud';
import { putWeights } from '../../local/cloud/weights';
import { MODEL_TYPE, WAITER_TYPE } from '../support/resource-types';
import { TestStack } from './test-stack';

let cloud: LocalCloud;
/** One for all tests: the account holds three models. */
let jobIdentifier: string;
beforeAll(async () => {
  cloud = await LocalCloud.start();
  cloud.bedrock.account.scripts = [{}];
  await putWeights(cloud, 's3://weights/llama/');
  jobIdentifier = cloud.bedrock.startJob({ jobName: 'waited-for' });
});
afterAll(() => cloud.stop());

const models = (): string[] => cloud.bedrock.account.models().map(({ modelArn }) => modelArn as string);
const jobCount = (): number => cloud.bedrock.account.jobs().length;

/** What a stack has of a type, by logical and physical ID. */
async function resourcesOfType(stack: TestStack, type: string): Promise<Record<string, string>> {
  const found = (await stack.resources()).filter(({ ResourceType }) => ResourceType === type);
  return Object.fromEntries(
    found.map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId!, PhysicalResourceId!]),
  );
}

test('a provider gets a key and all checks later, and its model is not imported again; the last model goes before its permissions', async () => {
  const stack = new TestStack(cloud, 'provider', 'Locked');

  const created = await stack.deploy({ jobIdentifier, settings: 'plain' });
  expect(created.succeeded ? '' : created.output).toBe('');
  const { Imported } = await stack.outputs();
  const functions = await resourcesOfType(stack, 'AWS::Lambda::Function');
  const served = await resourcesOfType(stack, MODEL_TYPE);
  const jobs = jobCount();

  const locked = await stack.deploy({ jobIdentifier, settings: 'locked' });
  expect(locked.succeeded ? '' : locked.output).toBe('');
  expect(await stack.outputs()).toMatchObject({ Imported });
  expect(await resourcesOfType(stack, 'AWS::Lambda::Function')).toEqual(functions);
  expect(await resourcesOfType(stack, MODEL_TYPE)).toEqual(served);
  expect(jobCount()).toBe(jobs);

  // The waiter stays: what only the model took is removed by the update.
  const removed = await stack.deploy({ jobIdentifier, settings: 'locked', model: 'no' });
  expect(removed.succeeded ? '' : removed.output).toBe('');
  expect(models()).not.toContain(Imported);
  expect(await stack.physicalId(WAITER_TYPE)).toBe(jobIdentifier);

  expect(await stack.destroy()).toBe('DELETE_COMPLETE');
  // Three deployments and a destruction.
}, 600_000);
