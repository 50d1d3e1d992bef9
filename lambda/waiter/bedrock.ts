import {
  GetImportedModelCommand,
  GetModelImportJobCommand,
  type BedrockClient,
  type GetImportedModelCommandOutput,
} from '@aws-sdk/client-bedrock';
import type { SmokeTestProperties } from '../../lib/private/contract/protocol';
import { createClient, toFault, type Credentials, type Fault, type Job } from '../shared/bedrock';
import { assumeRole, type AssumedRole } from './assume-role';
import type { Ask, Reply } from './runtime';

/** An imported model as Bedrock describes it. */
export type Model = Omit<GetImportedModelCommandOutput, '$metadata'>;

/** What one call came to. */
export type Observation<T> = { readonly answer: T } | { readonly fault: Fault };

/** What one poll asks Bedrock, in one Region and as one role. Nothing throws: what goes wrong is observed. */
export interface Bedrock {
  job(jobIdentifier: string): Promise<Observation<Job>>;
  model(modelArn: string): Promise<Observation<Model>>;
  reply(modelArn: string, question: SmokeTestProperties): Promise<Observation<Reply>>;
}

/** How Bedrock is reached in a Region, as a role. */
interface Connection {
  readonly client: BedrockClient;
  readonly ask: Ask;
}

/** All calls of one poll together end within this many milliseconds, well before the function's timeout. */
const POLL_LIMIT_MS = 20_000;

/** One for each Region and role, kept between invocations. */
const connections = new Map<string, Connection>();

/** Bedrock in a Region, asked as the function's own role or another one. */
export function reachBedrock(region: string, role?: AssumedRole): Bedrock {
  const key = JSON.stringify([region, role]);
  const connection = connections.get(key) ?? connect(region, role);
  connections.set(key, connection);
  return forOnePoll(connection);
}

export function forOnePoll({ client, ask }: Connection): Bedrock {
  const limit = { abortSignal: AbortSignal.timeout(POLL_LIMIT_MS) };
  return {
    job: (jobIdentifier) => observe(client.send(new GetModelImportJobCommand({ jobIdentifier }), limit)),
    model: (modelIdentifier) => observe(client.send(new GetImportedModelCommand({ modelIdentifier }), limit)),
    reply: (modelArn, question) => observe(ask(modelArn, question, limit.abortSignal)),
  };
}

function connect(region: string, role?: AssumedRole): Connection {
  const credentials = role && assumeRole(role);
  let ask: Promise<Ask> | undefined;
  return {
    client: createClient(region, undefined, credentials),
    ask: async (...question) => (await (ask ??= loadAsk(region, credentials)))(...question),
  };
}

/** Most waits never put a question to a model: what that takes is a bundle of its own. */
async function loadAsk(region: string, credentials?: Credentials): Promise<Ask> {
  const { createAsk } = await import('./runtime.js');
  return createAsk(region, credentials);
}

async function observe<T>(call: Promise<T>): Promise<Observation<T>> {
  try {
    return { answer: await call };
  } catch (error) {
    return { fault: toFault(error) };
  }
}
