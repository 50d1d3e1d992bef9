import type { ExecutionState, ResourceEvent } from '../../../../lambda/shared/engine';
import { createEvent, deleteEvent, updateEvent } from '../../../support/events';
import { silenceLog } from '../../../support/log';
import { setUpOnEvent, START } from '../../../support/on-event';
import type { Execution } from '../../../support/step-functions-stand-in';

const log = silenceLog();
const { stepFunctions, responses, stack, clock, at, deliver, end } = setUpOnEvent();

const ARN = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/old000000000';
const INVENTED = 'Stack-Import8E28E9C6-1A2B3C4D5E6F';

/** Delivers a request that was made some seconds after the test began: then, or when the clock is further. */
function request(event: ResourceEvent, requestId: string, madeAfter: number): Promise<void> {
  return deliver({ ...event, RequestId: requestId }, START + madeAfter * 1000);
}

/** The requests that are being served. */
function served(): string[] {
  return stepFunctions.running().map((name) => name.split('-').slice(2).join('-'));
}

function stateOf(requestId: string): ExecutionState {
  const { input } = stepFunctions.executions.find(({ name }) => name.endsWith(`-${requestId}`))!;
  return JSON.parse(input) as ExecutionState;
}

const superseded = (by: string): object => ({
  Status: 'FAILED',
  Reason: expect.stringMatching(
    new RegExp(`^Superseded by the \\w+ request ${by} of the same resource`),
  ) as string,
});

describe('a newer request', () => {
  test('stops all older ones of the resource, and answers for them', async () => {
    await request({ ...createEvent(), LogicalResourceId: 'Other' }, 'other', 0);
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      await request(updateEvent(), id, index);
    }
    expect(served()).toEqual(['other', 'c']);
    expect(responses.to('a')).toMatchObject([superseded('b')]);
    expect(responses.to('b')).toMatchObject([superseded('c')]);
    expect(responses.to('c')).toEqual([]);
    expect(stepFunctions.executions[2]).toMatchObject({
      status: 'ABORTED',
      error: 'Superseded',
      cause: 'Superseded by the Update request c',
    });
  });

  test('leaves the executions of other resources and stacks alone', async () => {
    await request({ ...createEvent(), LogicalResourceId: 'Other' }, 'a', 0);
    await request({ ...createEvent(), StackId: `${createEvent().StackId}x` }, 'b', 1);
    await request(createEvent(), 'c', 2);
    expect(served()).toEqual(['a', 'b', 'c']);
  });

  test('of the same second stops nothing', async () => {
    await request(updateEvent(), 'a', 0);
    await request(updateEvent(), 'b', 0.9);
    expect(served()).toEqual(['a', 'b']);
  });

  test('that tells no time is as old as its execution', async () => {
    await deliver({ ...updateEvent(), RequestId: 'a' });
    clock.now += 2000;
    await deliver({ ...updateEvent(), RequestId: 'b' });
    expect(served()).toEqual(['b']);
    // When the first one arrives again it is not the newest.
    clock.now += 2000;
    await deliver({ ...updateEvent(), RequestId: 'a' });
    expect(served()).toEqual(['b']);
  });

  test('that tells a time in the future counts as made when it was served', async () => {
    const future = { ...updateEvent(), RequestId: 'future' };
    await deliver(future, START + 3600_000, START);
    await request(updateEvent(), 'newer', 2);
    expect(served()).toEqual(['newer']);
    await deliver(future, START + 3600_000, START + 4000);
    expect(served()).toEqual(['newer']);
  });

  test('finds what is further down a long list, and does not look at what is hours old', async () => {
    await request(updateEvent(), 'a', 0);
    clock.now += 3600_000;
    for (let index = 0; index < 7; index++) {
      stepFunctions.add(`other-${index}`, createEvent().ResourceProperties.stateMachineArn as string);
    }
    await request(updateEvent(), 'b', 3600);
    expect(served()).not.toContain('a');
    const before = stepFunctions.calls.filter((call) => call === 'ListExecutions').length;
    clock.now += 24 * 3600_000;
    await request(updateEvent(), 'c', 25 * 3600);
    expect(stepFunctions.calls.filter((call) => call === 'ListExecutions').length - before).toBe(1);
  });
});

