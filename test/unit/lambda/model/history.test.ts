import type { StackEvent } from '@aws-sdk/client-cloudformation';
import {
  creationOf,
  fateOf,
  halfRolledBack,
  hasRolledBack,
  isLast,
  isRollingBack,
  toHistory,
  type History,
} from '../../../../lambda/model/history';
import type { ResourceEvent } from '../../../../lambda/shared/engine';

const A = 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/a';
const B = 'arn:aws:bedrock:us-east-1:000000000000:model-import-job/b';
const GENERATED = 'models-Llama-1A2B3C4D5E6F';
const T = Date.UTC(2026, 0, 31, 12);

/** Events as CloudFormation tells them, a second apart: `resource CREATE_COMPLETE <id>` or `stack …`. */
function history(...lines: string[]): History {
  return lines.map((line, index) => {
    const [of, status, physicalId = ''] = line.split(' ');
    return { at: T + index * 1000 + 400, isOfStack: of === 'stack', status, physicalId };
  });
}

describe('what became of an answer', () => {
  test.each([
    ['recorded', ['resource CREATE_IN_PROGRESS', `resource CREATE_COMPLETE ${A}`]],
    ['lost', ['resource CREATE_IN_PROGRESS', 'resource CREATE_FAILED']],
    ['lost', ['resource CREATE_IN_PROGRESS', `resource CREATE_COMPLETE ${B}`]],
    ['lost', ['resource CREATE_IN_PROGRESS', `resource CREATE_FAILED ${A}`]],
    ['open', ['resource CREATE_IN_PROGRESS']],
    ['open', ['resource CREATE_IN_PROGRESS', 'stack ROLLBACK_IN_PROGRESS', 'resource DELETE_IN_PROGRESS']],
    ['open', []],
  ] as const)('is %s after %j', (fate, lines) => {
    expect(fateOf(history(...lines), T, A)).toBe(fate);
  });

  test('is that of the request itself, not of one before or after it', () => {
    const events = history(
      'resource CREATE_IN_PROGRESS',
      `resource CREATE_COMPLETE ${A}`,
      'resource UPDATE_IN_PROGRESS',
      `resource UPDATE_COMPLETE ${B}`,
    );
    expect(fateOf(events, T, A)).toBe('recorded');
    expect(fateOf(events, T + 2000, B)).toBe('recorded');
    expect(fateOf(events, T + 2000, A)).toBe('lost');
  });

  test('is open when the events do not reach back to the request', () => {
    expect(fateOf(history(`resource UPDATE_COMPLETE ${A}`), T, A)).toBe('open');
  });
});

describe('a rollback', () => {
  test.each([
    [true, ['stack UPDATE_IN_PROGRESS', 'stack UPDATE_ROLLBACK_IN_PROGRESS']],
    [true, ['stack CREATE_IN_PROGRESS', 'stack ROLLBACK_IN_PROGRESS', 'resource DELETE_IN_PROGRESS']],
    [false, ['stack UPDATE_ROLLBACK_IN_PROGRESS', 'stack UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS']],
    [
      false,
      ['stack UPDATE_ROLLBACK_IN_PROGRESS', 'stack UPDATE_ROLLBACK_FAILED', 'stack UPDATE_IN_PROGRESS'],
    ],
    [false, ['stack UPDATE_IN_PROGRESS', 'resource UPDATE_IN_PROGRESS']],
    [false, []],
  ] as const)('is going on: %s, after %j', (expected, lines) => {
    expect(isRollingBack(history(...lines))).toBe(expected);
  });

  test.each([
    [true, ['stack UPDATE_ROLLBACK_IN_PROGRESS', 'stack UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS']],
    [true, ['stack UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', `resource DELETE_IN_PROGRESS ${B}`]],
    [false, ['stack UPDATE_ROLLBACK_IN_PROGRESS', 'stack UPDATE_ROLLBACK_FAILED']],
    [false, ['stack UPDATE_ROLLBACK_COMPLETE', 'stack DELETE_IN_PROGRESS']],
    [false, []],
  ] as const)('has come to its end: %s, after %j', (expected, lines) => {
    expect(hasRolledBack(history(...lines))).toBe(expected);
  });

  test('that did not come to an end names what the update had recorded', () => {
    const events = history(
      'stack UPDATE_IN_PROGRESS',
      `resource UPDATE_IN_PROGRESS ${A}`,
      `resource UPDATE_COMPLETE ${B}`,
      'stack UPDATE_ROLLBACK_IN_PROGRESS',
      `resource UPDATE_IN_PROGRESS ${B}`,
      `resource UPDATE_FAILED ${B}`,
      'stack UPDATE_ROLLBACK_FAILED',
      'stack DELETE_IN_PROGRESS',
    );
    expect(halfRolledBack(events)).toBe(B);
  });

  test.each([
    [
      'came to its end',
      [`resource UPDATE_COMPLETE ${B}`, 'stack UPDATE_ROLLBACK_IN_PROGRESS', `resource UPDATE_COMPLETE ${A}`],
    ],
    [
      'came to its end without a request for the resource',
      [
        `resource UPDATE_COMPLETE ${B}`,
        'stack UPDATE_ROLLBACK_IN_PROGRESS',
        'stack UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
        `resource DELETE_IN_PROGRESS ${B}`,
      ],
    ],
    ['never began', [`resource UPDATE_COMPLETE ${B}`, 'stack UPDATE_COMPLETE']],
    ['had nothing to go back from', ['resource UPDATE_FAILED', 'stack UPDATE_ROLLBACK_IN_PROGRESS']],
  ])('that %s names nothing', (_, lines) => {
    const events = history('stack UPDATE_IN_PROGRESS', 'resource UPDATE_IN_PROGRESS', ...lines);
    expect(halfRolledBack(events)).toBeUndefined();
  });

  test('of an earlier update does not count', () => {
    const events = history(
      'stack UPDATE_IN_PROGRESS',
      `resource UPDATE_COMPLETE ${B}`,
      'stack UPDATE_ROLLBACK_IN_PROGRESS',
      'stack UPDATE_ROLLBACK_FAILED',
      'stack UPDATE_IN_PROGRESS',
    );
    expect(halfRolledBack(events)).toBeUndefined();
  });
});

