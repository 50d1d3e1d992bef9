import { BedrockClient, GetModelImportJobCommand } from '@aws-sdk/client-bedrock';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** The functions of the alternatives, as one would write them by hand. */

const client = new BedrockClient({});
const LOOP_LIMIT_MS = 14.5 * 60_000;

interface Progress {
  readonly IsComplete: boolean;
  readonly Data?: Record<string, string>;
}

/** Provider framework: there is nothing to start. */
export function onEvent(event: CloudFormationCustomResourceEvent): object {
  return { PhysicalResourceId: event.ResourceProperties.jobIdentifier as string };
}

/** Provider framework: one poll. */
export async function isComplete(event: CloudFormationCustomResourceEvent): Promise<Progress> {
  if (event.RequestType === 'Delete') {
    return { IsComplete: true };
  }
  const jobIdentifier = event.ResourceProperties.jobIdentifier as string;
  const job = await client.send(new GetModelImportJobCommand({ jobIdentifier }));
  if (job.status === 'Failed') {
    throw new Error(job.failureMessage);
  }
  return job.status === 'Completed'
    ? { IsComplete: true, Data: { importedModelArn: job.importedModelArn ?? '' } }
    : { IsComplete: false };
}

/** One function that polls until the job ends, or its own time does, and then answers. */
export async function loop(event: CloudFormationCustomResourceEvent): Promise<void> {
  const deadline = Date.now() + LOOP_LIMIT_MS;
  const interval = Number(event.ResourceProperties.pollIntervalSeconds) * 1000;
  let answer: object = { Status: 'FAILED', Reason: 'Timed out' };
  try {
    let progress = await isComplete(event);
    while (!progress.IsComplete && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, interval));
      progress = await isComplete(event);
    }
    if (progress.IsComplete) {
      answer = { Status: 'SUCCESS', Data: progress.Data };
    }
  } catch (error) {
    answer = { Status: 'FAILED', Reason: String(error) };
  }
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId = event.ResourceProperties.jobIdentifier as string;
  await fetch(event.ResponseURL, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body: JSON.stringify({ ...answer, StackId, RequestId, LogicalResourceId, PhysicalResourceId }),
  });
}
