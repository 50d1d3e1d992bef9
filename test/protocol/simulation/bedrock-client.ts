import * as sdk from '@aws-sdk/client-bedrock';
import type { BedrockAccount } from '../../../local/bedrock/account';
import { BedrockException } from '../../../local/bedrock/exceptions';
import type { Body } from '../../../local/bedrock/import-job';
import type { Operation } from '../../../local/bedrock/inputs';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Random } from './random';

/** How many calls in a row may find Bedrock in trouble. */
const MAX_FAULTS_IN_A_ROW = 6;

const PASSING = [
  { name: 'ThrottlingException', status: 429 },
  { name: 'InternalServerException', status: 500 },
  { name: 'ServiceUnavailable', status: 503 },
] as const;

/** Fields that the SDK makes dates of. */
const DATES = /Time$/;

/** Amazon Bedrock behind its SDK client, with answers that do not always come. */
export class SimulatedBedrock extends sdk.BedrockClient {
  constructor(
    private readonly account: BedrockAccount,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
  ) {
    super({ region: 'us-east-1' });
  }

  // The client's own declaration has one overload for each way to call it.
  public override send = (async (command: {
    constructor: { name: string };
    input: object;
  }): Promise<unknown> => {
    const operation = command.constructor.name.replace(/Command$/, '') as Operation;
    await this.clock.sleep(this.random.between(0.05, 0.5));
    const at = { place: 'bedrock', limit: MAX_FAULTS_IN_A_ROW, probability: 0.02, seconds: 1 };
    const fault = this.random.pick(PASSING);
    if (this.faults.happens(`Bedrock: ${fault.name}`, at)) {
      throw exception(fault.name, 'Try again', fault.status);
    }
    const answer = this.perform(operation, command.input);
    if (this.faults.happens('Bedrock: carried out, answer lost', { ...at, probability: 0.01 })) {
      // The SDK tries once more by itself.
      return this.revive(this.perform(operation, command.input));
    }
    this.faults.recover(at.place);
    return this.revive(answer);
  }) as unknown as sdk.BedrockClient['send'];

  private perform(operation: Operation, input: object): object {
    try {
      return this.account.perform(operation, JSON.parse(JSON.stringify(input)) as Body);
    } catch (error) {
      if (error instanceof BedrockException) {
        throw exception(error.name, error.message, error.status);
      }
      throw error;
    }
  }

  /** What travels as JSON, as the SDK hands it over. */
  private revive(answer: object): unknown {
    return {
      $metadata: {},
      ...(JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
        DATES.test(key) && typeof value === 'string' ? new Date(value) : value,
      ) as object),
    };
  }
}

/** As the SDK throws it: of a class of its own, when the service declares it. */
function exception(name: string, message: string, httpStatusCode: number): Error {
  const $metadata = { httpStatusCode };
  const declared = (sdk as unknown as Record<string, typeof sdk.ConflictException | undefined>)[name];
  return declared
    ? new declared({ message, $metadata })
    : Object.assign(new Error(message), { name, $metadata });
}
