/** The ARN of the waiter function in the state that the machine works on: CloudFormation called it by it. */
const WAITER_FUNCTION = '$.request.event.ResourceProperties.ServiceToken';

/** Seconds between two tries of an answer, and how often they fit into the hour that CloudFormation waits. */
const ANSWER_RETRY = { IntervalSeconds: 5, MaxAttempts: 720, BackoffRate: 1 };

/**
 * The wait in Amazon States Language: wait, poll, until a poll comes to an answer, which the waiter function
 * then sends to CloudFormation. It names no function: their ARNs are in its input.
 *
 * It judges no time. A poll that fails in any way goes to `Answer` without an answer, where the function
 * compares the time with the deadline, and either sends the loop round or answers that polls keep failing:
 *
 *     Wait ─▶ Poll ─▶ Decided? ─ answer ─▶ Answer ─▶ Answered? ─▶ Done
 *      ▲       └──── error ───────────────▲  │            │
 *      └───────────── not yet ───────────────┴── go on ───┘
 *
 * The answer is decided once and kept in the execution, so that a retry sends the same bytes. An execution that
 * owns an import may go on after its answer; it never answers twice.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export function waitEngine(partition: string): object {
  const lambdaInvoke = `arn:${partition}:states:::lambda:invoke`;
  return {
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', SecondsPath: '$.poll.result.waitSeconds', Next: 'Poll' },
      Poll: {
        Type: 'Task',
        Resource: lambdaInvoke,
        Parameters: {
          'FunctionName.$': '$.worker',
          Payload: { 'request.$': '$.request', 'previous.$': '$.poll.result' },
        },
        TimeoutSeconds: 35,
        ResultSelector: { 'result.$': '$.Payload' },
        ResultPath: '$.poll',
        // A poll that succeeds overwrites the error.
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.poll.error', Next: 'Answer' }],
        Next: 'Decided?',
      },
      'Decided?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.poll.result.answer', IsPresent: true, Next: 'Answer' },
          { Variable: '$.poll.result.waitSeconds', IsPresent: true, Next: 'Wait' },
        ],
        Default: 'Done',
      },
      Answer: {
        Type: 'Task',
        Resource: lambdaInvoke,
        Parameters: { 'FunctionName.$': WAITER_FUNCTION, 'Payload.$': '$' },
        TimeoutSeconds: 60,
        ResultSelector: { 'result.$': '$.Payload' },
        ResultPath: '$.poll',
        Retry: [{ ErrorEquals: ['States.ALL'], ...ANSWER_RETRY }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Unanswered' }],
        Next: 'Answered?',
      },
      'Answered?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.poll.result.waitSeconds', IsPresent: true, Next: 'Wait' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
      Unanswered: {
        Type: 'Fail',
        Error: 'Unanswered',
        Cause: 'The waiter function kept failing for an hour, and CloudFormation has stopped waiting.',
      },
    },
  };
}
