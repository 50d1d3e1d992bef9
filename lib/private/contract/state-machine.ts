/** The ARN of the on-event function in the state that the machine works on: CloudFormation called it by it. */
const ON_EVENT = '$.event.ResourceProperties.ServiceToken';

/** Seconds between two calls that fail. */
const PAUSE_SECONDS = 5;

/**
 * The wait engine in Amazon States Language: poll, wait, poll again until the poll function has an
 * answer, then hand the answer to the on-event function, which sends it to CloudFormation. It names no
 * function: their ARNs are in its input.
 *
 * The answer is decided once and kept in the execution, so that sending it again after a fault sends
 * the same bytes. A call that fails, for whatever reason, is repeated until a time that the input names: what
 * is left after a deadline fits in the margin that a link leaves to CloudFormation, whatever comes together.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export function waitEngine(partition: string): object {
  const lambdaInvoke = `arn:${partition}:states:::lambda:invoke`;
  return {
    // A request that may be an old one waits until that is known.
    StartAt: 'Wait',
    States: {
      Poll: {
        Type: 'Task',
        Resource: lambdaInvoke,
        Parameters: {
          'FunctionName.$': '$.worker',
          Payload: { 'event.$': '$.event', 'startedAt.$': '$.startedAt', 'previous.$': '$.poll.result' },
        },
        TimeoutSeconds: 35,
        ResultSelector: { 'result.$': '$.Payload' },
        ResultPath: '$.poll',
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Poll again?' }],
        Next: 'Decided?',
      },
      'Poll again?': before('$.pollUntil', 'Pause before poll', 'Answer'),
      'Pause before poll': { Type: 'Wait', Seconds: PAUSE_SECONDS, Next: 'Poll' },
      'Decided?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.poll.result.answer', IsPresent: true, Next: 'Answer' }],
        Default: 'Wait',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.poll.result.waitSeconds', Next: 'Poll' },
      Answer: {
        Type: 'Task',
        Resource: lambdaInvoke,
        Parameters: { 'FunctionName.$': ON_EVENT, 'Payload.$': '$' },
        TimeoutSeconds: 60,
        ResultSelector: { 'result.$': '$.Payload' },
        ResultPath: '$.poll',
        // The error of a poll stays, because the answer may be made of it.
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Answer again?' }],
        Next: 'Answered?',
      },
      'Answer again?': before('$.answerUntil', 'Pause before answer', 'Unanswered'),
      'Pause before answer': { Type: 'Wait', Seconds: PAUSE_SECONDS, Next: 'Answer' },
      // The on-event function may have found that it is too early for an answer.
      'Answered?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.poll.result.waitSeconds', IsPresent: true, Next: 'Wait' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
      Unanswered: {
        Type: 'Fail',
        Error: 'Unanswered',
        Cause: 'The on-event function kept failing, and CloudFormation waits no longer.',
      },
    },
  };
}

/** Goes to one state before a time in the input, else to another one. */
function before(time: string, next: string, otherwise: string): object {
  return {
    Type: 'Choice',
    Choices: [{ Variable: '$$.State.EnteredTime', TimestampLessThanPath: time, Next: next }],
    Default: otherwise,
  };
}
