import * as sdk from '@aws-sdk/client-bedrock';
import type { BedrockAccount } from '../../local/bedrock/account';
import { BedrockException } from '../../local/bedrock/exceptions';
import type { Body } from '../../local/bedrock/import-job';
import type { Operation } from '../../local/bedrock/inputs';

/** What happens around a call: it may wait or fail before the call takes place, or afterwards. */
export type AroundBedrock = <T>(operation: Operation, act: () => T) => Promise<T>;

/** Fields that the SDK makes dates of. */
const DATES = /Time$/;

/** The SDK's client of Amazon Bedrock, before an account of the local Bedrock and without a network. */
export function inProcessBedrock(
  account: BedrockAccount,
  around: AroundBedrock = (_, act) => Promise.resolve().then(act),
): sdk.BedrockClient {
  const send = (command: { constructor: { name: string }; input: object }): Promise<object> => {
    const operation = command.constructor.name.replace(/Command$/, '') as Operation;
    return around(operation, () => performInProcess(account, operation, command.input));
  };
  // The SDK's paginators take only an instance of their client, whose constructor is slow.
  return Object.assign(Object.create(sdk.BedrockClient.prototype) as sdk.BedrockClient, { send });
}

/** Carries an operation out, and returns or throws what the SDK would. */
export function performInProcess(account: BedrockAccount, operation: Operation, input: object): object {
  try {
    return revive(account.perform(operation, JSON.parse(JSON.stringify(input)) as Body));
  } catch (error) {
    throw error instanceof BedrockException ? bedrockError(error.name, error.message, error.status) : error;
  }
}

/** What travels as JSON, as the SDK returns it. */
function revive(answer: object): object {
  const revived = JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
    DATES.test(key) && typeof value === 'string' ? new Date(value) : value,
  ) as object;
  return { $metadata: {}, ...revived };
}

/** An error as the SDK throws it: of a class of its own, when the service declares it. */
export function bedrockError(name: string, message: string, httpStatusCode: number): Error {
  const $metadata = { httpStatusCode };
  const declared = (sdk as unknown as Record<string, typeof sdk.ConflictException | undefined>)[name];
  return declared
    ? new declared({ message, $metadata })
    : Object.assign(new Error(message), { name, $metadata });
}
