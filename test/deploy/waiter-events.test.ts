import { randomUUID } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { LocalCloud } from '../../local/cloud/cloud';
import { WAITER_TYPE } from '../support/resource-types';
import { ResponseUrl } from '../support/response-url';
import { TestStack } from './test-stack';
import { until } from './until';

let cloud: LocalCloud;
let jobs = 0;
beforeAll(async () => {
  cloud = await LocalCloud.start();
});
afterAll(() => cloud.stop());

function startJob(durationMs = 0): string {
  return cloud.bedrock.startJob({ jobName: `job-${++jobs}`, durationMs });
}

describe('events as CloudFormation may send them', () => {
  let lambda: LambdaClient;
  let stepFunctions: SFNClient;
  let stateMachineArn: string;
  let waiterFunction: string;

  beforeAll(async () => {
    lambda = new LambdaClient(cloud.clientConfig);
    stepFunctions = new SFNClient(cloud.clientConfig);
    const stack = new TestStack(cloud, 'waiter', 'Events');
    startJob();
    // By its name, so that the function may get every job.
    expect(await stack.deploy({ jobIdentifier: `job-${jobs}` })).toMatchObject({ succeeded: true });
    stateMachineArn = await stack.physicalId('AWS::StepFunctions::StateMachine');
    waiterFunction = await stack.physicalId('AWS::Lambda::Function', 'Waiter');
  });

  /** A request, and where its answer arrives. */
  class Request {
    public static async create(type: string, jobIdentifier: string, logicalId: string): Promise<Request> {
      const answers = new ResponseUrl();
      open.push(answers);
      return new Request(type, jobIdentifier, logicalId, answers, await answers.start());
    }

    private readonly id = randomUUID();

    private constructor(
      private readonly type: string,
      private readonly jobIdentifier: string,
      private readonly logicalId: string,
      public readonly answers: ResponseUrl,
      private readonly responseUrl: string,
    ) {}

    /** Delivers it as CloudFormation does: without waiting for the function to end. */
    public async deliver(): Promise<void> {
      const Payload = JSON.stringify({
        RequestType: this.type,
        RequestId: this.id,
        LogicalResourceId: this.logicalId,
        ResponseURL: this.responseUrl,
        StackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/ByHand/1',
        ResourceType: WAITER_TYPE,
        ...(this.type !== 'Create' && { PhysicalResourceId: 'the-job-before' }),
        ResourceProperties: {
          ServiceToken: `arn:aws:lambda:us-east-1:000000000000:function:${waiterFunction}`,
          stateMachineArn,
          jobIdentifier: this.jobIdentifier,
          timeoutSeconds: '120',
          earlierSeconds: '0',
          deadlineSeconds: '540',
          pollIntervalSeconds: '5',
          continues: 'false',
        },
      });
      await lambda.send(
        new InvokeCommand({ FunctionName: waiterFunction, InvocationType: 'Event', Payload }),
      );
    }

    /** The status of the wait that serves it. */
    public async status(): Promise<string | undefined> {
      const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
      return executions.find(({ name }) => name!.endsWith(this.id))?.status;
    }

    public async reaches(status: string): Promise<void> {
      await until(async () => (await this.status()) === status);
    }

    public async answer(): Promise<unknown> {
      await until(() => this.answers.bodies.length > 0);
      return this.answers.response;
    }
  }

  const open: ResponseUrl[] = [];
  afterAll(() => Promise.all(open.map((answers) => answers.stop())));

  test('an event that arrives twice starts one wait and is answered once', async () => {
    const jobArn = startJob(6000);
    const request = await Request.create('Create', jobArn, 'Twice');

    await Promise.all([request.deliver(), request.deliver()]);

    expect(await request.answer()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: jobArn });
    await request.deliver();
    await sleep(2000);
    expect(request.answers.requests).toBe(1);
  });

  test('each of two quick updates waits for its own job, and is answered', async () => {
    const [older, newer] = [startJob(4000), startJob(6000)];
    const first = await Request.create('Update', older, 'Updated');
    const second = await Request.create('Update', newer, 'Updated');

    await first.deliver();
    await first.reaches('RUNNING');
    await second.deliver();

    expect(await first.answer()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: older });
    expect(await second.answer()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: newer });
  });

  test('a Delete while the Create polls is answered at once, and stops nothing', async () => {
    const jobArn = startJob(8000);
    const create = await Request.create('Create', jobArn, 'Cancelled');
    const remove = await Request.create('Delete', jobArn, 'Cancelled');

    await create.deliver();
    await create.reaches('RUNNING');
    const began = Date.now();
    await remove.deliver();

    expect(await remove.answer()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'the-job-before' });
    expect(Date.now() - began).toBeLessThan(5000);
    expect(await create.status()).toBe('RUNNING');
    expect(await create.answer()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: jobArn });
  });

  test('an answer that is refused more often than one call tries goes out again unchanged', async () => {
    const request = await Request.create('Create', startJob(), 'Refused');
    request.answers.refuseNext(503, 503, 'reset', 503, 503, 'lost');

    await request.deliver();

    await until(() => request.answers.bodies.length === 2);
    const [first, second] = request.answers.bodies;
    expect(second).toBe(first);
    expect(JSON.parse(first)).toMatchObject({ Status: 'SUCCESS' });
    expect(request.answers.requests).toBe(7);
  });
});
