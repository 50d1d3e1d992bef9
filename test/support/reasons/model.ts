import * as reasons from '../../../lambda/model/reasons';
import { bug } from '../../../lambda/shared/reasons';
import { JOB_ARN } from '../job';
import type { Row } from './row';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456';
const GENERATED_ID = 'ModelStack-Llama7C2C6F1E-1A2B3C4D5E6F';

const PROGRESS: reasons.Progress = {
  requestType: 'Create',
  region: 'us-east-1',
  account: '123456789012',
  waitedSeconds: 12,
};

const error = (name: string, message: string): { name: string; message: string } => ({ name, message });

/** What the start, the adoption, the replacement or the deletion of an imported model can fail with. */
export function modelRows(): Row[] {
  return [
    {
      reason: reasons.badWeights(PROGRESS, 's3://weights/llama/', [
        {
          code: 'no-config',
          level: 'error',
          problem: 'There is no config.json',
          remedy: 'Upload it from where the model comes',
        },
      ]),
      when: 'The pre-flight check found errors in the weights; all of them are listed. Warnings are in the log of the model function.',
      remedy: '`npx cdk-bedrock-model-import check <folder or S3 URI>` finds the same before a deployment.',
    },
    {
      reason: reasons.invalidName(
        PROGRESS,
        'team search',
        'must be 1 to 37 letters, digits, "+", "-" and "."',
      ),
      when: 'The value of `jobNamePrefix` is known only at deployment, and Bedrock would not accept it.',
      remedy: 'Change the value, or leave the prop out.',
    },
    {
      reason: reasons.modelQuota(
        PROGRESS,
        180,
        error('ServiceQuotaExceededException', 'Imported models per account'),
      ),
      when: 'Bedrock has refused another import for three minutes, and no import job was in progress. The slot of a job that has ended, or the quota of a deleted model, may take two of them to become free.',
      remedy: 'Delete a model, or raise the quota; three imported models per account are the default.',
    },
    {
      reason: reasons.nameTaken(PROGRESS, 'llama', MODEL_ARN),
      when: 'The given `importedModelName` belongs to a model that this resource did not import.',
      remedy: 'Leave the name out: generated ones are unique.',
    },
    {
      reason: reasons.nameStillUsed({ ...PROGRESS, requestType: 'Update' }, 'llama'),
      when: 'A change imports the model again under a given `importedModelName`, which the old model has until it is replaced.',
      remedy: 'Change the name together with what defines the model.',
    },
    {
      reason: reasons.tooManyTags(PROGRESS, error('TooManyTagsException', 'At most 50 tags')),
      when: 'The tags of the construct, of the library and of others are more than Bedrock takes.',
      remedy: 'Look for tags of stages and of the app, which reach the model too.',
    },
    {
      reason: reasons.ruleBroken(
        PROGRESS,
        'bedrock:CreateModelImportJob',
        error('ValidationException', "Value at 'importedModelKmsKeyId' failed to satisfy constraint"),
      ),
      when: 'A value breaks a rule of the Bedrock API. It fails at once.',
      remedy: 'The quotation names the field.',
    },
    {
      reason: reasons.invalid(
        PROGRESS,
        error('ValidationException', 'The S3 URI does not hold a supported model'),
      ),
      when: 'Bedrock does not accept what defines the model. A role, a policy, an access to Amazon S3 or a key that was created moments ago is given seven minutes.',
      remedy: 'The quotation says what it is.',
    },
    {
      reason: reasons.refused(
        { ...PROGRESS, requestType: 'Delete', waitedSeconds: 430 },
        'bedrock:DeleteImportedModel',
        MODEL_ARN,
        error('AccessDeniedException', 'with an explicit deny'),
      ),
      when: 'A call is refused, and nothing else came for the seven minutes that new permissions take to arrive.',
      remedy: 'The construct allows the calls, so look for what takes them away.',
    },
    {
      reason: reasons.neverReached(
        { ...PROGRESS, waitedSeconds: 960 },
        'dynamodb:GetItem',
        960,
        error('TimeoutError', 'connect ETIMEDOUT 10.0.0.1:443'),
      ),
      when: 'The functions are in a VPC that does not lead to the service, or the Region does not offer it.',
      remedy: 'Add the endpoint, or a NAT gateway.',
    },
    {
      reason: reasons.superseded(PROGRESS, 'request 6f2b8d10 of the same resource is newer'),
      when: 'CloudFormation has cancelled the request, or made a newer one for the same resource.',
      remedy: 'Nothing, unless the deployment itself failed with it: then redeploy.',
    },
    {
      reason: reasons.adoptedNotFound(PROGRESS, JOB_ARN),
      when: 'Bedrock has not shown the job in `adopt` for two minutes.',
      remedy: 'Check its account and Region. Without a record of the job, import the model anew.',
    },
    {
      reason: reasons.adoptedIsOther(PROGRESS, JOB_ARN, [
        'its source is s3://weights/llama, expected s3://weights/qwen',
      ]),
      when: 'The job in `adopt` has imported something else than what the construct says.',
      remedy: 'Make the construct say what was imported.',
    },
    {
      reason: reasons.adoptedHasNoModel(PROGRESS, JOB_ARN),
      when: 'The job in `adopt` has failed, or its model was deleted since.',
      remedy: 'Leave `adopt` out.',
    },
    {
      reason: reasons.adoptedIsDeleted(PROGRESS, JOB_ARN),
      when: 'CloudFormation has deleted the resource that owned the model of the job in `adopt`, without retaining it.',
      remedy: 'Leave `adopt` out.',
    },
    {
      reason: reasons.creationNotShown(
        { ...PROGRESS, requestType: 'Delete', waitedSeconds: 420 },
        GENERATED_ID,
      ),
      when: "A create was cancelled, and the stack's events have not shown it for seven minutes. Which model is meant is never guessed.",
      remedy: 'Look for a model that is tagged with the stack, and delete it.',
    },
    {
      reason: reasons.fateNotShown({ ...PROGRESS, requestType: 'Delete', waitedSeconds: 420 }, JOB_ARN),
      when: "A replacement has ended, and the stack's events have not shown for seven minutes whether CloudFormation has heard of it.",
      remedy: 'Delete the stack again.',
    },
    {
      reason: reasons.timedOut(
        { ...PROGRESS, requestType: 'Delete', waitedSeconds: 3300 },
        `the end of model import job ${JOB_ARN}, which cannot be stopped`,
      ),
      when: 'A start has waited for its turn, or a deletion for the end of its job, as long as it can.',
      remedy: 'Nothing is lost: do it again once the job has ended.',
    },
    {
      reason: bug(new TypeError("Cannot read properties of undefined (reading 'jobArn')")),
      when: 'A mistake in this library. It fails at once.',
      remedy: 'Report it; the log has the stack trace.',
    },
  ];
}
