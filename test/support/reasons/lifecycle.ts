import * as reasons from '../../../lambda/model/reasons';
import { JOB_ARN } from '../job';
import type { Row } from './row';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456';

const PROGRESS: reasons.Progress = {
  requestType: 'Create',
  region: 'us-east-1',
  account: '123456789012',
  waitedSeconds: 12,
};

const fault = (name: string, message: string): { name: string; message: string } => ({ name, message });

/** What the start, the replacement or the deletion of an imported model can fail with. */
export function lifecycleRows(): Row[] {
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
      when: 'A look at the weights before the import found what makes it certain to fail; all problems of that kind are listed. Doubts are in the log of the lifecycle function.',
      remedy: '`npx cdk-bedrock-model-import check <folder or S3 URI>` finds the same before a deployment.',
    },
    {
      reason: reasons.modelQuota(
        PROGRESS,
        180,
        fault('ServiceQuotaExceededException', 'Imported models per account'),
      ),
      when: 'Bedrock has refused another import for three minutes, and no import job was in progress. Up to two minutes of that are the place of a job or model that has gone a moment ago.',
      remedy: 'Delete a model, or raise the quota; three imported models per account are the default.',
    },
    {
      reason: reasons.nameTaken(PROGRESS, 'llama', MODEL_ARN),
      when: 'The given `importedModelName` belongs to a model or a running job that this resource did not start.',
      remedy: 'Leave the name out: generated ones are unique.',
    },
    {
      reason: reasons.nameStillUsed({ ...PROGRESS, requestType: 'Update' }, 'llama'),
      when: 'A change imports the model again under a given `importedModelName`, which the old model has until it is replaced.',
      remedy: 'Change the name together with what defines the model.',
    },
    {
      reason: reasons.tooManyTags(PROGRESS, fault('TooManyTagsException', 'At most 50 tags')),
      when: 'The tags of the construct, of the library and of others are more than Bedrock takes.',
      remedy: 'Look for tags of stages and of the app, which reach the model too.',
    },
    {
      reason: reasons.invalid(
        PROGRESS,
        fault('ValidationException', 'The S3 URI does not hold a supported model'),
      ),
      when: 'Bedrock does not accept what defines the model. Whatever may be a role, a policy or an access to Amazon S3 that was made moments ago is given seven minutes.',
      remedy: 'The quotation says what it is.',
    },
    {
      reason: reasons.refused(
        { ...PROGRESS, waitedSeconds: 430 },
        'DeleteImportedModel',
        fault('AccessDeniedException', 'with an explicit deny'),
      ),
      when: 'A call is refused, and nothing else came for the seven minutes that new permissions are given to arrive.',
      remedy: 'The construct allows the calls, so look for what takes them away.',
    },
    {
      reason: reasons.timedOut(
        { ...PROGRESS, requestType: 'Delete', waitedSeconds: 3300 },
        `model import job ${JOB_ARN} is in progress, and an import job cannot be stopped`,
      ),
      when: 'A start has waited for its turn, or a deletion for the end of its job, as long as it can.',
      remedy: 'Nothing is lost: do it again once the job has ended.',
    },
  ];
}
