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
      when: 'The job ended with status `Failed`. The quoted text is its `failureMessage`.',
      remedy: 'Fix the cause, start a new job, and redeploy with its ARN. A failed job cannot be restarted.',
    },
    {
      reason: reasons.jobNotFound(
        waited(125, `${NONE}, then ResourceNotFoundException`, { jobIdentifier: 'llama-import' }),
        error('ResourceNotFoundException', 'Could not find the job'),
      ),
      when: 'Bedrock has not found the job for two minutes, or for seven minutes if it had found the job before.',
      remedy:
        'Compare the name, Region and account with those of the job. A name is looked up in `region`, by default in the Region of the stack. An ARN is looked up in its own Region.',
    },
    {
      reason: reasons.notAsExpected(
        waited(250, 'status Completed'),
        findMismatches({}, { expectedKmsKeyArn: KEY_ARN }),
      ),
      when: 'The job completed, but its key is not `expectedKmsKey`, or its source is not `expectedModelDataSourceS3Uri`.',
      remedy: 'Check whether it is the right job. If it is, fix the prop, or import the model again.',
    },
    {
      reason: reasons.modelNotNamed(waited(900, 'status Completed'), 'importedModelArn'),
      when: 'The job completed, but ten minutes after its end Bedrock still returns no ARN for its model.',
      remedy:
        'Check whether the model exists. If it does, use its ARN with `ImportedModel.fromImportedModelArn`. If it was deleted, import it again.',
    },
    {
      reason: reasons.modelGone(
        waited(130, 'status Completed, then ResourceNotFoundException'),
        { importedModelArn: MODEL_ARN },
        error('ResourceNotFoundException', 'The model was not found'),
      ),
      when: 'The job completed, but its model was deleted afterwards.',
      remedy: 'Import the model again. A completed job still returns the ARN of a model that was deleted.',
    },
    {
      reason: reasons.timedOut(waited(3300, 'status InProgress')),
      when: 'The job is still running at the end of `timeout`.',
      remedy:
        'Increase `timeout`, up to 24 hours, and redeploy. The job is still running, and the new deployment waits for the rest of it.',
    },
    {
      reason: reasons.neverDescribed(waited(3300, `${NONE}, then ThrottlingException`)),
      when: 'Bedrock has throttled every call, or returned a server error, until the end of `timeout`.',
      remedy:
        'Check what else calls Amazon Bedrock in this account, and the AWS Health Dashboard. Then redeploy.',
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
      when: 'The call has been denied for seven minutes. New permissions may take that long to take effect.',
      remedy:
        'The construct allows the call, so check what denies it: a service control policy, a permissions boundary or the policy of a VPC endpoint. For a job in another account, set `assumedRole`.',
    },
    {
      reason: reasons.roleNotAssumed(
        waited(425, `${NONE}, then RoleNotAssumed`, { assumedRoleArn: ROLE_ARN }),
        error('RoleNotAssumed', 'User is not authorized to perform: sts:AssumeRole'),
      ),
      when: 'The waiter function has not been able to assume `assumedRole` for seven minutes.',
      remedy:
        'Check the trust policy of the role. It must trust the role of the waiter function or its account, and require the same external ID.',
    },
    {
      reason: reasons.refused(
        waited(425, `${NONE}, then UnrecognizedClientException`),
        error('UnrecognizedClientException', 'The security token included in the request is invalid'),
      ),
      when: 'Bedrock has rejected the call with another client error for seven minutes.',
      remedy:
        'Read the quoted message. Often the Region is not enabled for the account, or does not offer Custom Model Import.',
    },
    {
      reason: reasons.neverReached(waited(900, `${NONE}, then ENOTFOUND`), {
        kind: 'unreached',
        seconds: 900,
        error: error('ENOTFOUND', 'getaddrinfo ENOTFOUND bedrock.us-east-1.amazonaws.com'),
      }),
      when: 'No call to Bedrock has had a response, for 15 minutes from the first call on or until the end of a shorter `timeout`.',
      remedy:
        'In a VPC, create the interface endpoint `bedrock`, with `assumedRole` also `sts`, or a NAT gateway. For a job in another Region you need a NAT gateway, because an interface endpoint serves its own Region only.',
    },
    {
      reason: reasons.invalid(waited(1, NONE), {
        prop: 'region',
        rule: 'must be the name of a Region like us-east-1',
        value: 'US East (N. Virginia)',
      }),
      when: '`region` is a token, and its value at deployment is not the name of a Region.',
      remedy: 'Check the value of the token.',
    },
    {
      reason: reasons.invalid(waited(1, NONE, { jobIdentifier: 'my job' }), {
        prop: 'jobIdentifier',
        rule: 'must be a model import job ARN, or a job name',
        value: 'my job',
      }),
      when: '`jobIdentifier` is a token, and its value at deployment is neither the ARN nor the name of a job.',
      remedy: 'Check the value of the token.',
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
      when: 'The model has rejected the test request for two minutes.',
      remedy: 'Change the request in `smokeTest`. [Smoke test](smoke-test.md) describes the formats.',
    },
    {
      reason: reasons.smokeTestDenied(
        waited(700, 'status Completed, then AccessDeniedException'),
        ATTRIBUTES,
        error('AccessDeniedException', 'User is not authorized to perform: bedrock:InvokeModel'),
      ),
      when: 'The test request has been denied for seven minutes.',
      remedy:
        'The construct allows the request, so check what denies it, as for AccessDenied. If the model is encrypted under a customer managed key, set `expectedKmsKey` of the waiter.',
    },
    {
      reason: reasons.emptyAnswer(waited(400, 'status Completed'), ATTRIBUTES),
      when: 'The responses of the model have been empty for two minutes.',
      remedy:
        'Fix the chat template or the stop tokens of the weights, and import the model again. Or use a test request without `messages`.',
    },
    {
      reason: reasons.smokeTestTimedOut(
        waited(3300, 'status Completed, then ModelNotReadyException'),
        ATTRIBUTES,
        error('ModelNotReadyException', 'Model is not ready for inference'),
      ),
      when: 'The model was not loaded, or did not respond, until the end of `timeout`.',
      remedy: 'Increase `timeout`, or request fewer tokens.',
    },
    {
      reason: reasons.runtimeNeverReached(waited(1200, 'status Completed, then ENOTFOUND'), {
        kind: 'runtime unreached',
        seconds: 900,
        error: error('ENOTFOUND', 'getaddrinfo ENOTFOUND bedrock-runtime.us-east-1.amazonaws.com'),
      }),
      when: 'No test request has had a response for 15 minutes.',
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
      when: 'Every poll has failed until the deadline, because the function or the permission to invoke it does not work.',
      remedy:
        'Read the log of the function. In a VPC, check first whether its subnets have a route to Amazon Bedrock.',
    },
    {
      reason: requestReasons.notStarted(
        {
          ...error('AccessDeniedException', 'not authorized to perform: states:StartExecution'),
          httpStatus: 400,
        },
        request,
      ),
      when: 'AWS Step Functions has rejected the start of the execution for seven minutes, or has not responded for 15 minutes.',
      remedy:
        'Check what denies the call, as for AccessDenied. In a VPC, create the interface endpoint `states`, or a NAT gateway.',
    },
    {
      reason: requestReasons.late(3400, request),
      when: 'AWS Lambda delivered the request after its deadline.',
      remedy: 'Check whether the waiter function is throttled, and redeploy.',
    },
    {
      reason: tooLarge(),
      when: 'The attributes of the job are larger than the 4,096 bytes that CloudFormation accepts from a custom resource.',
      remedy:
        'Import the model again from a shorter S3 URI without special characters, or with a role that has a shorter path.',
    },
  ];
}

function tooLarge(): string {
  const data = { 'modelDataSource.s3DataSource.s3Uri': `s3://bucket/${'%'.repeat(4000)}` };
  const body = responseBody(createEvent(), { status: 'SUCCESS', physicalResourceId: JOB_ARN, data });
  return (JSON.parse(body) as Response).Reason!;
}
