import { LocalCloud } from '../../local/cloud/cloud';
import { WAITER_TYPE } from '../support/resource-types';
import { TestStack, timeOf } from './test-stack';

const PARAMETER_TYPE = 'AWS::SSM::Parameter';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start();
});
afterAll(() => cloud.stop());

describe('a wait longer than one custom resource can take', () => {
  test('a job that outlasts two links completes in the third', async () => {
    const stack = new TestStack(cloud, 'waiter', 'Chain');
    let jobArn = '';
    cloud.bedrock.beforeNext('GetModelImportJob', () => {
      jobArn = cloud.bedrock.startJob({ jobName: 'long', durationMs: 40_000 });
    });

    const deployment = await stack.deploy({ jobIdentifier: 'long', linkSeconds: 10, timeout: 60 });

    expect(deployment).toMatchObject({ succeeded: true });
    expect(timeOf(deployment, PARAMETER_TYPE, 'CREATE_IN_PROGRESS')).toBeGreaterThanOrEqual(
      cloud.bedrock.endOf(jobArn),
    );
    const completed = deployment.events.filter(
      ({ ResourceType, ResourceStatus }) =>
        ResourceType === WAITER_TYPE && ResourceStatus === 'CREATE_COMPLETE',
    );
    const beforeTheEnd = completed.filter(
      ({ Timestamp }) => Timestamp!.getTime() < cloud.bedrock.endOf(jobArn),
    );
    expect(completed).toHaveLength(6);
    expect(beforeTheEnd.length).toBeGreaterThanOrEqual(2);
    expect(await stack.downstream()).toMatchObject({
      Value: cloud.bedrock.describe(jobArn)!.importedModelArn,
    });
  });

  test('making a deployed wait longer changes nothing downstream', async () => {
    const stack = new TestStack(cloud, 'waiter', 'Longer');
    const jobIdentifier = cloud.bedrock.startJob({ jobName: 'short' });
    await stack.deploy({ jobIdentifier, linkSeconds: 10, timeout: 10 });
    const before = { outputs: await stack.outputs(), downstream: await stack.downstream() };
    const physicalId = await stack.physicalId(WAITER_TYPE);

    const deployment = await stack.deploy({ jobIdentifier, linkSeconds: 10, timeout: 120 });

    expect(deployment).toMatchObject({ succeeded: true });
    const links = (await stack.resources()).filter(({ ResourceType }) => ResourceType === WAITER_TYPE);
    expect(links).toHaveLength(12);
    expect(await stack.physicalId(WAITER_TYPE)).toBe(physicalId);
    // The parameter's version would be 2 if it had been written again.
    expect({ outputs: await stack.outputs(), downstream: await stack.downstream() }).toEqual(before);
  });
});
