import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Answer, ResourceEvent } from '../shared/engine';
import { responseBody } from '../shared/response-body';
import { sendResponse, type Network } from './cloudformation';
import { logEvent } from './resource';
import type { StackEvents } from './stack';

/** What the function speaks with. */
export interface Peers {
  readonly stepFunctions: SFNClient;
  readonly stackEvents: StackEvents;
  readonly network: Network;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Tells CloudFormation what a request came to. */
export async function answer(
  event: ResourceEvent,
  responseUrl: string,
  answer: Answer,
  { network }: Peers,
  attempts?: number,
): Promise<void> {
  await sendResponse(responseUrl, responseBody(event, answer), network, attempts);
  logEvent('INFO', 'Answered', event, { status: answer.status, reason: answer.reason });
}
