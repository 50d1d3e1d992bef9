import { LIFECYCLE_ARN, modelEvent } from '../../../support/events';
import { JOB_ARN } from '../../../support/job';
import { silenceLog } from '../../../support/log';
import { setUpOnEvent, START } from '../../../support/on-event';

silenceLog();
const { stepFunctions, responses, stack, clock, at, deliver, lastState } = setUpOnEvent();

test.each(['Create', 'Update', 'Delete'])('%s of a model goes to the lifecycle function', async (type) => {
  await deliver(modelEvent(type, 'request-1'));
  expect(lastState()).toMatchObject({ worker: LIFECYCLE_ARN, poll: { result: { attempt: 0 } } });
  expect(lastState().poll.result).not.toHaveProperty('supersedes');
  expect(responses.requests).toBe(0);
});

test.each([
  ['Create', 300],
  ['Update', 3300],
  ['Delete', 3300],
])('%s of a model may take %i s, and a little more', async (type, seconds) => {
  const after = (more: number): string => new Date(START + (seconds + more) * 1000).toISOString();
  await deliver(modelEvent(type, 'request-1'), START);
  expect(lastState()).toMatchObject({ pollUntil: after(100), answerUntil: after(230) });
});

test('a Delete that cannot be served fails, and keeps the model known', async () => {
  stepFunctions.denied = ['StartExecution'];
  await deliver(modelEvent('Delete', 'request-1'));
  expect(responses.response).toMatchObject({ Status: 'FAILED', PhysicalResourceId: JOB_ARN });
});

describe('a request that takes over from another', () => {
  const create = modelEvent('Create', 'one');
  const remove = modelEvent('Delete', 'delete', 'request/one');

  test('says so, stops it and answers for it', async () => {
    await deliver(create, START);
    await deliver(remove, START + 1000);
    expect(lastState().poll.result.supersedes).toBe(true);
    expect(stepFunctions.running()).toEqual([expect.stringMatching(/-delete$/)]);
    expect(responses.to('one')).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'request/one' }]);
  });

  test.each([
    [60, true],
    [120, undefined],
  ])('says so to a Delete when an update of the model has ended %i s ago', async (seconds, expected) => {
    await deliver(modelEvent('Update', 'update'), START);
    const [execution] = stepFunctions.executions;
    Object.assign(execution, { status: 'SUCCEEDED', stopDate: START / 1000 + 10 });
    await deliver(modelEvent('Delete', 'delete'), START + (10 + seconds) * 1000);
    expect(lastState().event.RequestType).toBe('Delete');
    expect(lastState().poll.result.supersedes).toBe(expected);
  });

  test('is an Update that need not wait for one that has ended', async () => {
    await deliver(modelEvent('Update', 'update'), START);
    Object.assign(stepFunctions.executions[0], { status: 'SUCCEEDED', stopDate: START / 1000 + 10 });
    await deliver(modelEvent('Update', 'next'), START + 11_000);
    expect(stepFunctions.executions).toHaveLength(2);
    expect(lastState().poll.result).not.toHaveProperty('supersedes');
  });

  test('is one execution when it arrives twice', async () => {
    await deliver(create, START);
    await deliver(remove, START + 1000);
    await deliver(remove, START + 1000);
    expect(stepFunctions.executions).toHaveLength(2);
    expect(stepFunctions.running()).toHaveLength(1);
  });

  test('and cannot stop it brings the event back, and stops it then', async () => {
    await deliver(create, START);
    stepFunctions.deniedOnce.push('StopExecution');
    await expect(deliver(remove, START + 1000)).rejects.toThrow('StopExecution');
    expect(stepFunctions.running()).toHaveLength(2);
    await deliver(remove, START + 1000);
    expect(stepFunctions.running()).toEqual([expect.stringMatching(/-delete$/)]);
  });

  test('goes on when executions cannot be listed', async () => {
    stepFunctions.denied = ['ListExecutions'];
    await deliver(create, START);
    await deliver(remove, START + 1000);
    expect(stepFunctions.running()).toHaveLength(2);
    expect(responses.requests).toBe(0);
  });
});

describe('a creation that arrives after its Delete', () => {
  test('has finished imports nothing', async () => {
    clock.now += 40_000;
    await deliver(modelEvent('Delete', 'delete', 'Stack-Model-1A2B3C4D5E6F'), START + 2000);
    stepFunctions.executions[0].status = 'SUCCEEDED';
    await deliver(modelEvent('Create', 'one'), START);
    expect(stepFunctions.executions).toHaveLength(1);
    expect(responses.to('one')).toMatchObject([{ Status: 'FAILED' }]);
  });

  test('was started a moment ago, which no list shows yet, does nothing until that is known', async () => {
    clock.now += 20_000;
    await deliver(modelEvent('Delete', 'delete', 'request/one'), START + 19_000);
    stepFunctions.unlisted.add(stepFunctions.executions[0]);
    at(45, () => stepFunctions.unlisted.clear());
    await deliver(modelEvent('Create', 'one'), START);
    expect(lastState().poll.result.waitSeconds).toBe(45);
    expect(clock.now).toBe(START + 50_000);
    expect(stepFunctions.running()).toEqual([expect.stringMatching(/-delete$/)]);
    expect(responses.to('one')).toMatchObject([{ Status: 'FAILED' }]);
  });

  test('in time is not made to wait', async () => {
    clock.now += 4000;
    await deliver(modelEvent('Create', 'one'), START);
    expect(clock.now).toBe(START + 4000);
    expect(lastState().poll.result.waitSeconds).toBe(0);
    expect(stepFunctions.running()).toHaveLength(1);
  });
});

test('a Delete of a failed creation leaves the creation that follows it alone', async () => {
  await deliver(modelEvent('Create', 'two'), START);
  await deliver(modelEvent('Delete', 'delete', 'request/one'), START + 1000);
  expect(stepFunctions.running()).toHaveLength(2);
});

test('a cleanup that a newer request makes obsolete succeeds', async () => {
  await deliver(modelEvent('Delete', 'cleanup'), START);
  await deliver(modelEvent('Update', 'update'), START + 1000);
  expect(stepFunctions.running()).toEqual([expect.stringMatching(/-update$/)]);
  expect(responses.to('cleanup')).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: JOB_ARN }]);
});

describe('a Delete of an ID that CloudFormation invented tells the lifecycle function', () => {
  const invented = modelEvent('Delete', 'delete', 'Stack-Model-1A2B3C4D5E6F');
  const told = (ResourceStatus: string, PhysicalResourceId: string): void => {
    const { LogicalResourceId } = invented;
    const event = { LogicalResourceId, ResourceStatus, PhysicalResourceId, Timestamp: new Date(START) };
    stack.events = [event] as never;
  };

  test.each([
    ['that nothing lives', 'CREATE_FAILED', '', { known: '', sparesSince: undefined }],
    ['which model lives', 'CREATE_COMPLETE', JOB_ARN, { known: JOB_ARN, sparesSince: undefined }],
    [
      'since when another creation goes on',
      'CREATE_IN_PROGRESS',
      '',
      { known: '', sparesSince: '2026-01-31T12:00:00.000Z' },
    ],
  ])('%s', async (_what, status, id, expected) => {
    told(status, id);
    await deliver(invented, START);
    const { known, sparesSince } = lastState().poll.result;
    expect({ known, sparesSince }).toEqual(expected);
  });

  test('nothing, when nobody knows', async () => {
    await deliver(invented, START);
    expect(lastState().poll.result).toEqual({ attempt: 0, waitSeconds: 0 });
  });
});
