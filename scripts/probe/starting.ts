import {
  CreateModelImportJobCommand,
  type BedrockClient,
  type BedrockServiceException,
  type CreateModelImportJobRequest,
} from '@aws-sdk/client-bedrock';
import { resultOf, quote, type CallResult, type Clock } from './bedrock';
import { isQuota } from './errors';
import { LONGEST_IMPORT_MS } from './orphans';
import { PATIENCE_MS } from './waiting';

const PAUSE_MS = 5000;

interface StartOptions {
  /** Whether an error other than that of the quota may pass: permissions arrive late. */
  readonly mayPass: (error: BedrockServiceException) => boolean;
  /** Gets each error that may pass. */
  readonly onError?: (error: BedrockServiceException) => void;
  readonly log: (line: string) => void;
}

/** Starts a job when the import slot is free, and returns its ARN or the error that did not pass. */
export async function startJob(
  client: BedrockClient,
  clock: Clock,
  request: CreateModelImportJobRequest,
  { mayPass, onError, log }: StartOptions,
): Promise<CallResult<string>> {
  const startedAt = clock.now();
  let failedAt: number | undefined;
  for (;;) {
    const result = await createJob(client, request);
    if ('output' in result) {
      return result;
    }
    const { error } = result;
    failedAt = isQuota(error) ? undefined : (failedAt ?? clock.now());
    const [since, patience] = failedAt ? [failedAt, PATIENCE_MS] : [startedAt, LONGEST_IMPORT_MS];
    if (!(isQuota(error) || mayPass(error)) || clock.now() - since > patience) {
      return result;
    }
    onError?.(error);
    log(`Not yet: ${quote(error)}`);
    await clock.sleep(PAUSE_MS);
  }
}

/** Calls CreateModelImportJob once. */
export async function createJob(
  client: BedrockClient,
  request: CreateModelImportJobRequest,
): Promise<CallResult<string>> {
  const result = await resultOf(client.send(new CreateModelImportJobCommand(request)));
  return 'output' in result ? { output: result.output.jobArn! } : result;
}
