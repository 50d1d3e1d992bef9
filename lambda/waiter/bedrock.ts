import {
  GetImportedModelCommand,
  GetModelImportJobCommand,
  paginateListImportedModels,
  type BedrockClient,
  type GetImportedModelCommandOutput,
  type ImportedModelSummary,
} from '@aws-sdk/client-bedrock';
import type { SmokeTestProperties } from '../../lib/private/contract/protocol';
import { createClient, findModelOfJob, type Credentials, type Job } from '../shared/bedrock';
import { call, CallError, isMistake, toServiceError, type ServiceError } from '../shared/errors';
import { assumeRole, type AssumedRole } from './assume-role';
import type { TestResponse } from './runtime';

/** An imported model as Bedrock describes it. */
export type Model = Omit<GetImportedModelCommandOutput, '$metadata'>;

/** What one call came to. */
export type Observation<T> = { readonly answer: T } | { readonly error: ServiceError };

/** What one poll calls, in one Region and as one role. What goes wrong is observed; only a mistake of our own is thrown. */
export interface Bedrock {
  job(jobIdentifier: string): Promise<Observation<Job>>;
  model(modelArn: string): Promise<Observation<Model>>;
  /** The model of a job whose record Bedrock does not keep any more, if it is there. */
  modelOfJob(jobArn: string): Promise<Observation<Model | undefined>>;
  test(modelArn: string, request: SmokeTestProperties): Promise<Observation<TestResponse>>;
}

/** How Bedrock is reached in a Region, as a role. */
interface Connection {
  readonly client: BedrockClient;
  readonly region: string;
  readonly credentials?: Credentials;
}

/** All calls of one poll together end within this many milliseconds, well before the function's timeout. */
const POLL_LIMIT_MS = 20_000;

/** One for each Region and role, kept between invocations. */
const connections = new Map<string, Connection>();

/** Bedrock in a Region, called with the function's own role or another one. */
export function connectBedrock(region: string, role?: AssumedRole): Bedrock {
  const key = JSON.stringify([region, role]);
  let connection = connections.get(key);
  if (!connection) {
    const credentials = role && assumeRole(role);
    connection = { client: createClient(region, 2, credentials), region, credentials };
    connections.set(key, connection);
  }
  return forOnePoll(connection);
}

export function forOnePoll({ client, region, credentials }: Connection): Bedrock {
  const limit = { abortSignal: AbortSignal.timeout(POLL_LIMIT_MS) };
  return {
    job: (jobIdentifier) => observe(client.send(new GetModelImportJobCommand({ jobIdentifier }), limit)),
    model: (modelIdentifier) => observe(client.send(new GetImportedModelCommand({ modelIdentifier }), limit)),
    modelOfJob: (jobArn) => observe(modelOfJob(client, jobArn, limit)),
    test: async (modelArn, request) => {
      // Most waits never test a model: what that takes is a bundle of its own.
      const { testModel } = await import('./runtime.js');
      return observe(testModel(region, credentials, modelArn, request, limit.abortSignal));
    },
  };
}

type Limit = { readonly abortSignal: AbortSignal };

async function modelOfJob(client: BedrockClient, jobArn: string, limit: Limit): Promise<Model | undefined> {
  return findModelOfJob(jobArn, listModels(client, limit), (modelIdentifier) =>
    call('bedrock:GetImportedModel', client.send(new GetImportedModelCommand({ modelIdentifier }), limit)),
  );
}

async function* listModels(client: BedrockClient, limit: Limit): AsyncIterable<ImportedModelSummary> {
  for await (const { modelSummaries = [] } of paginateListImportedModels({ client }, {}, limit)) {
    yield* modelSummaries;
  }
}

async function observe<T>(call: Promise<T>): Promise<Observation<T>> {
  try {
    return { answer: await call };
  } catch (error) {
    if (isMistake(error)) {
      throw error;
    }
    return { error: error instanceof CallError ? error.serviceError : toServiceError(error) };
  }
}
