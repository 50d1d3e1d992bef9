import { BedrockClient } from '@aws-sdk/client-bedrock';
import type { BedrockAccount } from '../../../local/bedrock/account';
import { BedrockException } from '../../../local/bedrock/exceptions';
import type { Operation } from '../../../local/bedrock/inputs';

type Json = Record<string, unknown>;

/** A client whose calls reach an account of the stand-in without a network. */
export class InProcessBedrock extends BedrockClient {
  /** How many answers to CreateModelImportJob get lost: the SDK then tries again by itself, once. */
  public lostAnswers = 0;

  constructor(private readonly account: BedrockAccount) {
    super({ region: 'us-east-1' });
    this.send = ((command: { input: object; constructor: { name: string } }) =>
      this.call(command.constructor.name.replace(/Command$/, '') as Operation, command.input)) as never;
  }

  private async call(operation: Operation, input: object): Promise<Json> {
    const tries = operation === 'CreateModelImportJob' ? 2 : 1;
    for (let attempt = 1; ; attempt++) {
      const answer = this.perform(operation, input);
      const isLost = operation === 'CreateModelImportJob' && this.lostAnswers > 0;
      if (!isLost) {
        return answer instanceof Error ? Promise.reject(answer) : answer;
      }
      this.lostAnswers--;
      if (attempt === tries) {
        return Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      }
    }
  }

  private perform(operation: Operation, input: object): Json | Error {
    try {
      return revive(this.account.perform(operation, input as Json)) as Json;
    } catch (error) {
      if (!(error instanceof BedrockException)) {
        throw error;
      }
      const { name, message, status } = error;
      return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
    }
  }
}

/** Times come as dates, as the SDK makes them. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(revive);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      key.endsWith('Time') && typeof field === 'string' ? new Date(field) : revive(field),
    ]),
  );
}
