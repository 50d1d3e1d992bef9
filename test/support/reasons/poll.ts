import { findMismatches } from '../../../lambda/poll/expectations';
import * as reasons from '../../../lambda/poll/reasons';
import { JOB_ARN } from '../job';
import type { Row } from './row';

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
export function pollRows(): Row[] {
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
  ];
}
