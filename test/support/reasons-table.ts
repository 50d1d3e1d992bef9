import { responseBody } from '../../lambda/on-event/cloudformation';
import { findMismatches } from '../../lambda/poll/expectations';
import * as lifecycleReasons from '../../lambda/lifecycle/reasons';
import * as reasons from '../../lambda/shared/reasons';
import { createEvent } from './events';
import { JOB_ARN } from './job';
import type { Response } from './response-url';

interface Row {
  readonly reason: string;
  readonly when: string;
  readonly remedy: string;
}

const LOG_GROUP = 'ModelStack-BedrockModelImportProviderLogs';

const ROLE_ARN = 'arn:aws:iam::123456789012:role/ask-for-imports';
const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const WAIT: reasons.Wait = {
  jobIdentifier: JOB_ARN,
  partition: 'aws',
  region: 'us-east-1',
  account: '123456789012',
  waitedSeconds: 3300,
  lastSeen: 'status InProgress',
};

/** What a wait can fail with. */
function waitRows(): Row[] {
  return [
    {
      reason: reasons.jobFailed(
        { ...WAIT, waitedSeconds: 250, lastSeen: 'status Failed' },
        'The model weights are not in Safetensors format',
      ),
      when: "The job has ended with status `Failed`; the quotation is Bedrock's `failureMessage`.",
      remedy:
        'Correct what it says, start a new job and deploy with its ARN: a job that failed stays failed.',
    },
    {
      reason: reasons.notFound({
        ...WAIT,
        jobIdentifier: 'llama-import',
        waitedSeconds: 65,
        lastSeen: 'no answer from Bedrock, then ResourceNotFoundException',
      }),
      when: 'Bedrock does not know the job, for more than the 60 seconds that a new one is given to appear.',
      remedy:
        'Compare name, Region and account with the job. A name is looked up in `region`, or in the Region of the stack; an ARN in its own.',
    },
    {
      reason: reasons.accessDenied(
        { ...WAIT, waitedSeconds: 130, lastSeen: 'no answer from Bedrock, then AccessDeniedException' },
        {
          name: 'AccessDeniedException',
          message: 'User is not authorized to perform: bedrock:GetModelImportJob with an explicit deny',
        },
      ),
      when: 'The call is denied, for more than the 120 seconds that new permissions are given to arrive.',
      remedy:
        "The construct allows the call, so look for what takes it away: a service control policy, a permissions boundary, a VPC endpoint's policy. A job of another account needs `role`.",
    },
    {
      reason: reasons.roleNotAssumed(
        {
          ...WAIT,
          roleArn: ROLE_ARN,
          waitedSeconds: 130,
          lastSeen: 'no answer from Bedrock, then RoleNotAssumed',
        },
        { name: 'RoleNotAssumed', message: 'User is not authorized to perform: sts:AssumeRole' },
      ),
      when: 'The role given for the call cannot be assumed, for more than 120 seconds.',
      remedy:
        "Correct the role's trust policy; the principal is the role of the poll function. Compare the external ID.",
    },
    {
      reason: reasons.notAsExpected(
        { ...WAIT, waitedSeconds: 250, lastSeen: 'status Completed' },
        findMismatches({}, { expectedKmsKeyArn: KEY_ARN }),
      ),
      when: 'The job has completed, but not with the key or from the weights that the construct expects.',
      remedy: 'Look whether it is the right job. If it is, correct the expectation or import again.',
    },
    {
      reason: reasons.invalid(
        {
          ...WAIT,
          jobIdentifier: 'my job',
          waitedSeconds: 2,
          lastSeen: 'no answer from Bedrock, then ValidationException',
        },
        { name: 'ValidationException', message: 'The provided model identifier is invalid' },
      ),
      when: 'A token has become a text that is neither the ARN nor the name of a job.',
      remedy: 'Look at the value that the token resolves to. Literal values are checked at synthesis.',
    },
    {
      reason: reasons.refused(
        { ...WAIT, waitedSeconds: 130, lastSeen: 'no answer from Bedrock, then UnrecognizedClientException' },
        {
          name: 'UnrecognizedClientException',
          message: 'The security token included in the request is invalid',
        },
      ),
      when: 'Bedrock refuses the call in another way, for more than 120 seconds.',
      remedy:
        'Often a Region that is not enabled for the account, or one without Custom Model Import. The quotation says more.',
    },
    {
      reason: reasons.timedOut(WAIT),
      when: '`timeout` has passed and the job has not ended.',
      remedy:
        'Nothing is lost: the job goes on. Deploy again when it has ended, which then takes seconds, or raise `timeout`.',
    },
    {
      reason: reasons.pollBroken(
        {
          Error: 'Runtime.ExitError',
          Cause: JSON.stringify({ errorMessage: 'RequestId: 1a2b Error: Runtime exited' }),
        },
        'poll',
        { jobIdentifier: JOB_ARN, attempt: 12, lastSeen: 'status InProgress' },
      ),
      when: 'The poll function has crashed or timed out five times in a row. Fewer crashes are borne.',
      remedy: 'Read the log. In a VPC, first check that the functions reach Bedrock from their subnets.',
    },
    {
      reason: reasons.notStarted(
        Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }),
        JOB_ARN,
      ),
      when: 'AWS Step Functions does not start the wait, after four tries.',
      remedy: 'Deploy again. If it is denied, look for what takes the permission away, as above.',
    },
    {
      reason: tooLarge(),
      when: 'The attributes of the job are larger than what CloudFormation accepts from a custom resource.',
      remedy:
        'Import again from a shorter S3 URI without special characters, or with a role of a shorter path.',
    },
  ];
}