describe('the creation that a generated ID belongs to', () => {
  test('is the one whose failure has the ID, though another one failed later', () => {
    const events = history(
      'resource CREATE_IN_PROGRESS',
      `resource CREATE_FAILED ${GENERATED}`,
      'resource CREATE_IN_PROGRESS',
      'resource CREATE_FAILED models-Llama-OTHER',
    );
    expect(creationOf(events, GENERATED)).toEqual({ began: T, ended: T + 1400 });
  });

  test('is the last one that failed when no failure has an ID', () => {
    const events = history(
      'resource CREATE_IN_PROGRESS',
      'resource CREATE_FAILED',
      'resource CREATE_IN_PROGRESS',
      'resource CREATE_FAILED',
      'resource CREATE_IN_PROGRESS',
    );
    expect(creationOf(events, GENERATED)).toEqual({ began: T + 2000, ended: T + 3400 });
  });

  test('began with the first of the events that CloudFormation tells of it', () => {
    const events = history(
      'resource CREATE_IN_PROGRESS',
      `resource CREATE_IN_PROGRESS ${GENERATED}`,
      `resource CREATE_FAILED ${GENERATED}`,
    );
    expect(creationOf(events, GENERATED)).toEqual({ began: T, ended: T + 2400 });
  });

  test('ended with the deletion of its stack when nothing says that it failed', () => {
    const events = history('resource CREATE_IN_PROGRESS', 'stack DELETE_IN_PROGRESS');
    expect(creationOf(events, GENERATED)).toEqual({ began: T, ended: T + 1400 });
  });

  test.each([
    ['nothing is told', []],
    ['the creation goes on', ['resource CREATE_IN_PROGRESS']],
    ['its beginning is not told', [`resource CREATE_FAILED ${GENERATED}`]],
  ])('is unknown when %s', (_, lines) => {
    expect(creationOf(history(...lines), GENERATED)).toBeUndefined();
  });
});

describe('of two requests in one second', () => {
  const request = (RequestType: string, v: string): ResourceEvent =>
    ({ RequestType, ResourceProperties: { definition: { triggers: { v } }, tags: [] } }) as never;
  const told = (status: string, properties?: string): History => [
    { at: T, isOfStack: false, status, physicalId: '', properties },
  ];

  test('the last one has the properties and the type of the last beginning', () => {
    const events = told('UPDATE_IN_PROGRESS', '{"tags":[],"definition":{"triggers":{"v":"2"}}}');
    expect(isLast(events, request('Update', '2'))).toBe(true);
    expect(isLast(events, request('Update', '1'))).toBe(false);
    expect(isLast(events, request('Create', '2'))).toBe(false);
  });

  test('without properties in the events, the type decides', () => {
    expect(isLast(told('UPDATE_IN_PROGRESS'), request('Update', '1'))).toBe(true);
  });

  test('nobody knows without a beginning, and properties that were cut off are none', () => {
    expect(isLast([], request('Update', '1'))).toBeUndefined();
    expect(isLast(told('UPDATE_IN_PROGRESS', '{"tags":['), request('Update', '1'))).toBe(false);
  });
});

test('the history has the events of the resource and the stack, the oldest first', () => {
  const event = (LogicalResourceId: string, PhysicalResourceId: string | undefined, at: number): StackEvent =>
    ({
      LogicalResourceId,
      PhysicalResourceId,
      Timestamp: new Date(at),
      ResourceStatus: 'CREATE_COMPLETE',
    }) as never;
  const events = [
    event('Llama', A, 4),
    event('Other', B, 3),
    event('stack', 'stack-id', 2),
    event('Llama', undefined, 1),
  ];
  expect(toHistory(events, { StackId: 'stack-id', LogicalResourceId: 'Llama' } as ResourceEvent)).toEqual([
    { at: 1, isOfStack: false, status: 'CREATE_COMPLETE', physicalId: '', properties: undefined },
    { at: 2, isOfStack: true, status: 'CREATE_COMPLETE', physicalId: 'stack-id', properties: undefined },
    { at: 4, isOfStack: false, status: 'CREATE_COMPLETE', physicalId: A, properties: undefined },
  ]);
});
