import { toAttributes } from '../../../lambda/waiter/attributes';
import { findMismatches } from '../../../lambda/waiter/expectations';
import * as reasons from '../../../lambda/waiter/reasons';
import * as requestReasons from '../../../lambda/waiter/request-reasons';
import { responseBody } from '../../../lambda/shared/response-body';
import type { Request } from '../../../lambda/shared/engine';
import { createEvent } from '../events';
import { JOB_ARN } from '../job';
import type { Response } from '../response-url';
import type { Row } from './row';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/xyz789xyz789';
const ROLE_ARN = 'arn:aws:iam::123456789012:role/reads-imports';
const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ATTRIBUTES = { ...toAttributes({ importedModelArn: MODEL_ARN }), modelArchitecture: 'qwen2' };
const NONE = 'no answer from Bedrock';

const error = (name: string, message: string): { name: string; message: string } => ({ name, message });

/** A wait of so many seconds. */
function waited(seconds: number, lastSeen: string, more: Partial<reasons.Wait> = {}): reasons.Wait {
  return {
    jobIdentifier: JOB_ARN,
    partition: 'aws',
    region: 'us-east-1',
    account: '123456789012',
    timeoutSeconds: 3300,
    linkSeconds: seconds,
    waitedSeconds: seconds,
    lastSeen,
    ...more,
  };
}

/** What a wait, and a request of either kind, can fail with. */
export function waiterRows(): Row[] {
  return [...jobRows(), ...callRows(), ...smokeTestRows(), ...requestRows()];
}

function jobRows(): Row[] {
  return [
    {
      reason: reasons.jobFailed(
        waited(250, 'status Failed'),
        'The model weights are not in Safetensors format',
      ),
      when: "The job has ended with status `Failed`; the quotation is Bedrock's `failureMessage`.",
      remedy: 'Fix what it says, start a new job and redeploy with its ARN: a job that failed stays failed.',
    },
    {
      reason: reasons.jobNotFound(
        waited(125, `${NONE}, then ResourceNotFoundException`, { jobIdentifier: 'llama-import' }),
        error('ResourceNotFoundException', 'Could not find the job'),
      ),
      when: 'Bedrock does not know the job, for the two minutes that a new one is given to appear; for seven once it was seen.',
      remedy:
        'Compare name, Region and account with the job. A name is looked up in `region`, or in the Region of the stack; an ARN in its own.',
    },
    {
      reason: reasons.notAsExpected(
        waited(250, 'status Completed'),
        findMismatches({}, { expectedKmsKeyArn: KEY_ARN }),
      ),
      when: 'The job has completed, but not with the key or from the weights that the construct expects.',
      remedy: 'Check whether it is the right job. If it is, fix the expectation or import again.',
    },
    {
      reason: reasons.modelNotNamed(waited(900, 'status Completed'), 'importedModelArn'),
      when: 'The job has completed, and ten minutes after its end Bedrock does not name its model.',
      remedy: 'Often the model was deleted since. If it is there, use its ARN with `fromImportedModelArn`.',
    },
    {
      reason: reasons.modelGone(
        waited(130, 'status Completed, then ResourceNotFoundException'),
        { importedModelArn: MODEL_ARN },
        error('ResourceNotFoundException', 'The model was not found'),
      ),
      when: 'The job has completed, but its model was deleted since.',
      remedy: 'Import it again. A completed job goes on naming a model that is gone.',
    },
    {
      reason: reasons.timedOut(waited(3300, 'status InProgress')),
      when: 'The job runs longer than `timeout`.',
      remedy: 'Raise `timeout`: up to 24 hours. The job itself goes on; a redeployment finds it where it is.',
    },
    {
      reason: reasons.neverDescribed(waited(3300, `${NONE}, then ThrottlingException`)),
      when: 'Throttles or errors of Bedrock have kept it from describing the job for the whole wait.',
      remedy: 'Redeploy when that is over. What else calls `GetModelImportJob` in this account?',
    },
  ];
}

