import type { ExecutionState, ResourceEvent } from '../../../lambda/shared/engine';
import { createEvent, STATE_MACHINE_ARN } from '../../support/events';
import { silenceLog } from '../../support/log';
import { setUpOnEvent } from '../../support/on-event';

const LIFECYCLE_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:lifecycle';
const ID = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';

const log = silenceLog();
const { stepFunctions, responses, deliver, end } = setUpOnEvent();

/** An event of a resource that owns a model. */
function modelEvent(RequestType: string, RequestId: string): ResourceEvent {
  return {
    ...createEvent(),
    RequestType,
    RequestId,
    PhysicalResourceId: RequestType === 'Create' ? undefined : ID,
    ResourceType: 'Custom::BedrockImportedModel',
    ResourceProperties: { stateMachineArn: STATE_MACHINE_ARN, lifecycleFunctionArn: LIFECYCLE_ARN },
  } as unknown as ResourceEvent;
}

function lastState(): ExecutionState {
  return JSON.parse(stepFunctions.executions.at(-1)!.input) as ExecutionState;
}

test.each(['Create', 'Update', 'Delete'])('%s of a model goes to the lifecycle function', async (type) => {
  await deliver(modelEvent(type, 'request-1'));
  expect(lastState()).toMatchObject({ worker: LIFECYCLE_ARN, poll: { result: { attempt: 0 } } });
  expect(lastState().poll.result).not.toHaveProperty('supersedes');
  expect(responses.requests).toBe(0);
});

test('a request that takes over from another says so, and stops it', async () => {
  await deliver(modelEvent('Create', 'request-1'));
  const [older] = stepFunctions.running();
  await deliver(modelEvent('Delete', 'request-2'));
  expect(lastState().poll.result.supersedes).toBe(true);
  expect(stepFunctions.running()).toHaveLength(1);
  expect(stepFunctions.running()).not.toContain(older);
});

test('a request that takes over and arrives twice is one execution', async () => {
  await deliver(modelEvent('Create', 'request-1'));
  await deliver(modelEvent('Delete', 'request-2'));
  await deliver(modelEvent('Delete', 'request-2'));
  expect(stepFunctions.executions).toHaveLength(2);
  expect(stepFunctions.running()).toHaveLength(1);
});

test('a request that could still start a job and cannot be stopped brings the event back', async () => {
  await deliver(modelEvent('Create', 'request-1'));
  stepFunctions.denied = ['StopExecution'];
  await expect(deliver(modelEvent('Delete', 'request-2'))).rejects.toThrow('StopExecution');
});

test('a Delete that cannot be served fails, and keeps the model known', async () => {
  stepFunctions.denied = ['StartExecution'];
  await deliver(modelEvent('Delete', 'request-1'));
  expect(responses.response).toMatchObject({ Status: 'FAILED', PhysicalResourceId: ID });
});

test('a broken lifecycle function is named in the reason', async () => {
  await end({
    worker: LIFECYCLE_ARN,
    event: modelEvent('Create', 'request-1'),
    poll: { result: { attempt: 0 } },
    error: { Error: 'Lambda.Unknown', Cause: '{"errorMessage":"exit"}' },
  });
  expect(responses.response.Reason).toContain('The lifecycle function kept failing');
});

test('an import is no wait: it has no metrics', async () => {
  await end({
    worker: LIFECYCLE_ARN,
    event: modelEvent('Create', 'request-1'),
    poll: { result: { attempt: 1, answer: { status: 'SUCCESS', physicalResourceId: ID } } },
  });
  expect(responses.response.Status).toBe('SUCCESS');
  expect(log.text()).not.toContain('_aws');
});