const PROGRESS: lifecycleReasons.Progress = {
  requestType: 'Create',
  region: 'us-east-1',
  account: '123456789012',
  waitedSeconds: 12,
};

const fault = (name: string, message: string): { name: string; message: string } => ({ name, message });

/** What the start, the replacement or the deletion of an imported model can fail with. */
function lifecycleRows(): Row[] {
  return [
    {
      reason: lifecycleReasons.modelQuota(
        PROGRESS,
        fault('ServiceQuotaExceededException', 'Imported models per account'),
      ),
      when: 'No import job is in progress, and Bedrock still refuses another model, twice in a row.',
      remedy: 'Delete a model, or raise the quota; three imported models per account are the default.',
    },
    {
      reason: lifecycleReasons.jobNameTaken(
        PROGRESS,
        'llama',
        fault('ConflictException', 'The name is in use'),
      ),
      when: 'The given `jobName` belongs to a job that this resource did not start.',
      remedy: 'Leave names out: generated ones are unique.',
    },
    {
      reason: lifecycleReasons.modelNameTaken(
        PROGRESS,
        'llama',
        fault('ConflictException', 'The name is in use'),
      ),
      when: 'The given `importedModelName` belongs to another model, which may be the one to replace.',
      remedy: 'Leave names out: generated ones are unique.',
    },
    {
      reason: lifecycleReasons.tooManyTags(PROGRESS, fault('TooManyTagsException', 'At most 200 tags')),
      when: 'The tags of the construct and the five of the library are more than Bedrock takes.',
      remedy: 'Look for tags of stages and of the app, which reach the model too.',
    },
    {
      reason: lifecycleReasons.invalid(
        PROGRESS,
        fault('ValidationException', 'The S3 URI does not hold a supported model'),
      ),
      when: 'Bedrock does not accept what defines the model. A role that was just made is given 120 seconds.',
      remedy: 'The quotation says what it is.',
    },
    {
      reason: lifecycleReasons.refused(
        { ...PROGRESS, waitedSeconds: 130 },
        fault('AccessDeniedException', 'with an explicit deny'),
      ),
      when: 'A call is refused, for more than the 120 seconds that new permissions are given to arrive.',
      remedy: 'The construct allows the calls, so look for what takes them away.',
    },
    {
      reason: lifecycleReasons.timedOut(
        { ...PROGRESS, requestType: 'Delete', waitedSeconds: 3300 },
        `model import job ${JOB_ARN} is in progress, and an import job cannot be stopped`,
      ),
      when: 'A start has waited for its turn, or a deletion for the end of its job, as long as it can.',
      remedy: 'Nothing is lost: do it again once the job has ended.',
    },
  ];
}

function tooLarge(): string {
  const data = { 'modelDataSource.s3DataSource.s3Uri': `s3://bucket/${'%'.repeat(4000)}` };
  const body = responseBody(createEvent(), { status: 'SUCCESS', physicalResourceId: JOB_ARN, data });
  return (JSON.parse(body) as Response).Reason!;
}

/** The README's troubleshooting table, with every reason that a deployment can fail with. */
export function renderReasonsTable(): string {
  const outside = process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  process.env.AWS_LAMBDA_LOG_GROUP_NAME = LOG_GROUP;
  const rows = [...waitRows(), ...lifecycleRows()];
  const lines = rows.map(({ reason, when, remedy }) => `| \`${reason}\` | ${when} | ${remedy} |`);
  if (outside === undefined) {
    delete process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  } else {
    process.env.AWS_LAMBDA_LOG_GROUP_NAME = outside;
  }
  return ['| Stack event | When | What to do |', '| --- | --- | --- |', ...lines].join('\n');
}
