import { evaluate } from '../../local/iam/evaluate';
import { needlessParts, refusedWithout } from '../../local/iam/needless';
import { listOf, type ActionRequest } from '../../local/iam/policy';
import { trustsService } from '../../local/iam/trust';
import { LocalCloud } from '../../local/cloud/cloud';
import { putWeights } from '../../local/cloud/weights';
import { rolesOf, type StackRole } from './permissions/roles-of-stack';
import { TestStack, type Deployment } from './test-stack';

/** Each role of a stack may do what it has to, and nothing else. */

let cloud: LocalCloud;
let roles: StackRole[];
/** What the sessions of each role did, by the role's ARN, and what AWS does with the role by itself. */
let calls: Map<string, ActionRequest[]>;

beforeAll(async () => {
  cloud = await LocalCloud.start();
  await putWeights(cloud, 's3://weights/llama/');
  const stack = new TestStack(cloud, 'permissions', 'Permissions');
  const { account } = cloud.bedrock;
  const jobIdentifier = cloud.bedrock.startJob({ jobName: 'waited-for', region: 'us-west-2' });
  const deploy = async (tag: string, pollSeconds: number): Promise<void> =>
    expectSuccess(await stack.deploy({ jobIdentifier, tag, pollSeconds }));
  // Whether the job has started is found out from the list.
  const lostAnswer = { operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true };
  cloud.bedrock.failNext(lostAnswer);
  await deploy('team', 5);
  expect(account.models()).toHaveLength(1);
  // The models of both jobs are found in the list.
  account.dialect = { ...account.dialect, modelArn: 'never' };
  await deploy('owner', 6);
  roles = await rolesOf(cloud, stack, 'Permissions');
  expect(await stack.destroy()).toBe('DELETE_COMPLETE');
  expect(account.models()).toHaveLength(0);
  calls = new Map(roles.map((each) => [each.role.arn, callsOf(each)]));
}, 900_000);

afterAll(() => cloud.stop());

function expectSuccess({ succeeded, output }: Deployment): void {
  expect(succeeded ? '' : output).toBe('');
}

function callsOf({ role, impliedCalls }: StackRole): ActionRequest[] {
  const judged = cloud.bedrock.account.judged.filter(({ roleArn }) => roleArn === role.arn);
  const all = [...judged, ...cloud.iam.requestsOf(role), ...impliedCalls];
  return [...new Map(all.map((call) => [JSON.stringify(call), call])).values()];
}

/** Something about each role, by the role's logical ID, where there is something to say. */
function byRole(describe: (role: StackRole, calls: ActionRequest[]) => string[]): Record<string, string[]> {
  const entries = roles.map((each) => [each.logicalId, describe(each, calls.get(each.role.arn)!)] as const);
  return Object.fromEntries(entries.filter(([, found]) => found.length > 0));
}

test('there are roles, and each of them did something', () => {
  expect(roles.length).toBeGreaterThanOrEqual(4);
  expect(byRole((_, made) => (made.length > 0 ? [] : ['nothing']))).toEqual({});
});

test('each role is trusted to the service that assumes it, for what it assumes it for', () => {
  const trusts = ({ role, services, sourceArn }: StackRole): boolean => {
    const context = { 'aws:SourceAccount': '000000000000', 'aws:SourceArn': sourceArn };
    return services.some((service) => trustsService(role, service, context));
  };
  expect(byRole((each) => (trusts(each) ? [] : [...each.services]))).toEqual({});
});

test('each role may do all that its sessions did, and what AWS does and checks with it by itself', () => {
  const refused = byRole(({ role }, made) =>
    made
      .filter((call) => evaluate(role, call) !== 'allowed')
      .map(({ action, resource }) => `${action} on ${resource}`),
  );
  expect(refused).toEqual({});
});

test('without any of its statements each role is refused, and the refusal names an action of the statement', () => {
  const unrefused = byRole(({ role }, made) =>
    role.statements
      .filter((lost) => {
        const actions = listOf(lost.statement.Action);
        return !refusedWithout(role, lost, made).some((refused) =>
          actions.some((each) => refused.startsWith(each)),
        );
      })
      .map(({ policy, statement }) => `${policy}: ${listOf(statement.Action).join(', ')}`),
  );
  expect(unrefused).toEqual({});
});

test('no role may do what no call does', () => {
  const needless = byRole(({ role }, made) => needlessParts(role, made));
  expect(needless).toEqual({});
});
