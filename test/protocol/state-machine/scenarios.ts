import { LONGEST_SECONDS, type Reply } from './functions';

/** What the functions of one execution say, and how it must end. */
export interface Scenario {
  readonly name: string;
  /** What the poll function says, call by call, the last for ever. */
  readonly polls: readonly Reply[];
  /** What the on-event function says to the answer. */
  readonly answers?: readonly Reply[];
  readonly ends: {
    readonly status: 'SUCCEEDED' | 'FAILED';
    /** How often each function is called. */
    readonly polls: number;
    readonly answers: number;
    /** The last error of a poll, which the on-event function learns of whatever came after it. */
    readonly error?: string;
  };
}

const OK: Reply = { result: null };

const WAITS: Reply = { result: { attempt: 1, waitSeconds: 30, lastSeen: 'status InProgress' } };

const DECIDES: Reply = {
  result: {
    attempt: 2,
    answer: {
      status: 'SUCCESS',
      physicalResourceId: 'job',
      data: { importedModelArn: 'model', vpcSubnetIds: '' },
    },
  },
};

const CRASHES: Reply = {
  seconds: 1,
  functionError: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 1' },
};

const TIMES_OUT: Reply = {
  seconds: 30,
  functionError: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 30.00 seconds' },
};

const OUT_OF_MEMORY: Reply = {
  seconds: 2,
  functionError: {
    errorType: 'Runtime.OutOfMemory',
    errorMessage: 'Runtime exited with error: signal: killed',
  },
};

const HANGS: Reply = { seconds: LONGEST_SECONDS, result: null };

const THROWS: Reply = {
  functionError: { errorType: 'TypeError', errorMessage: 'Cannot read properties of undefined' },
};

const IS_THROTTLED: Reply = {
  serviceError: { status: 429, code: 'TooManyRequestsException', message: 'Rate Exceeded.' },
};

const IS_UNAVAILABLE: Reply = {
  serviceError: { status: 500, code: 'ServiceException', message: 'Service unavailable' },
};

const IS_DENIED: Reply = {
  serviceError: {
    status: 403,
    code: 'AccessDeniedException',
    message: 'Not authorized: lambda:InvokeFunction',
  },
};

