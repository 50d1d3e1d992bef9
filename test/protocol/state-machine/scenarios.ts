import { LONGEST_SECONDS, type Reply } from './functions';

/** What the functions of one execution say, and how it must end. */
export interface Scenario {
  readonly name: string;
  /** What the function that polls says, call by call, the last for all later ones. */
  readonly polls: readonly Reply[];
  /** What the function that answers says, call by call, the last for all later ones. */
  readonly answers?: readonly Reply[];
  readonly ends: {
    readonly status: 'SUCCEEDED' | 'FAILED';
    /** How often each function is called. */
    readonly polls: number;
    readonly answers: number;
    /** The error of a poll that the last call of the answering function came with. */
    readonly error?: string;
  };
}

const OK: Reply = { result: { attempt: 2, isAnswered: true } };

/** The deadline has not passed: the loop goes round. */
const GO_ROUND: Reply = { result: { attempt: 1, waitSeconds: 5 } };

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

/** A number of polls that fail, one answer that sends the loop round for each, and a good end. */
function failing(name: string, ...replies: Reply[]): Scenario {
  const answers = [...times(replies.length, GO_ROUND), OK];
  const ends = { status: 'SUCCEEDED', polls: replies.length + 2, answers: answers.length } as const;
  return { name, polls: [WAITS, ...replies, DECIDES], answers, ends };
}

/** Polls that fail until the answering function finds that the deadline has passed. */
function failingForGood(name: string, reply: Reply, error: string): Scenario {
  const ends = { status: 'SUCCEEDED', polls: 8, answers: 8, error } as const;
  return { name, polls: [reply], answers: [...times(7, GO_ROUND), OK], ends };
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
  failing('a poll crashes once', CRASHES),
  failing('a poll crashes five times', ...times(5, CRASHES)),
  failing('a poll times out twice', ...times(2, TIMES_OUT)),
  failing('a poll crashes, runs out of memory and times out', CRASHES, OUT_OF_MEMORY, TIMES_OUT),
  failing('polls are throttled ten times', ...times(10, IS_THROTTLED)),
  failing('a poll hangs, and is cut off', HANGS),
  failing('Lambda is unavailable three times', ...times(3, IS_UNAVAILABLE)),
  failing('throttles and crashes take turns', IS_THROTTLED, CRASHES, IS_THROTTLED, TIMES_OUT, IS_UNAVAILABLE),
  failing('the function that polls may not be called at first', ...times(3, IS_DENIED)),
  failingForGood('every poll throws', THROWS, 'TypeError'),
  failingForGood('every poll times out', TIMES_OUT, 'Sandbox.Timedout'),
  failingForGood('every poll is throttled', IS_THROTTLED, 'Lambda.TooManyRequestsException'),
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
    name: 'after the answer, the execution goes on until a poll says that it is over',
    polls: [
      { result: { attempt: 1, answer: { status: 'SUCCESS', physicalResourceId: 'job' }, waitSeconds: 60 } },
      { result: { attempt: 2, isAnswered: true, waitSeconds: 60 } },
      { result: { attempt: 3, isAnswered: true } },
    ],
    answers: [{ result: { attempt: 1, isAnswered: true, waitSeconds: 60 } }],
    ends: { status: 'SUCCEEDED', polls: 3, answers: 1 },
  },
  {
    name: 'the answer never gets through',
    polls: [DECIDES],
    answers: [CRASHES],
    ends: { status: 'FAILED', polls: 1, answers: 721 },
  },
  {
    name: 'a poll that neither answers nor waits ends the execution',
    polls: [{ result: { attempt: 1 } }],
    ends: { status: 'SUCCEEDED', polls: 1, answers: 0 },
  },
];
