import * as reasons from '../../../lambda/lifecycle/reasons';
import { JOB_ARN } from '../job';
import type { Row } from './row';

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
      reason: reasons.modelQuota(
        PROGRESS,
        fault('ServiceQuotaExceededException', 'Imported models per account'),
      ),
      when: 'No import job is in progress, and Bedrock still refuses another model, twice in a row.',
      remedy: 'Delete a model, or raise the quota; three imported models per account are the default.',
    },
    {
      reason: reasons.jobNameTaken(PROGRESS, 'llama', fault('ConflictException', 'The name is in use')),
      when: 'The given `jobName` belongs to a job that this resource did not start.',
      remedy: 'Leave names out: generated ones are unique.',
    },
    {
      reason: reasons.modelNameTaken(PROGRESS, 'llama', fault('ConflictException', 'The name is in use')),
      when: 'The given `importedModelName` belongs to another model, which may be the one to replace.',
      remedy: 'Leave names out: generated ones are unique.',
    },
    {
      reason: reasons.tooManyTags(PROGRESS, fault('TooManyTagsException', 'At most 200 tags')),
      when: 'The tags of the construct and the five of the library are more than Bedrock takes.',
      remedy: 'Look for tags of stages and of the app, which reach the model too.',
    },
    {
      reason: reasons.invalid(
        PROGRESS,
        fault('ValidationException', 'The S3 URI does not hold a supported model'),
      ),
      when: 'Bedrock does not accept what defines the model. A role that was just made is given 120 seconds.',
      remedy: 'The quotation says what it is.',
    },
    {
      reason: reasons.refused(
        { ...PROGRESS, waitedSeconds: 130 },
        fault('AccessDeniedException', 'with an explicit deny'),
      ),
      when: 'A call is refused, for more than the 120 seconds that new permissions are given to arrive.',
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
