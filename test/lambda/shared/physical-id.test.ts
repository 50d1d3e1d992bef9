import { isJobArn, physicalResourceId, requestOf } from '../../../lambda/shared/physical-id';
import { createEvent, deleteEvent } from '../../support/events';
import { JOB_ARN } from '../../support/job';

test('a resource that was never created is known by its request', () => {
  const id = physicalResourceId(createEvent());
  expect(requestOf(id)).toBe(createEvent().RequestId);
  expect(isJobArn(id)).toBe(false);
});

test('a resource keeps the ID that CloudFormation knows', () => {
  expect(physicalResourceId(deleteEvent(JOB_ARN))).toBe(JOB_ARN);
  expect(isJobArn(JOB_ARN)).toBe(true);
});

test.each([JOB_ARN, 'Stack-Import8E28E9C6-1XYZ', ''])('%j names no request', (id) => {
  expect(requestOf(id)).toBeUndefined();
});
