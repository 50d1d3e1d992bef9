import {
  isJobArn,
  isUntouched,
  physicalResourceId,
  requestOf,
  untouchedId,
} from '../../../../lambda/shared/physical-id';
import { createEvent, deleteEvent } from '../../../support/events';
import { JOB_ARN } from '../../../support/job';

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

test('a resource whose creation asked for no job says so, and names its request', () => {
  const id = untouchedId(createEvent());
  expect(isUntouched(id)).toBe(true);
  expect(requestOf(id)).toBe(createEvent().RequestId);
  expect(isUntouched(physicalResourceId(createEvent()))).toBe(false);
});

test('an update keeps its ID, whatever it has started', () => {
  expect(untouchedId(deleteEvent(JOB_ARN))).toBe(JOB_ARN);
});