function times(count: number, reply: Reply): Reply[] {
  return Array<Reply>(count).fill(reply);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'the first poll has the answer',
    polls: [DECIDES],
    ends: { status: 'SUCCEEDED', polls: 1, answers: 1 },
  },
  {
    name: 'five polls wait',
    polls: [...times(5, WAITS), DECIDES],
    ends: { status: 'SUCCEEDED', polls: 6, answers: 1 },
  },
  {
    name: 'a poll says to go on without a pause',
    polls: [{ result: { attempt: 1, waitSeconds: 0 } }, DECIDES],
    ends: { status: 'SUCCEEDED', polls: 2, answers: 1 },
  },
  {
    name: 'a poll crashes once',
    polls: [WAITS, CRASHES, DECIDES],
    ends: { status: 'SUCCEEDED', polls: 3, answers: 1, error: 'Runtime.ExitError' },
  },
  {
    name: 'a poll crashes four times',
    polls: [WAITS, ...times(4, CRASHES), DECIDES],
    ends: { status: 'SUCCEEDED', polls: 6, answers: 1, error: 'Runtime.ExitError' },
  },
  {
    name: 'a poll crashes five times',
    polls: [WAITS, ...times(5, CRASHES), DECIDES],
    ends: { status: 'SUCCEEDED', polls: 7, answers: 1, error: 'Runtime.ExitError' },
  },
  {
    name: 'seven crashes spread over three polls',
    polls: [...times(3, CRASHES), WAITS, ...times(2, CRASHES), WAITS, ...times(2, CRASHES), DECIDES],
    ends: { status: 'SUCCEEDED', polls: 10, answers: 1, error: 'Runtime.ExitError' },
  },
  {
    name: 'the first poll is broken for good',
    polls: [THROWS],
    ends: { status: 'SUCCEEDED', polls: 33, answers: 1, error: 'TypeError' },
  },
  {
    name: 'a poll times out twice',
    polls: [...times(2, TIMES_OUT), WAITS, DECIDES],
    ends: { status: 'SUCCEEDED', polls: 4, answers: 1, error: 'Sandbox.Timedout' },
  },
  {
    name: 'polls time out for good',
    polls: [WAITS, TIMES_OUT],
    ends: { status: 'SUCCEEDED', polls: 5, answers: 1, error: 'Sandbox.Timedout' },
  },
  {
    name: 'a poll crashes, runs out of memory and times out',
    polls: [CRASHES, OUT_OF_MEMORY, TIMES_OUT, DECIDES],
    ends: { status: 'SUCCEEDED', polls: 4, answers: 1, error: 'Sandbox.Timedout' },
  },
  {
    name: 'polls are throttled ten times',
    polls: [WAITS, ...times(10, IS_THROTTLED), DECIDES],
    ends: { status: 'SUCCEEDED', polls: 12, answers: 1, error: 'Lambda.TooManyRequestsException' },
  },
  {
    name: 'polls are throttled for good',
    polls: [WAITS, IS_THROTTLED],
    ends: { status: 'SUCCEEDED', polls: 28, answers: 1, error: 'Lambda.TooManyRequestsException' },
  },
  {
    name: 'polls are throttled until the last one',
    polls: [...times(32, IS_THROTTLED), DECIDES],
    ends: { status: 'SUCCEEDED', polls: 33, answers: 1, error: 'Lambda.TooManyRequestsException' },
  },
  {
    name: 'a poll hangs, and is cut off',
    polls: [WAITS, HANGS, DECIDES],
    ends: { status: 'SUCCEEDED', polls: 3, answers: 1, error: 'States.Timeout' },
  },
  {
    name: 'Lambda is unavailable three times',
    polls: [...times(3, IS_UNAVAILABLE), DECIDES],
    ends: { status: 'SUCCEEDED', polls: 4, answers: 1, error: 'Lambda.ServiceException' },
  },
  {
    name: 'throttles and crashes take turns',
    polls: [
      ...[IS_THROTTLED, CRASHES, IS_THROTTLED, CRASHES, IS_THROTTLED, TIMES_OUT, IS_UNAVAILABLE, CRASHES],
      DECIDES,
    ],
    ends: { status: 'SUCCEEDED', polls: 9, answers: 1, error: 'Runtime.ExitError' },
  },
  {
    name: 'the poll function may not be called at first',
    polls: [...times(3, IS_DENIED), WAITS, DECIDES],
    ends: { status: 'SUCCEEDED', polls: 5, answers: 1, error: 'Lambda.AccessDeniedException' },
  },
  {
    name: 'the answer fails twice',
    polls: [DECIDES],
    answers: [CRASHES, IS_THROTTLED, OK],
    ends: { status: 'SUCCEEDED', polls: 1, answers: 3 },
  },
  {
    name: 'the answer times out, crashes four times, and gets through',
    polls: [WAITS, DECIDES],
    answers: [TIMES_OUT, ...times(4, CRASHES), OK],
    ends: { status: 'SUCCEEDED', polls: 2, answers: 6 },
  },
  {
    name: 'the answer is throttled for more than two minutes',
    polls: [DECIDES],
    answers: [...times(30, IS_THROTTLED), OK],
    ends: { status: 'SUCCEEDED', polls: 1, answers: 31 },
  },
  {
    name: 'it is too early for the answer, and the wait goes on',
    polls: [DECIDES],
    answers: [{ result: { attempt: 2, waitSeconds: 30 } }, OK],
    ends: { status: 'SUCCEEDED', polls: 2, answers: 2 },
  },
  {
    name: 'the answer never gets through',
    polls: [DECIDES],
    answers: [CRASHES],
    ends: { status: 'FAILED', polls: 1, answers: 50 },
  },
  {
    name: 'a poll that says nothing of use ends the execution',
    polls: [{ result: { attempt: 1 } }],
    ends: { status: 'FAILED', polls: 1, answers: 0 },
  },
];
