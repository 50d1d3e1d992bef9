import { isJobArn, physicalResourceId, requestOf } from '../../../../lambda/shared/physical-id';
import { createEvent, deleteEvent, OLD_ID, updateEvent } from '../../../support/events';
import { JOB_ARN } from '../../../support/job';

test('a resource that was never created has the ID of its request', () => {
  const id = physicalResourceId(createEvent());
  expect(requestOf(id)).toBe(createEvent().RequestId);
  expect(isJobArn(id)).toBe(false);
});

test('a resource keeps the ID that CloudFormation has recorded', () => {
  expect(physicalResourceId(deleteEvent(JOB_ARN))).toBe(JOB_ARN);
  expect(physicalResourceId(updateEvent())).toBe(OLD_ID);
  expect(isJobArn(JOB_ARN)).toBe(true);
});

test('an ID is never empty', () => {
  expect(physicalResourceId({ ...createEvent(), PhysicalResourceId: '' })).toBe(
    `request/${createEvent().RequestId}`,
  );
});

test.each([JOB_ARN, 'Stack-Import8E28E9C6-1XYZ', ''])('%j names no request', (id) => {
  expect(requestOf(id)).toBeUndefined();
});
