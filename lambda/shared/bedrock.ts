import {
  BedrockClient,
  type BedrockClientConfig,
  type GetModelImportJobCommandOutput,
  type ImportedModelSummary,
} from '@aws-sdk/client-bedrock';
import { isAbsence, type CallError } from './errors';

/** How a client gets its credentials. */
export type Credentials = NonNullable<BedrockClientConfig['credentials']>;

/** A job as Bedrock describes it. */
export type Job = Omit<GetModelImportJobCommandOutput, '$metadata'>;

/** Milliseconds that one try has to connect, and to be answered. */
const TRY_LIMITS = { connectionTimeout: 3000, requestTimeout: 8000 };

/**
 * A client whose calls end in time.
 *
 * @param maxAttempts 1 where the SDK's own retry would hide what the first attempt did
 */
export function createClient(region: string, maxAttempts = 2, credentials?: Credentials): BedrockClient {
  return new BedrockClient({
    region,
    credentials,
    maxAttempts,
    requestHandler: { ...TRY_LIMITS, throwOnRequestTimeout: true },
  });
}

/**
 * The model that a job has imported, among those that are listed. One that is listed and cannot be described may be the
 * one: that is an error, and not absence.
 *
 * @throws CallError
 */
export async function findModelOfJob<T extends { readonly jobArn?: string }>(
  jobArn: string,
  listed: AsyncIterable<ImportedModelSummary> | Iterable<ImportedModelSummary>,
  describe: (modelArn: string) => Promise<T>,
): Promise<T | undefined> {
  let notDescribed: CallError | undefined;
  for await (const { modelArn } of listed) {
    try {
      const model = await describe(modelArn!);
      if (model.jobArn === jobArn) {
        return model;
      }
    } catch (error) {
      if (!isAbsence(error)) {
        throw error;
      }
      notDescribed = error;
    }
  }
  if (notDescribed) {
    throw notDescribed;
  }
  return undefined;
}

/** Whether a job has ended: its status says so, or it has an end, whatever its status is called. */
export function hasEnded({ status, endTime }: Partial<Pick<Job, 'endTime'>> & { status?: string }): boolean {
  return endTime !== undefined || hasCompleted({ status }) || status === 'Failed';
}

/** Whether a job has completed, in either of the words that AWS documents. */
export function hasCompleted({ status }: { readonly status?: string }): boolean {
  return status === 'Completed' || status === 'Complete';
}