describe('a request that arrives late', () => {
  test('after a newer one does nothing, and is answered', async () => {
    clock.now += 20_000;
    await request(updateEvent(), 'rollback', 10);
    await request(updateEvent(), 'delayed', 0);
    expect(served()).toEqual(['rollback']);
    expect(responses.to('delayed')).toMatchObject([{ ...superseded('rollback'), PhysicalResourceId: ARN }]);
  });

  test('after a newer one that has been served already does nothing either', async () => {
    clock.now += 20_000;
    await request(updateEvent(), 'rollback', 10);
    stepFunctions.executions[0].status = 'SUCCEEDED';
    await request(createEvent(), 'delayed', 0);
    expect(served()).toEqual([]);
    expect(responses.to('delayed')).toMatchObject([superseded('rollback')]);
  });

  test('with its deadline passed is answered, and reaches no worker', async () => {
    clock.now += 61_000;
    await request(createEvent({ timeoutSeconds: '60' }), 'late', 0);
    expect(served()).toEqual([]);
    expect(responses.response).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('served only 1 min 1 s after it was made, and had 1 min') as string,
    });
  });

  test('keeps the deadline that it was made with', async () => {
    clock.now += 50_000;
    await request(createEvent({ timeoutSeconds: '60' }), 'late', 0);
    expect(stateOf('late')).toMatchObject({
      startedAt: new Date(START).toISOString(),
      pollUntil: new Date(START + 160_000).toISOString(),
    });
  });
});

describe('a request that arrives again', () => {
  test('is silent, and does not stop the newer one', async () => {
    await request(updateEvent(), 'first', 0);
    await request(updateEvent(), 'second', 1);
    await request(updateEvent(), 'first', 0);
    expect(served()).toEqual(['second']);
    expect(responses.to('first')).toHaveLength(1);
  });

  test('stops what it could not stop the first time', async () => {
    await request(updateEvent(), 'first', 0);
    stepFunctions.deniedOnce.push('StopExecution');
    await request(updateEvent(), 'second', 1);
    expect(served()).toEqual(['first', 'second']);
    await request(updateEvent(), 'second', 1);
    expect(served()).toEqual(['second']);
  });

  test('does the same when the list does not show that it was served', async () => {
    await request(updateEvent(), 'first', 0);
    await request(updateEvent(), 'second', 1);
    stepFunctions.unlisted.add(stepFunctions.executions[1]);
    stepFunctions.executions[1].status = 'SUCCEEDED';
    await request(updateEvent(), 'second', 1);
    expect(stepFunctions.executions).toHaveLength(2);
    expect(responses.to('second')).toEqual([]);
  });
});

test('a request that arrives again after its deadline is silent, also when no list can be had', async () => {
  await request(createEvent({ timeoutSeconds: '60' }), 'one', 0);
  stepFunctions.denied = ['ListExecutions'];
  clock.now += 90_000;
  await request(createEvent({ timeoutSeconds: '60' }), 'one', 0);
  expect(responses.requests).toBe(0);
});

