import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { ExecutionState, PollInput, PollResult } from '../shared/engine';
import { answerRequest, HTTP } from './answer';

/** What this function is called with: by CloudFormation, and by the state machine for a poll and for an answer. */
type Input = CloudFormationCustomResourceEvent | PollInput | ExecutionState;

/** Each part loads its clients when it is first needed: a poll never loads the client of Step Functions. */
export async function handler(input: Input): Promise<PollResult | undefined> {
  if ('RequestType' in input) {
    const { handler } = await import('./request.js');
    await handler(input);
    return undefined;
  }
  if ('previous' in input) {
    const { handler } = await import('./poll.js');
    return handler(input);
  }
  return answerRequest(input, HTTP, Date.now);
}
