import {
  BedrockServiceException,
  GetImportedModelCommand,
  GetModelImportJobCommand,
  type BedrockClient,
  type GetImportedModelResponse,
  type GetModelImportJobResponse,
} from '@aws-sdk/client-bedrock';

/** Lets a test make time pass. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** The output of a call, or the client error that it met. */
export type CallResult<T> = { readonly output: T } | { readonly error: BedrockServiceException };

/** Makes a value of a client error. Server errors and errors of the network, which the SDK has retried, are thrown. */
export async function resultOf<T>(answer: Promise<T>): Promise<CallResult<T>> {
  try {
    return { output: await answer };
  } catch (error) {
    if (error instanceof BedrockServiceException && error.$fault === 'client') {
      return { error };
    }
    throw error;
  }
}

export function getJob(
  client: BedrockClient,
  jobIdentifier: string,
): Promise<CallResult<GetModelImportJobResponse>> {
  return resultOf(client.send(new GetModelImportJobCommand({ jobIdentifier })));
}

export function getModel(
  client: BedrockClient,
  modelIdentifier: string,
): Promise<CallResult<GetImportedModelResponse>> {
  return resultOf(client.send(new GetImportedModelCommand({ modelIdentifier })));
}

/** Whether an error is one of those that may say that something is not there. */
export function isAbsence(name: string): name is 'ResourceNotFoundException' | 'ValidationException' {
  return name === 'ResourceNotFoundException' || name === 'ValidationException';
}

export function quote({ name, message }: Error): string {
  return `${name} "${message}"`;
}
