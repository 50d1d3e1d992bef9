import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { LocalCloud } from '../../local/cloud/cloud';
import { stackOutputs } from '../../local/cloud/stack-outputs';
import { putWeights } from '../../local/cloud/weights';

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await LocalCloud.start();
  await putWeights(cloud, 's3://weights/llama/');
});
afterAll(() => cloud.stop());

const models = (): string[] => cloud.bedrock.account.models().map(({ modelArn }) => modelArn as string);

/** Deploys the stacks, and returns how the CLI fared. */
async function deploy(context: Record<string, string>): Promise<void> {
  const args = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { code, output } = await cloud.deploy('test/deploy/apps/cross-stack.ts', args);
  expect(code === 0 ? '' : output).toBe('');
}

/** The model that the other stack's caller may invoke. */
async function modelOfConsumer(): Promise<unknown> {
  const [RoleName] = Object.values(await stackOutputs(cloud, 'Consumer'));
  const iam = new IAMClient(cloud.clientConfig);
  const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const [PolicyName] = PolicyNames!;
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  const document = JSON.parse(decodeURIComponent(PolicyDocument!)) as { Statement: { Resource: unknown }[] };
  return document.Statement[0].Resource;
}

test('a model that is imported again moves to the stack that uses it, and no export stands in the way', async () => {
  await deploy({ version: '1' });
  const [first] = models();
  expect(await modelOfConsumer()).toBe(first);

  await deploy({ version: '2' });
  expect(models()).toHaveLength(1);
  const [second] = models();
  expect(second).not.toBe(first);
  expect(await modelOfConsumer()).toBe(second);
});

test('a model that is retained serves the other stack until that has moved', async () => {
  const [before] = models();
  await deploy({ version: '2', retain: 'true' });
  await deploy({ version: '3', retain: 'true', only: 'Models' });
  expect(models()).toHaveLength(2);
  expect(await modelOfConsumer()).toBe(before);

  await deploy({ version: '3', retain: 'true' });
  const after = await modelOfConsumer();
  expect(after).not.toBe(before);
  expect(models()).toEqual(expect.arrayContaining([before, after]));
});
