import { randomUUID } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import {
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { MARGIN } from '../../lib/private/margin';
import { LocalCloud } from '../../local/cloud/cloud';
import { WAITER_TYPE } from '../support/resource-types';
import { ResponseUrl } from '../support/response-url';
import { FunctionFaults } from './function-faults';
import { failureReasons, TestStack, timeOf } from './test-stack';

const PARAMETER_TYPE = 'AWS::SSM::Parameter';
const FOREVER_MS = 3600_000;

let cloud: LocalCloud;
let jobs = 0;
beforeAll(async () => {
  cloud = await LocalCloud.start();
});
afterAll(() => cloud.stop());

function startJob(durationMs = 0): string {
  return cloud.bedrock.startJob({ jobName: `job-${++jobs}`, durationMs });
}

function modelOf(jobArn: string): unknown {
  return cloud.bedrock.describe(jobArn)!.importedModelArn;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`Not within a minute: ${condition.toString()}`);
    }
    await sleep(100);
  }
}

describe('faults that a deployment survives', () => {
  const faults = new FunctionFaults();
  let faultsUrl: string;
  let stack: TestStack;
  let lambda: LambdaClient;
  let stepFunctions: SFNClient;

  beforeAll(async () => {
    faultsUrl = await faults.start();
    stack = new TestStack(cloud, 'waiter', 'Surviving');
    lambda = new LambdaClient(cloud.clientConfig);
    stepFunctions = new SFNClient(cloud.clientConfig);
  });
  afterAll(() => faults.stop());

  test('the poll function crashes, throws and runs into its timeout', async () => {
    faults.failNext('poll', 'exit', 'throw', 'hang');
    const jobArn = startJob();

    const deployment = await stack.deploy({ jobIdentifier: jobArn, faultsUrl });

    expect(deployment).toMatchObject({ succeeded: true });
    expect(faults.count('poll')).toBe(4);
    expect(await stack.downstream()).toMatchObject({ Value: modelOf(jobArn) });
  });

  test('Bedrock throttles, errs, answers nonsense, hangs up, is slow, and refuses for a moment', async () => {
    const jobArn = startJob();
    const [calls, polls] = [cloud.bedrock.requests.length, faults.count('poll')];
    // The SDK tries a call once more after each of the first six.
    cloud.bedrock.failNext(
      { status: 429, name: 'ThrottlingException', message: 'Rate exceeded' },
      { status: 500, name: 'InternalServerException' },
      { status: 503 },
      { status: 200, reset: true },
      { status: 200, delayMs: 9000 },
      { status: 502 },
      { status: 200, rawBody: '{"status": "Compl' },
      { status: 403, name: 'AccessDeniedException', message: 'Not yet' },
      { status: 404, name: 'ResourceNotFoundException', message: 'Not yet' },
    );

    const deployment = await stack.deploy({ jobIdentifier: jobArn, faultsUrl });

    expect(deployment).toMatchObject({ succeeded: true });
    // Nine faults, the job, and its model.
    expect(cloud.bedrock.requests.length - calls).toBe(11);
    expect(faults.count('poll') - polls).toBe(7);
    expect(await stack.downstream()).toMatchObject({ Value: modelOf(jobArn) });
  });

  test('the function that sends the answer crashes', async () => {
    faults.failNext('answer', 'exit', 'throw');
    const answers = faults.count('answer');
    const jobArn = startJob();

    const deployment = await stack.deploy({ jobIdentifier: jobArn, faultsUrl });

    expect(deployment).toMatchObject({ succeeded: true });
    expect(faults.count('answer') - answers).toBe(3);
    expect(await stack.downstream()).toMatchObject({ Value: modelOf(jobArn) });
  });

  test('the poll function is throttled', async () => {
    const jobArn = startJob(3000);
    const polls = faults.count('poll');
    const FunctionName = await stack.physicalId('AWS::Lambda::Function', 'Poll');

    const deploying = stack.deploy({ jobIdentifier: jobArn, faultsUrl });
    await until(() => faults.count('poll') > polls);
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await sleep(10_000);
    expect(faults.count('poll')).toBe(polls + 1);
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));

    expect(await deploying).toMatchObject({ succeeded: true });
    expect(await stack.downstream()).toMatchObject({ Value: modelOf(jobArn) });
  });

  describe('events as CloudFormation may send them', () => {
    let stateMachineArn: string;
    let onEvent: string;
    let poll: string;

    beforeAll(async () => {
      stateMachineArn = await stack.physicalId('AWS::StepFunctions::StateMachine');
      onEvent = await stack.physicalId('AWS::Lambda::Function', 'OnEvent');
      poll = await stack.physicalId('AWS::Lambda::Function', 'Poll');
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
            ServiceToken: `arn:aws:lambda:us-east-1:000000000000:function:${onEvent}`,
            stateMachineArn,
            pollFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${poll}`,
            jobIdentifier: this.jobIdentifier,
            timeoutSeconds: '120',
            waitedSeconds: '0',
            pollIntervalSeconds: '5',
            continues: 'false',
          },
        });
        await lambda.send(new InvokeCommand({ FunctionName: onEvent, InvocationType: 'Event', Payload }));
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

    test('the second of two quick updates stops the wait of the first, and answers for it', async () => {
      const first = await Request.create('Update', startJob(8000), 'Updated');
      const jobArn = startJob(10_000);
      const second = await Request.create('Update', jobArn, 'Updated');

      await first.deliver();
      await first.reaches('RUNNING');
      // Requests of the same second do not supersede each other.
      await sleep(1100);
      await second.deliver();

      await first.reaches('ABORTED');
      expect(await first.answer()).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'the-job-before' });
      expect(await second.answer()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: jobArn });
    });

    test('a Delete while the Create polls stops the wait, and answers for it', async () => {
      const jobArn = startJob(5000);
      const create = await Request.create('Create', jobArn, 'Cancelled');
      const bystander = await Request.create('Create', startJob(7000), 'Bystander');
      const remove = await Request.create('Delete', jobArn, 'Cancelled');

      await Promise.all([create.deliver(), bystander.deliver()]);
      await Promise.all([create.reaches('RUNNING'), bystander.reaches('RUNNING')]);
      await remove.deliver();

      expect(await remove.answer()).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: 'the-job-before',
      });
      await create.reaches('ABORTED');
      expect(await create.answer()).toMatchObject({ Status: 'FAILED' });
      expect(await bystander.answer()).toMatchObject({ Status: 'SUCCESS' });
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
});

test('faults that stay end the deployment with a reason', async () => {
  const faults = new FunctionFaults();
  const faultsUrl = await faults.start();
  faults.failAlways('poll', 'exit');
  const broken = new TestStack(cloud, 'waiter', 'Broken');
  const missing = new TestStack(cloud, 'waiter', 'Missing');
  const endless = new TestStack(cloud, 'waiter', 'Endless');

  const [ofBroken, ofMissing, ofEndless] = await Promise.all([
    broken.deploy({ jobIdentifier: startJob(), faultsUrl, timeout: 10 }),
    missing.deploy({ jobIdentifier: 'no-such-job' }),
    endless.deploy({ jobIdentifier: startJob(FOREVER_MS), linkSeconds: 10, timeout: 25 }),
  ]);
  await faults.stop();

  expect(ofBroken).toMatchObject({ succeeded: false });
  // A poll that fails is repeated after 5 seconds, until a while after the deadline and no longer.
  expect(faults.count('poll')).toBeLessThanOrEqual((10 + MARGIN.pollSeconds) / 5 + 1);
  expect(failureReasons(ofBroken)[0]).toContain('The poll function kept failing');
  expect(ofMissing).toMatchObject({ succeeded: false });
  expect(failureReasons(ofMissing)[0]).toContain(
    'There is no model import job no-such-job in Region us-east-1 of account 000000000000',
  );
  expect(ofEndless).toMatchObject({ succeeded: false });
  expect(failureReasons(ofEndless)[0]).toContain('did not end within 25 s');
  const links = ofEndless.events.filter(({ ResourceType }) => ResourceType === WAITER_TYPE);
  expect(links.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_COMPLETE')).toHaveLength(2);
  for (const stack of [broken, missing, endless]) {
    expect(await stack.status()).toBe('ROLLBACK_COMPLETE');
    expect(await stack.resources()).toEqual([]);
  }
});

describe('a wait longer than one custom resource can take', () => {
  test('a job that outlasts two links completes in the third', async () => {
    const stack = new TestStack(cloud, 'waiter', 'Chain');
    const jobArn = startJob(40_000);

    const deployment = await stack.deploy({ jobIdentifier: jobArn, linkSeconds: 10, timeout: 60 });

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
    expect(await stack.downstream()).toMatchObject({ Value: modelOf(jobArn) });
  });

  test('making a deployed wait longer changes nothing downstream', async () => {
    const stack = new TestStack(cloud, 'waiter', 'Longer');
    const jobIdentifier = startJob();
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
