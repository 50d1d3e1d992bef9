import { responseBody } from '../../../lambda/on-event/cloudformation';
import * as reasons from '../../../lambda/on-event/reasons';
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

function tooLarge(): string {
  const data = { 'modelDataSource.s3DataSource.s3Uri': `s3://bucket/${'%'.repeat(4000)}` };
  const body = responseBody(createEvent(), { status: 'SUCCESS', physicalResourceId: JOB_ARN, data });
  return (JSON.parse(body) as Response).Reason!;
}
