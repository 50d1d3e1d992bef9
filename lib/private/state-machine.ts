/** The ARN of the on-event function in the state that the machine works on: CloudFormation called it by it. */
const ON_EVENT = '$.event.ServiceToken';

/**
 * The wait engine in Amazon States Language: poll, wait, poll again until the poll function has an
 * answer, then hand the answer to the on-event function, which sends it to CloudFormation. It names no
 * function: their ARNs are in its input.
 *
 * The answer is decided once and kept in the execution, so that sending it again after a fault sends
 * the same bytes. The worst case of a poll that keeps crashing (retries and the function's own
 * timeout) stays inside the margin that a link leaves to CloudFormation.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export function waitEngine(partition: string): object {
  const lambdaInvoke = `arn:${partition}:states:::lambda:invoke`;
  return {
    StartAt: 'Poll',
    States: {
      Poll: {
        Type: 'Task',
        Resource: lambdaInvoke,
        Parameters: {
          'FunctionName.$': '$.worker',
          Payload: {
            'event.$': '$.event',
            'startedAt.$': '$$.Execution.StartTime',
            'previous.$': '$.poll.result',
          },
        },
        ResultSelector: { 'result.$': '$.Payload' },
        ResultPath: '$.poll',
        Retry: [
          // Throttled or unavailable: the function did not run, and over two minutes of that pass.
          {
            ErrorEquals: [
              'Lambda.TooManyRequestsException',
              'Lambda.ServiceException',
              'Lambda.AWSLambdaException',
              'Lambda.SdkClientException',
            ],
            IntervalSeconds: 1,
            BackoffRate: 2,
            MaxDelaySeconds: 20,
            MaxAttempts: 10,
          },
          // Crashed or timed out: one that does so five times in a row is broken for good.
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 4 },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Answer' }],
        Next: 'Decided?',
      },
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
        ResultPath: null,
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 5 }],
        End: true,
      },
    },
  };
}
