import { randomUUID } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import {
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { MODEL_TYPE } from '../support/resource-types';
import { ResponseUrl, type Response } from '../support/response-url';
import { useModelCloud } from './model-cloud';
import { until } from './until';

const account = useModelCloud();
const { models, modelOf, started, succeed, destroy } = account;

/** Events that MiniStack's CloudFormation does not send as AWS does, handed to the deployed function. */
describe('events by hand', () => {
  const SPEC = { Llama: { wait: false } };
  const responses = new ResponseUrl();
  let lambda: LambdaClient;
  let responseUrl: string;
  let properties: Record<string, unknown>;
  /** The stack's own import role, with all weights to read. */
  let roleArn: string;
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
    const RoleName = physicalId('ImportRole', 'AWS::IAM::Role');
    roleArn = `arn:aws:iam::000000000000:role/${RoleName}`;
    await allowAllWeights(RoleName);
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

  const allowAllWeights = async (RoleName: string): Promise<void> => {
    const read = { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [read] });
    const policy = { RoleName, PolicyName: 'AllWeights', PolicyDocument };
    await new IAMClient(account.cloud.clientConfig).send(new PutRolePolicyCommand(policy));
  };

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
  const withSource = (name: string): object => ({
    ...properties,
    definition: { s3Uri: `s3://weights/${name}/`, roleArn },
  });

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
    const lost = { operation: 'CreateModelImportJob', status: 0, reset: true };
    account.cloud.bedrock.failNext({ ...lost, carriedOut: true }, lost);
    const resource = newResource();

    const { Status, PhysicalResourceId } = await ask({ RequestType: 'Create', ...resource });

    expect(Status).toBe('SUCCESS');
    expect(started()).toBe(1);
    await ask({ RequestType: 'Delete', PhysicalResourceId, ...resource });
    expect(models()).not.toContain(modelOf(PhysicalResourceId));
  });

  test('the rollback of an update keeps the old model, and what the update imported is deleted', async () => {
    const resource = newResource();
    const { PhysicalResourceId: old } = await ask({ RequestType: 'Create', ...resource });
    const update = { RequestType: 'Update', PhysicalResourceId: old, ...resource };
    const moved = await ask({ ...update, ResourceProperties: withSource('qwen') });
    const current = moved.PhysicalResourceId;
    expect(current).not.toBe(old);

    const began = Date.now();
    const rollback = await ask({ ...update, OldResourceProperties: withSource('qwen') });
    expect(rollback).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old });
    expect(Date.now() - began).toBeLessThan(10_000);

    await ask({ RequestType: 'Delete', ...resource, PhysicalResourceId: current });
    expect(models()).toContain(modelOf(old));
    await until(() => !models().includes(modelOf(current)));
    expect(started()).toBe(2);
    await ask({ RequestType: 'Delete', ...resource, PhysicalResourceId: old });
    expect(models()).not.toContain(modelOf(old));
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
    // The other job has ended meanwhile, so a start that still waited would have come through.
    expect(modelOf(other)).toBeDefined();
    expect(started()).toBe(1);
    account.cloud.bedrock.account.deleteModel(modelOf(other));
  }, 600_000);
});
