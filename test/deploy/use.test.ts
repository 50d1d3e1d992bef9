import {
  CreateRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { LocalCloud } from '../../local/cloud/cloud';
import { getParameter } from '../../local/cloud/parameter';
import { stackOutputs } from '../../local/cloud/stack-outputs';

const FOREIGN_ACCOUNT = '222233334444';
const ROLE_ARN = `arn:aws:iam::${FOREIGN_ACCOUNT}:role/reader`;
const EXTERNAL_ID = 'handshake';

let cloud: LocalCloud;
let modelArn: string;
let remoteJob: string;

beforeAll(async () => {
  cloud = await LocalCloud.start();
  const job = cloud.bedrock.startJob({ jobName: 'local', durationMs: 5000 });
  remoteJob = cloud.bedrock.startJob({ jobName: 'remote', region: 'us-west-2' });
  cloud.bedrock.startJob({ jobName: 'remote-name', region: 'us-west-2' });
  cloud.bedrock.startJob({ jobName: 'foreign-name' });
  await createForeignRole();
  const context = {
    job,
    remoteJob,
    remoteName: 'remote-name',
    foreignName: 'foreign-name',
    role: ROLE_ARN,
    externalId: EXTERNAL_ID,
  };
  const args = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { code, output } = await cloud.deploy('test/deploy/apps/use.ts', args);
  if (code !== 0) {
    throw new Error(output);
  }
  modelArn = cloud.bedrock.describe(job)!.importedModelArn as string;
});

afterAll(() => cloud.stop());

/** A role of another account that trusts the stack's account, if it knows the external ID. */
async function createForeignRole(): Promise<void> {
  // MiniStack takes the account from the access key ID.
  const credentials = { accessKeyId: FOREIGN_ACCOUNT, secretAccessKey: 'test' };
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::000000000000:root' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
  };
  const client = new IAMClient({ ...cloud.clientConfig, credentials });
  await client.send(
    new CreateRoleCommand({
      RoleName: 'reader',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  const read = {
    Effect: 'Allow',
    Action: ['bedrock:GetModelImportJob', 'bedrock:GetImportedModel'],
    Resource: [
      'arn:aws:bedrock:us-east-1:*:model-import-job/*',
      'arn:aws:bedrock:us-east-1:*:imported-model/*',
    ],
  };
  await client.send(
    new PutRolePolicyCommand({
      RoleName: 'reader',
      PolicyName: 'Read',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [read] }),
    }),
  );
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string;
}

async function statementsOf(roleName: string): Promise<Statement[]> {
  const client = new IAMClient(cloud.clientConfig);
  const { PolicyNames } = await client.send(new ListRolePoliciesCommand({ RoleName: roleName }));
  const policies = await Promise.all(
    PolicyNames!.map((PolicyName) =>
      client.send(new GetRolePolicyCommand({ RoleName: roleName, PolicyName })),
    ),
  );
  return policies.flatMap(({ PolicyDocument }) => {
    const document = JSON.parse(decodeURIComponent(PolicyDocument!)) as { Statement: Statement[] };
    return document.Statement;
  });
}

/** The requests that asked for a job, by its ARN or its name. */
function requestsFor(identifier: string) {
  return cloud.bedrock.requests.filter(({ path }) => path.endsWith(`/${identifier}`));
}

describe('a model under a key that AWS owns', () => {
  test('may be invoked by a function, whose policy names exactly the model', async () => {
    const { AskRole } = await stackOutputs(cloud, 'Models');
    const statements = await statementsOf(AskRole);
    expect(statements).toMatchObject([
      { Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'], Resource: modelArn },
      { Action: 'kms:Decrypt', Resource: modelArn },
    ]);
  });

  test('is known to the function by its ARN', async () => {
    const { AskName } = await stackOutputs(cloud, 'Models');
    const { Environment } = await new LambdaClient(cloud.clientConfig).send(
      new GetFunctionConfigurationCommand({ FunctionName: AskName }),
    );
    expect(Environment!.Variables).toMatchObject({ MODEL_ARN: modelArn });
  });

  test('is what a state machine invokes', async () => {
    const { ChatArn } = await stackOutputs(cloud, 'Models');
    const { definition } = await new SFNClient(cloud.clientConfig).send(
      new DescribeStateMachineCommand({ stateMachineArn: ChatArn }),
    );
    const { States } = JSON.parse(definition!) as {
      States: Record<string, { Parameters: { ModelId: string } }>;
    };
    expect(States.AskModel.Parameters.ModelId).toBe(modelArn);
  });

  test('reaches a nested stack', async () => {
    expect((await getParameter(cloud, '/nested/model')).Value).toBe(modelArn);
  });

  test('reaches another stack through an export', async () => {
    expect((await getParameter(cloud, '/other/model')).Value).toBe(modelArn);
  });
});

describe('a job in another Region', () => {
  test('is asked for there when its ARN says so', async () => {
    expect(requestsFor(remoteJob)).toMatchObject([{ region: 'us-west-2' }]);
    expect((await stackOutputs(cloud, 'Places')).RemoteModel).toMatch(/^arn:aws:bedrock:us-west-2:/);
  });

  test('is asked for there when its name comes with its Region', async () => {
    expect(requestsFor('remote-name')).toMatchObject([{ region: 'us-west-2' }]);
    expect((await stackOutputs(cloud, 'Places')).RemoteNameModel).toMatch(/^arn:aws:bedrock:us-west-2:/);
  });
});

test('a job in another account is asked for with the credentials of the role, and no other job is', async () => {
  const [foreign] = requestsFor('foreign-name');
  const own = requestsFor(remoteJob)[0].accessKeyId;
  expect(foreign).toMatchObject({
    region: 'us-east-1',
    accessKeyId: expect.stringMatching(/^ASIA/) as string,
  });
  expect(foreign.accessKeyId).not.toBe(own);
  expect(requestsFor('remote-name')[0].accessKeyId).toBe(own);
  expect((await stackOutputs(cloud, 'Places')).ForeignModel).toMatch(/:imported-model\//);
});
