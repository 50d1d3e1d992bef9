import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { readBelief } from '../../../lambda/on-event/stack';

const ARN = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
const INVENTED = 'Stack-Model-1A2B3C4D5E6F';

/** Events, the newest first, each a second and a half after the one before. */
function events(...told: [status: string, physicalId?: string][]): StackEvent[] {
  return told.map(([ResourceStatus, PhysicalResourceId], index) => ({
    StackId: 'stack',
    EventId: String(index),
    StackName: 'Stack',
    ResourceStatus: ResourceStatus as StackEvent['ResourceStatus'],
    PhysicalResourceId,
    Timestamp: new Date((told.length - index) * 1500),
  }));
}

const started = ['CREATE_IN_PROGRESS', ''] as [string, string];

test('a creation that was cancelled, and is deleted, leaves nothing', () => {
  const told = events(['DELETE_IN_PROGRESS', INVENTED], ['CREATE_FAILED', ''], started);
  expect(readBelief(told)).toEqual({ physicalId: '' });
});

test('a creation that failed under the ID that is deleted leaves nothing', () => {
  expect(readBelief(events(['CREATE_FAILED', INVENTED], started))).toEqual({ physicalId: '' });
});

test('a creation that goes on lives since it began', () => {
  const told = events(
    ['DELETE_IN_PROGRESS', INVENTED],
    ['CREATE_IN_PROGRESS', ARN],
    started,
    ['CREATE_FAILED', INVENTED],
    started,
  );
  expect(readBelief(told)).toEqual({ physicalId: ARN, inProgressSince: 4000 });
});

test('the first creation of all lives since it began', () => {
  expect(readBelief(events(started))).toEqual({ physicalId: '', inProgressSince: 1000 });
});

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_FAILED'])(
  'after %s the stack believes in an ID',
  (status) => {
    const told = events(['DELETE_IN_PROGRESS', INVENTED], [status, ARN], started);
    expect(readBelief(told)).toEqual({ physicalId: ARN });
  },
);

test('an update that goes on has both', () => {
  const told = events(['UPDATE_IN_PROGRESS', ARN], ['CREATE_COMPLETE', ARN]);
  expect(readBelief(told)).toEqual({ physicalId: ARN, inProgressSince: 3000 });
});

test('without events nobody knows', () => {
  expect(readBelief([])).toBeUndefined();
  expect(readBelief(events(['DELETE_IN_PROGRESS', INVENTED]))).toBeUndefined();
});