describe('a Delete of a waiter', () => {
  test('stops the creation whose failure its ID names, and no other', async () => {
    await request(createEvent(), 'one', 0);
    await request(deleteEvent('request/two'), 'delete two', 1);
    expect(served()).toEqual(['one']);
    await request(deleteEvent('request/one'), 'delete one', 2);
    expect(served()).toEqual([]);
  });

  test('of a job stops the updates of it, and no newer wait', async () => {
    await request(updateEvent(), 'update', 0);
    await request(deleteEvent(ARN), 'delete', 1);
    expect(served()).toEqual([]);
    expect(responses.to('update')).toMatchObject([superseded('delete')]);
  });

  test('delivered again during the next deployment answers, and stops nothing newer', async () => {
    await request(deleteEvent(ARN), 'cleanup', 0);
    clock.now += 60_000;
    await request({ ...updateEvent(), PhysicalResourceId: ARN }, 'next', 50);
    await request(deleteEvent(ARN), 'cleanup', 0);
    expect(served()).toEqual(['next']);
    expect(responses.to('cleanup')).toHaveLength(2);
  });

  describe('under an ID that CloudFormation invented', () => {
    const events = (...told: [string, string, number][]): void => {
      stack.events = told.map(([ResourceStatus, PhysicalResourceId, second]) => ({
        LogicalResourceId: createEvent().LogicalResourceId,
        ResourceStatus,
        PhysicalResourceId,
        Timestamp: new Date(START + second * 1000),
      })) as never;
    };

    test('stops the creation that was cancelled', async () => {
      events(['DELETE_IN_PROGRESS', INVENTED, 5], ['CREATE_FAILED', '', 4], ['CREATE_IN_PROGRESS', '', 0]);
      await request(createEvent(), 'one', 0);
      await request(deleteEvent(INVENTED), 'delete', 5);
      expect(served()).toEqual([]);
      expect(responses.to('delete')).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: INVENTED }]);
    });

    test('of an earlier deployment spares the creation that goes on', async () => {
      events(
        ['DELETE_IN_PROGRESS', INVENTED, 9],
        ['CREATE_IN_PROGRESS', '', 8.4],
        ['CREATE_FAILED', INVENTED, 4],
      );
      await request(createEvent(), 'one', 0);
      stepFunctions.executions[0].status = 'ABORTED';
      clock.now += 9000;
      await request(createEvent(), 'two', 8.6);
      await request(deleteEvent(INVENTED), 'delete', 9);
      expect(served()).toEqual(['two']);
    });

    test('stops the creation too when CloudFormation does not tell its events', async () => {
      stack.events = new Error('not authorized to perform cloudformation:DescribeStackEvents');
      await request(createEvent(), 'one', 0);
      await request(deleteEvent(INVENTED), 'delete', 5);
      expect(served()).toEqual([]);
      expect(responses.to('delete')).toMatchObject([{ Status: 'SUCCESS' }]);
      expect(log.text()).toContain('Could not ask CloudFormation');
    });

    test('looks again after its answer, because lists lag', async () => {
      await request(createEvent(), 'one', 0);
      const [creation] = stepFunctions.executions as [Execution];
      stepFunctions.unlisted.add(creation);
      at(20, () => stepFunctions.unlisted.clear());
      await request(deleteEvent(INVENTED), 'delete', 5);
      expect(served()).toEqual([]);
    });

    test('stops a creation that is served while it looks again', async () => {
      await request(createEvent(), 'one', 0);
      const [{ name, input }] = stepFunctions.executions;
      const late = [name, input].map((text) => text.replace('-one', '-two').replace('"one"', '"two"'));
      at(20, () =>
        stepFunctions.add(late[0], createEvent().ResourceProperties.stateMachineArn as string, late[1]),
      );
      await request(deleteEvent(INVENTED), 'delete', 5);
      expect(served()).toEqual([]);
    });
  });
});

test('an older wait that a list did not show is stopped when the newer one is answered', async () => {
  await request(updateEvent(), 'first', 0);
  stepFunctions.unlisted.add(stepFunctions.executions[0]);
  await request(updateEvent(), 'second', 1);
  expect(served()).toEqual(['first', 'second']);
  stepFunctions.unlisted.clear();
  await end(stateOf('second'));
  expect(served()).toEqual(['second']);
});

test('an execution that may not be described is taken for a creation', async () => {
  stepFunctions.denied = ['DescribeExecution'];
  await request(createEvent(), 'one', 0);
  await request(deleteEvent(ARN), 'delete', 1);
  expect(served()).toEqual(['one']);
  await request(deleteEvent('request/one'), 'delete one', 2);
  expect(served()).toEqual([]);
  // Whoever may not read its input does not know its URL.
  expect(responses.to('one')).toEqual([]);
});
