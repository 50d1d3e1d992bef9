import { executionName, namePrefix, readName } from '../../../../lambda/on-event/execution-name';
import { createEvent } from '../../../support/events';

const event = createEvent();
const time = Date.parse('2026-01-31T12:00:05Z');

test('a name holds the resource, the time and the request, in 78 of 80 characters', () => {
  const name = executionName(event, time);
  expect(name).toBe(`${namePrefix(event)}20260131T120005Z-${event.RequestId}`);
  expect(name).toHaveLength(78);
});

test('the names of requests of one resource are in the order of their times', () => {
  const times = [0, time, time + 1000, time + 86_400_000, Date.parse('9999-12-31T23:59:59Z')];
  const names = times.map((each) => executionName(event, each));
  expect([...names].sort()).toEqual(names);
});

test('another stack or another resource has another prefix', () => {
  const prefixes = [
    event,
    { ...event, StackId: `${event.StackId}x` },
    { ...event, LogicalResourceId: 'Other' },
  ].map(namePrefix);
  expect(new Set(prefixes).size).toBe(3);
});

test.each([time, undefined])('what it is made of can be read from it: %s', (madeAt) => {
  expect(readName(executionName(event, madeAt))).toEqual({ madeAt, requestId: event.RequestId });
});
