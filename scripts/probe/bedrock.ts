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

/** An answer, or a refusal. */
export type Reply<T> = { readonly output: T } | { readonly refusal: BedrockServiceException };

/** Turns what Bedrock refuses into a value. Faults of Bedrock or the network, which the SDK has repeated, are thrown. */
export async function ask<T>(answer: Promise<T>): Promise<Reply<T>> {
  try {
    return { output: await answer };
  } catch (error) {
    if (error instanceof BedrockServiceException && error.$fault === 'client') {
      return { refusal: error };
    }
    throw error;
  }
}

export function getJob(
  client: BedrockClient,
  jobIdentifier: string,
): Promise<Reply<GetModelImportJobResponse>> {
  return ask(client.send(new GetModelImportJobCommand({ jobIdentifier })));
}

export function getModel(
  client: BedrockClient,
  modelIdentifier: string,
): Promise<Reply<GetImportedModelResponse>> {
  return ask(client.send(new GetImportedModelCommand({ modelIdentifier })));
}

/** Whether a refusal is one of those that may say that something is not there. */
export function isAbsence(name: string): name is 'ResourceNotFoundException' | 'ValidationException' {
  return name === 'ResourceNotFoundException' || name === 'ValidationException';
}

export function quote({ name, message }: Error): string {
  return `${name} "${message}"`;
}