function callRows(): Row[] {
  return [
    {
      reason: reasons.accessDenied(
        waited(425, `${NONE}, then AccessDeniedException`),
        error(
          'AccessDeniedException',
          'User is not authorized to perform: bedrock:GetModelImportJob with an explicit deny',
        ),
      ),
      when: 'The call is denied, for the seven minutes that new permissions are given to arrive.',
      remedy:
        "The construct allows the call, so look for what takes it away: a service control policy, a permissions boundary, a VPC endpoint's policy. A job of another account needs `assumedRole`.",
    },
    {
      reason: reasons.roleNotAssumed(
        waited(425, `${NONE}, then RoleNotAssumed`, { assumedRoleArn: ROLE_ARN }),
        error('RoleNotAssumed', 'User is not authorized to perform: sts:AssumeRole'),
      ),
      when: 'The role given as `assumedRole` cannot be assumed, for seven minutes.',
      remedy:
        "Fix the role's trust policy; the principal is the role of the waiter function. Compare the external ID.",
    },
    {
      reason: reasons.refused(
        waited(425, `${NONE}, then UnrecognizedClientException`),
        error('UnrecognizedClientException', 'The security token included in the request is invalid'),
      ),
      when: 'Bedrock refuses the call in another way, for seven minutes.',
      remedy:
        'Often a Region that is not enabled for the account, or one without Custom Model Import. The quotation says more.',
    },
    {
      reason: reasons.neverReached(waited(900, `${NONE}, then ENOTFOUND`), {
        kind: 'unreached',
        seconds: 900,
        error: error('ENOTFOUND', 'getaddrinfo ENOTFOUND bedrock.us-east-1.amazonaws.com'),
      }),
      when: 'No call has had an HTTP answer, for 15 minutes from the first one on or to the end of a shorter timeout.',
      remedy:
        'In a VPC, create the interface endpoint `bedrock` (with `assumedRole` also `sts`), or a NAT gateway. An interface endpoint serves its own Region only.',
    },
    {
      reason: reasons.invalid(waited(1, NONE), {
        prop: 'region',
        rule: 'must be the name of a Region like us-east-1',
        value: 'US East (N. Virginia)',
      }),
      when: 'A token has become a text that is not the name of a Region.',
      remedy: 'Check the value that the token resolves to. Literal values are checked at synthesis.',
    },
    {
      reason: reasons.invalid(waited(1, NONE, { jobIdentifier: 'my job' }), {
        prop: 'jobIdentifier',
        rule: 'must be a model import job ARN, or a job name',
        value: 'my job',
      }),
      when: 'A token has become a text that is neither the ARN nor the name of a job.',
      remedy: 'Check the value that the token resolves to. Literal values are checked at synthesis.',
    },
  ];
}

function smokeTestRows(): Row[] {
  return [
    {
      reason: reasons.smokeTestRefused(
        waited(380, 'status Completed, then ValidationException'),
        ATTRIBUTES,
        error('ValidationException', 'This action does not support the model'),
      ),
      when: 'The model refuses the test request, for two minutes.',
      remedy: 'Change `smokeTest`; see [Smoke test](smoke-test.md) for the request formats.',
    },
    {
      reason: reasons.smokeTestDenied(
        waited(700, 'status Completed, then AccessDeniedException'),
        ATTRIBUTES,
        error('AccessDeniedException', 'User is not authorized to perform: bedrock:InvokeModel'),
      ),
      when: 'The test request is denied, for seven minutes.',
      remedy:
        'The construct allows it, so look for what takes it away. For a model under a customer managed key a waiter needs `expectedKmsKey`.',
    },
    {
      reason: reasons.emptyAnswer(waited(400, 'status Completed'), ATTRIBUTES),
      when: 'The model answers, but with nothing, for two minutes.',
      remedy:
        'Fix the chat template or the stop tokens of the weights and import again, or test without `messages`.',
    },
    {
      reason: reasons.smokeTestTimedOut(
        waited(3300, 'status Completed, then ModelNotReadyException'),
        ATTRIBUTES,
        error('ModelNotReadyException', 'Model is not ready for inference'),
      ),
      when: 'The model was not loaded, or has not answered, until the end of `timeout`.',
      remedy: 'Raise `timeout`, or ask for fewer tokens.',
    },
    {
      reason: reasons.runtimeNeverReached(waited(1200, 'status Completed, then ENOTFOUND'), {
        kind: 'runtime unreached',
        seconds: 900,
        error: error('ENOTFOUND', 'getaddrinfo ENOTFOUND bedrock-runtime.us-east-1.amazonaws.com'),
      }),
      when: 'No smoke test has had an HTTP answer for 15 minutes.',
      remedy: 'In a VPC, create the interface endpoint `bedrock-runtime`, or a NAT gateway.',
    },
  ];
}

function requestRows(): Row[] {
  const event = createEvent();
  const request: Request = { event, requestedAt: 0, deadline: 3_300_000 };
  return [
    {
      reason: requestReasons.pollsKeepFailing(
        {
          Error: 'Runtime.ExitError',
          Cause: JSON.stringify({ errorMessage: 'RequestId: 1a2b Error: Runtime exited' }),
        },
        event,
        { attempt: 12, lastSeen: 'status InProgress' },
      ),
      when: 'The function, or the permission to invoke it, has failed until the deadline. What passes before is tolerated.',
      remedy: 'Read the log. In a VPC, first check whether the functions reach Bedrock from their subnets.',
    },
    {
      reason: requestReasons.notStarted(
        {
          ...error('AccessDeniedException', 'not authorized to perform: states:StartExecution'),
          httpStatus: 400,
        },
        request,
      ),
      when: 'AWS Step Functions has refused to start the execution for seven minutes, or was not reached for fifteen.',
      remedy:
        'Look for what takes the permission away, as for AccessDenied; in a VPC, for the endpoint `states`.',
    },
    {
      reason: requestReasons.late(3400, request),
      when: 'AWS Lambda has delivered the request after its deadline.',
      remedy: 'Redeploy. Look for throttles of the waiter function.',
    },
    {
      reason: tooLarge(),
      when: 'The attributes of the job are larger than what CloudFormation accepts from a custom resource.',
      remedy:
        'Import again from a shorter S3 URI without special characters, or with a role of a shorter path.',
    },
  ];
}

function tooLarge(): string {
  const data = { 'modelDataSource.s3DataSource.s3Uri': `s3://bucket/${'%'.repeat(4000)}` };
  const body = responseBody(createEvent(), { status: 'SUCCESS', physicalResourceId: JOB_ARN, data });
  return (JSON.parse(body) as Response).Reason!;
}
