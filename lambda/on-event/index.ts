import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { ExecutionState, PollResult } from '../shared/engine';
import { NETWORK } from './cloudformation';
import { finish } from './finish';
import type { Peers } from './peers';
import { serveRequest } from './serve';
import { stackEvents } from './stack';

/** What this function is called with: by CloudFormation, and by the state machine. */
type Input = CloudFormationCustomResourceEvent | ExecutionState;

const PEERS: Peers = {
  stepFunctions: new SFNClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
  }),
  stackEvents,
  network: NETWORK,
  now: Date.now,
};

export function handler(input: Input): Promise<PollResult | undefined> {
  return onEvent(input, PEERS);
}

/**
 * Speaks with CloudFormation: takes its events, and sends the answers that the state machine brings. The state
 * machine is told when it is too early for an answer.
 */
export async function onEvent(input: Input, peers: Peers): Promise<PollResult | undefined> {
  if ('RequestType' in input) {
    const { ResponseURL: responseUrl, ...event } = input;
    await serveRequest(event, responseUrl, peers);
    return undefined;
  }
  return finish(input, peers);
}
