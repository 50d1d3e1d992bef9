import { toAttributes } from '../../../lambda/waiter/attributes';
import { findMismatches } from '../../../lambda/waiter/expectations';
import * as reasons from '../../../lambda/waiter/reasons';
import { JOB_ARN } from '../job';
import type { Row } from './row';

const ROLE_ARN = 'arn:aws:iam::123456789012:role/ask-for-imports';
const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/xyz789xyz789';

const ATTRIBUTES = { ...toAttributes({ importedModelArn: MODEL_ARN }), modelArchitecture: 'qwen2' };

const WAIT: reasons.Wait = {
  jobIdentifier: JOB_ARN,
  partition: 'aws',
  region: 'us-east-1',
  account: '123456789012',
  timeoutSeconds: 3300,
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
      reason: reasons.notFound(
        {
          ...WAIT,
          jobIdentifier: 'llama-import',
          waitedSeconds: 125,
          lastSeen: 'no answer from Bedrock, then ResourceNotFoundException',
        },
        { name: 'ResourceNotFoundException', message: 'Could not find the job' },
      ),
      when: 'Bedrock does not know the job, for the two minutes that a new one is given to appear; for seven once it was seen.',
      remedy:
        'Compare name, Region and account with the job. A name is looked up in `region`, or in the Region of the stack; an ARN in its own.',
    },
    {
      reason: reasons.accessDenied(
        { ...WAIT, waitedSeconds: 425, lastSeen: 'no answer from Bedrock, then AccessDeniedException' },
        {
          name: 'AccessDeniedException',
          message: 'User is not authorized to perform: bedrock:GetModelImportJob with an explicit deny',
        },
      ),
      when: 'The call is denied, for the seven minutes that new permissions are given to arrive.',
      remedy:
        "The construct allows the call, so look for what takes it away: a service control policy, a permissions boundary, a VPC endpoint's policy. A job of another account needs `role`.",
    },
    {
      reason: reasons.roleNotAssumed(
        {
          ...WAIT,
          roleArn: ROLE_ARN,
          waitedSeconds: 425,
          lastSeen: 'no answer from Bedrock, then RoleNotAssumed',
        },
        { name: 'RoleNotAssumed', message: 'User is not authorized to perform: sts:AssumeRole' },
      ),
      when: 'The role given for the call cannot be assumed, for seven minutes.',
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
          lastSeen: 'no answer from Bedrock, then MalformedIdentifier',
        },
        'must be a model import job ARN, or a job name',
      ),
      when: 'A token has become a text that is neither the ARN nor the name of a job.',
      remedy: 'Look at the value that the token resolves to. Literal values are checked at synthesis.',
    },
    {
      reason: reasons.refused(
        { ...WAIT, waitedSeconds: 425, lastSeen: 'no answer from Bedrock, then UnrecognizedClientException' },
        {
          name: 'UnrecognizedClientException',
          message: 'The security token included in the request is invalid',
        },
      ),
      when: 'Bedrock refuses the call in another way, for seven minutes.',
      remedy:
        'Often a Region that is not enabled for the account, or one without Custom Model Import. The quotation says more.',
    },
    {
      reason: reasons.unnamed({ ...WAIT, lastSeen: 'status Completed' }, 'importedModelArn'),
      when: 'The job has completed, and ten minutes after its end Bedrock does not name its model.',
      remedy: 'Often the model was deleted since. If it is there, use its ARN with `fromImportedModelArn`.',
    },
    {
      reason: reasons.modelGone(
        { ...WAIT, waitedSeconds: 2, lastSeen: 'status Completed, then ResourceNotFoundException' },
        { importedModelArn: MODEL_ARN },
        { name: 'ResourceNotFoundException', message: 'Could not find the model' },
      ),
      when: 'The job has completed, and for two minutes, and five minutes after its end, there is no model.',
      remedy: 'A job goes on naming a model that was deleted. Import it again.',
    },
    {
      reason: reasons.wontAnswer(
        { ...WAIT, waitedSeconds: 250, lastSeen: 'status Completed, then ValidationException' },
        ATTRIBUTES,
        { name: 'ValidationException', message: 'This action does not support the model' },
      ),
      when: 'The model is there and refuses what `smokeTest` asks. It is given two minutes to become known.',
      remedy:
        'Compare the body with what the family of the model takes: see [the smoke test](smoke-test.md).',
    },
    {
      reason: reasons.mayNotAsk(
        { ...WAIT, waitedSeconds: 425, lastSeen: 'status Completed, then AccessDeniedException' },
        ATTRIBUTES,
        { name: 'AccessDeniedException', message: 'User is not authorized to perform: bedrock:InvokeModel' },
      ),
      when: 'The call of `smokeTest` is denied, for the seven minutes that new permissions are given to arrive.',
      remedy:
        'Pass `expectedKmsKey` when the model is under a key of yours. Otherwise look for what takes the permission away.',
    },
    {
      reason: reasons.noAnswer(
        { ...WAIT, lastSeen: 'status Completed, then ModelNotReadyException' },
        ATTRIBUTES,
        {
          name: 'ModelNotReadyException',
          message: 'Model is not ready for inference',
        },
      ),
      when: '`timeout` has passed, the import has ended, and the model has not answered `smokeTest`.',
      remedy:
        'Deploy again: the model goes on loading. A smoke test needs some minutes of `timeout` beyond the import.',
    },
    {
      reason: reasons.timedOut(WAIT),
      when: '`timeout` has passed and the job has not ended.',
      remedy:
        'Nothing is lost: the job goes on. Deploy again when it has ended, which then takes seconds, or raise `timeout`.',
    },
  ];
}
