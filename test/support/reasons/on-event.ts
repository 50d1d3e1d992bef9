import * as reasons from '../../../lambda/on-event/reasons';
import { responseBody } from '../../../lambda/shared/response-body';
import { createEvent } from '../events';
import { JOB_ARN } from '../job';
import type { Response } from '../response-url';
import type { Row } from './row';

/** What a request can fail with before it is served, or when its answer is due. */
export function onEventRows(): Row[] {
  return [
    {
      reason: reasons.pollBroken(
        {
          Error: 'Runtime.ExitError',
          Cause: JSON.stringify({ errorMessage: 'RequestId: 1a2b Error: Runtime exited' }),
        },
        'poll',
        { jobIdentifier: JOB_ARN, attempt: 12, lastSeen: 'status InProgress' },
      ),
      when: 'The poll function, or the permission to call it, has failed until the deadline. What passes before is borne.',
      remedy: 'Read the log. In a VPC, first check that the functions reach Bedrock from their subnets.',
    },
    {
      reason: reasons.notStarted(
        Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }),
        JOB_ARN,
      ),
      when: 'AWS Step Functions has not started the wait for about four minutes.',
      remedy: 'Deploy again. If it is denied, look for what takes the permission away, as above.',
    },
    {
      reason: reasons.superseded({ type: 'Update', requestId: 'c4f0a3de-51d8-4b2c-9a0f-3f6a5a6d2b11' }),
      when: 'CloudFormation has made a newer request for the same resource, for example to roll back. It waits for this one no longer.',
      remedy: 'None is needed, unless the deployment failed with it.',
    },
    {
      reason: reasons.overdue(3400, 3300),
      when: 'AWS Lambda has delivered the request late, or the wait could not be started, until its time was over.',
      remedy: 'Deploy again. Look for throttles of the on-event function.',
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
