import { randomUUID } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import {
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { MODEL_TYPE } from '../support/resource-types';
import { ResponseUrl, type Response } from '../support/response-url';
import { useModelCloud } from './model-cloud';
import { until } from './until';

const account = useModelCloud();
const { models, modelOf, started, succeed, destroy } = account;
const POLL_INTERVAL_MS = 5000;

/** Events that MiniStack's CloudFormation does not send as AWS does, handed to the deployed function. */
describe('events by hand', () => {
  const SPEC = { Llama: { wait: false } };
  const responses = new ResponseUrl();
  let lambda: LambdaClient;
  let responseUrl: string;
  let properties: Record<string, unknown>;
  let stackId: string;
  let ids = 0;

  beforeAll(async () => {
    lambda = new LambdaClient(account.cloud.clientConfig);
    responseUrl = await responses.start();
    await succeed('Events', SPEC);
    const stack = { StackName: 'Events' };
    const { TemplateBody } = await account.cloudFormation.send(new GetTemplateCommand(stack));
    const { Stacks } = await account.cloudFormation.send(new DescribeStacksCommand(stack));
    stackId = Stacks![0].StackId!;
    const { StackResourceSummaries } = await account.cloudFormation.send(
      new ListStackResourcesCommand(stack),
    );
    const physicalId = (part: string, type: string): string =>
      StackResourceSummaries!.find(
        ({ LogicalResourceId, ResourceType }) => LogicalResourceId!.includes(part) && ResourceType === type,
      )!.PhysicalResourceId!;
    const arn = (part: string): string =>
      `arn:aws:lambda:us-east-1:000000000000:function:${physicalId(part, 'AWS::Lambda::Function')}`;
    const template = JSON.parse(TemplateBody!) as {
      Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
    };
    const roleArn = `arn:aws:iam::000000000000:role/${physicalId('ImportRole', 'AWS::IAM::Role')}`;
    const model = Object.values(template.Resources).find(({ Type }) =>
      Type.endsWith('BedrockImportedModel'),
    )!;
    properties = {
      ...model.Properties,
      ServiceToken: arn('Waiter'),
      stateMachineArn: physicalId('StateMachine', 'AWS::StepFunctions::StateMachine'),
      modelFunctionArn: arn('ProviderModel'),
      tableName: physicalId('Imports', 'AWS::DynamoDB::Table'),
      startTimeoutSeconds: '600',
      // The function may look at the stack's own weights only.
      preflight: 'false',
      definition: { s3Uri: 's3://weights/llama/', roleArn },
    };
  });
  afterAll(async () => {
    await responses.stop();
    await destroy('Events');
    expect(models()).toEqual([]);
  });
  beforeEach(() => responses.reset());

  /** Sends an event, and returns the ID of its request. */
  const send = async (event: Record<string, unknown>): Promise<string> => {
    const RequestId = (event.RequestId as string | undefined) ?? randomUUID();
    const Payload = JSON.stringify({
      StackId: stackId,
      ResponseURL: responseUrl,
      ResourceType: MODEL_TYPE,
      ResourceProperties: properties,
      OldResourceProperties: event.RequestType === 'Update' ? properties : undefined,
      ...event,
      RequestId,
    });
    await lambda.send(
      new InvokeCommand({
        FunctionName: properties.ServiceToken as string,
        InvocationType: 'Event',
        Payload,
      }),
    );
    return RequestId;
  };

  /** The only answer to a request. Those that it supersedes are answered, too. */
  const answer = async (requestId: string): Promise<Response> => {
    const answersTo = (): Response[] =>
      responses.bodies
        .map((body) => JSON.parse(body) as Response)
        .filter(({ RequestId }) => RequestId === requestId);
    const deadline = Date.now() + 400_000;
    while (answersTo().length === 0 && Date.now() < deadline) {
      await sleep(200);
    }
    expect(answersTo()).toHaveLength(1);
    return answersTo()[0];
  };

  const ask = async (event: Record<string, unknown>): Promise<Response> => answer(await send(event));

  const newResource = (): Record<string, string> => ({ LogicalResourceId: `Model${++ids}` });
  test('an event that arrives twice starts one job and is answered once', async () => {
    const event = { RequestType: 'Create', RequestId: randomUUID(), ...newResource() };
    await Promise.all([send(event), send(event)]);
    const { Status, PhysicalResourceId } = await answer(event.RequestId);
    await sleep(3000);

    expect(Status).toBe('SUCCESS');
    expect(responses.bodies).toHaveLength(1);
    expect(started()).toBe(1);
    await ask({ ...event, RequestId: randomUUID(), RequestType: 'Delete', PhysicalResourceId });
    expect(models()).not.toContain(modelOf(PhysicalResourceId));
  });

  test('a job is started once though the answer of Bedrock is lost', async () => {
    // A call that is refused starts nothing: the role and the import slot have to be ready.
    await sleep(15_000);
    const lost = { operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true };
    account.cloud.bedrock.failNext(lost);
    const resource = newResource();

    const { Status, PhysicalResourceId } = await ask({ RequestType: 'Create', ...resource });

    expect(Status).toBe('SUCCESS');
    expect(started()).toBe(1);
    await ask({ RequestType: 'Delete', PhysicalResourceId, ...resource });
    expect(models()).not.toContain(modelOf(PhysicalResourceId));
  });

  test('a create that is cancelled while it queues starts nothing later', async () => {
    const other = account.cloud.bedrock.startJob({ jobName: `other-${randomUUID()}`, durationMs: 15_000 });
    const resource = newResource();
    const create = await send({ RequestType: 'Create', ...resource });
    await sleep(6000);

    const began = Date.now();
    const PhysicalResourceId = `request/${create}`;
    const { Status } = await ask({ RequestType: 'Delete', PhysicalResourceId, ...resource });

    expect(Status).toBe('SUCCESS');
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await answer(create)).toMatchObject({ Status: 'FAILED' });
    // Once the other job has ended, a start that still waited would come through.
    await until(() => modelOf(other) !== undefined);
    await sleep(2 * POLL_INTERVAL_MS);
    expect(started()).toBe(1);
    account.cloud.bedrock.account.deleteModel(modelOf(other));
  }, 600_000);
});
