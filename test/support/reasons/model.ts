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
      when: 'The pre-flight check found errors in the weights. The reason lists all of them, and [Findings](findings.md) explains each.',
      remedy:
        'Fix the weights. Run `npx cdk-bedrock-model-import check <folder or S3 URI>` to see the same errors without a deployment.',
    },
    {
      reason: reasons.invalidName(
        PROGRESS,
        'team search',
        'must be 1 to 37 letters, digits, "+", "-" and "."',
      ),
      when: '`jobNamePrefix` is a token, and Bedrock would not accept its value at deployment.',
      remedy: 'Change the value, or leave the prop out.',
    },
    {
      reason: reasons.modelQuota(
        PROGRESS,
        180,
        error('ServiceQuotaExceededException', 'Imported models per account'),
      ),
      when: 'Bedrock has rejected another import for at least three minutes, and no import job was in progress.',
      remedy: 'Delete a model, or request a higher quota. The default is three imported models.',
    },
    {
      reason: reasons.nameTaken(PROGRESS, 'llama', MODEL_ARN),
      when: 'The given `importedModelName` belongs to a model that this resource did not import.',
      remedy: 'Choose another name, or leave it out. Generated names are unique.',
    },
    {
      reason: reasons.nameStillUsed({ ...PROGRESS, requestType: 'Update' }, 'llama'),
      when: 'A change needs a new import, but `importedModelName` is unchanged, and the old model has this name until it is deleted.',
      remedy: 'Change the name together with the other props, or leave it out.',
    },
    {
      reason: reasons.tooManyTags(PROGRESS, error('TooManyTagsException', 'At most 50 tags')),
      when: 'The tags of the construct and of this library, and tags that others have added, are more than Bedrock allows.',
      remedy: 'Remove tags. Tags of the app, the stage and the stack also apply to the model.',
    },
    {
      reason: reasons.ruleBroken(
        PROGRESS,
        'bedrock:CreateModelImportJob',
        error('ValidationException', "Value at 'importedModelKmsKeyId' failed to satisfy constraint"),
      ),
      when: 'A value violates a constraint of the Bedrock API. Retries do not help, so the deployment fails at once.',
      remedy: 'The quoted message names the field. Fix its value.',
    },
    {
      reason: reasons.invalid(
        PROGRESS,
        error('ValidationException', 'The S3 URI does not hold a supported model'),
      ),
      when: 'Bedrock has rejected the import for seven minutes. New roles, policies and keys may take that long to take effect.',
      remedy: 'Read the quoted message. Check the import role, its access to Amazon S3, the key and the VPC.',
    },
    {
      reason: reasons.refused(
        { ...PROGRESS, requestType: 'Delete', waitedSeconds: 430 },
        'bedrock:DeleteImportedModel',
        MODEL_ARN,
        error('AccessDeniedException', 'with an explicit deny'),
      ),
      when: 'A call has been rejected for seven minutes. New permissions may take that long to take effect.',
      remedy: 'The construct allows the call, so check what denies it, as for AccessDenied.',
    },
    {
      reason: reasons.neverReached(
        { ...PROGRESS, waitedSeconds: 960 },
        'dynamodb:GetItem',
        960,
        error('TimeoutError', 'connect ETIMEDOUT 10.0.0.1:443'),
      ),
      when: 'The model function is in a VPC without a route to the service, or the Region does not offer the service.',
      remedy: 'Create the endpoint that the reason names, or a NAT gateway.',
    },
    {
      reason: reasons.superseded(PROGRESS, 'request 6f2b8d10 of the same resource is newer'),
      when: 'CloudFormation cancelled the request, or made a newer one for the same resource.',
      remedy: 'Nothing. If the deployment itself failed with this reason, redeploy.',
    },
    {
      reason: reasons.adoptedNotFound(PROGRESS, JOB_ARN),
      when: 'Bedrock has not found the job in `adopt` for two minutes.',
      remedy:
        'Check the account and the Region in the ARN. If Bedrock no longer keeps the job, leave `adopt` out to import the model again.',
    },
    {
      reason: reasons.adoptedIsOther(PROGRESS, JOB_ARN, [
        'its source is s3://weights/llama, expected s3://weights/qwen',
      ]),
      when: 'The job in `adopt` has another source, key or name than the construct.',
      remedy: 'Set `source`, `kmsKey` and `importedModelName` to the values of the job.',
    },
    {
      reason: reasons.adoptedHasNoModel(PROGRESS, JOB_ARN),
      when: 'The job in `adopt` failed, or its model was deleted.',
      remedy: 'Leave `adopt` out to import the model again.',
    },
    {
      reason: reasons.adoptedIsDeleted(PROGRESS, JOB_ARN),
      when: 'The model of the job in `adopt` is being deleted, because CloudFormation deleted the resource that owned it.',
      remedy: 'Leave `adopt` out to import the model again.',
    },
    {
      reason: reasons.creationNotShown(
        { ...PROGRESS, requestType: 'Delete', waitedSeconds: 420 },
        GENERATED_ID,
      ),
      when: 'A creation was cancelled, and the events of the stack have not shown it for seven minutes. The function deletes no model unless it is certain which one to delete.',
      remedy:
        'Delete the stack again. If a model that is tagged with the stack remains, delete it in Amazon Bedrock.',
    },
    {
      reason: reasons.fateNotShown({ ...PROGRESS, requestType: 'Delete', waitedSeconds: 420 }, JOB_ARN),
      when: 'A replacement ended, and for seven minutes the events of the stack have not shown whether CloudFormation received the answer.',
      remedy: 'Delete the stack again.',
    },
    {
      reason: reasons.timedOut(
        { ...PROGRESS, requestType: 'Delete', waitedSeconds: 3300 },
        `the end of model import job ${JOB_ARN}, which cannot be stopped`,
      ),
      when: 'Another import job was running until the end of `timeout`, or a Delete waited 55 minutes for a running job.',
      remedy: 'Redeploy, or delete the stack again, when the job has ended.',
    },
    {
      reason: bug(new TypeError("Cannot read properties of undefined (reading 'jobArn')")),
      when: 'This library has a bug.',
      remedy: 'Report it with the stack trace in the log.',
    },
  ];
}
