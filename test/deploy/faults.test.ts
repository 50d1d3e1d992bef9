import { setTimeout as sleep } from 'timers/promises';
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { LINK } from '../../lib/private/contract/links';
import { LocalCloud } from '../../local/cloud/cloud';
import { WAITER_TYPE } from '../support/resource-types';
import { FunctionFaults } from './function-faults';
import { failureReasons, TestStack } from './test-stack';
import { until } from './until';

const FOREVER_MS = 3600_000;
const SECONDS_TO_DEADLINE = 60;

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

describe('faults that a deployment survives', () => {
  const faults = new FunctionFaults();
  let faultsUrl: string;
  let stack: TestStack;
  let lambda: LambdaClient;

  beforeAll(async () => {
    faultsUrl = await faults.start();
    stack = new TestStack(cloud, 'waiter', 'Surviving');
    lambda = new LambdaClient(cloud.clientConfig);
  });
  afterAll(() => faults.stop());

  test('a poll crashes, throws and runs into its timeout', async () => {
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

  test('the function crashes when it sends the answer', async () => {
    faults.failNext('answer', 'exit', 'throw');
    const answers = faults.count('answer');
    const jobArn = startJob();

    const deployment = await stack.deploy({ jobIdentifier: jobArn, faultsUrl });

    expect(deployment).toMatchObject({ succeeded: true });
    expect(faults.count('answer') - answers).toBe(3);
    expect(await stack.downstream()).toMatchObject({ Value: modelOf(jobArn) });
  });

  test('the waiter function is throttled', async () => {
    const jobArn = startJob(3000);
    const polls = faults.count('poll');
    const FunctionName = await stack.physicalId('AWS::Lambda::Function', 'Waiter');

    const deploying = stack.deploy({ jobIdentifier: jobArn, faultsUrl });
    await until(() => faults.count('poll') > polls);
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await sleep(10_000);
    expect(faults.count('poll')).toBe(polls + 1);
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));

    expect(await deploying).toMatchObject({ succeeded: true });
    expect(await stack.downstream()).toMatchObject({ Value: modelOf(jobArn) });
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
    broken.deploy({ jobIdentifier: startJob(), faultsUrl, timeout: 10, linkSeconds: SECONDS_TO_DEADLINE }),
    missing.deploy({ jobIdentifier: 'no-such-job' }),
    endless.deploy({ jobIdentifier: startJob(FOREVER_MS), linkSeconds: 10, timeout: 25 }),
  ]);
  await faults.stop();

  expect(ofBroken).toMatchObject({ succeeded: false });
  // A poll that fails is repeated after 5 seconds, until a while after the deadline and no longer.
  expect(faults.count('poll')).toBeLessThanOrEqual((SECONDS_TO_DEADLINE + LINK.lastPollSeconds) / 5 + 2);
  expect(failureReasons(ofBroken)[0]).toContain('PollsFailed: The waiter function kept failing');
  expect(ofMissing).toMatchObject({ succeeded: false });
  expect(failureReasons(ofMissing)[0]).toContain(
    'There is no model import job no-such-job in Region us-east-1 of account 000000000000',
  );
  expect(ofEndless).toMatchObject({ succeeded: false });
  expect(failureReasons(ofEndless)[0]).toMatch(/^TimedOut: .* has not ended after 2\d s; 'timeout' is 25 s/);
  const links = ofEndless.events.filter(({ ResourceType }) => ResourceType === WAITER_TYPE);
  expect(links.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_COMPLETE')).toHaveLength(2);
  for (const stack of [broken, missing, endless]) {
    expect(await stack.status()).toBe('ROLLBACK_COMPLETE');
    expect(await stack.resources()).toEqual([]);
  }
});
