import { BedrockAccount, type BedrockAccountOptions } from '../../local/bedrock/account';
import { DIALECTS, type Dialect } from '../../local/bedrock/dialect';
import type { BedrockException } from '../../local/bedrock/exceptions';
import type { Body } from '../../local/bedrock/import-job';
import type { Operation } from '../../local/bedrock/inputs';

export const MINUTE = 60_000;
export const START = Date.UTC(2026, 0, 1);

/** A request for an import. */
export const CREATION = {
  jobName: 'job-1',
  importedModelName: 'model-1',
  roleArn: 'arn:aws:iam::000000000000:role/import',
  modelDataSource: { s3DataSource: { s3Uri: 's3://weights/llama/' } },
};

/** Accounts on one clock. */
interface Accounts {
  readonly clock: { now: number };
  /** An account which speaks as today but for some answers. */
  readonly speaking: (answers: Partial<Dialect>, options?: BedrockAccountOptions) => BedrockAccount;
}

/** Sets the clock for each test of a file. */
export function useAccounts(): Accounts {
  const clock = { now: START };
  beforeEach(() => {
    clock.now = START;
  });
  return {
    clock,
    speaking: (answers, options = {}) =>
      new BedrockAccount({
        dialect: { ...DIALECTS.today, ...answers },
        now: () => clock.now,
        ...options,
      }),
  };
}

export function create(account: BedrockAccount, input: Body = {}): string {
  return account.perform('CreateModelImportJob', { ...CREATION, ...input }).jobArn as string;
}

/** How an attempt ended: the exception's name, or `done`. */
export function outcomeOf(attempt: () => unknown): string {
  try {
    attempt();
    return 'done';
  } catch (error) {
    return (error as BedrockException).name;
  }
}

export function messageOf(attempt: () => unknown): string {
  try {
    attempt();
    return '';
  } catch (error) {
    return (error as BedrockException).message;
  }
}

export function performs(account: BedrockAccount, operation: Operation, input: Body): string {
  return outcomeOf(() => account.perform(operation, input));
}
