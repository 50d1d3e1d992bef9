import { jobIdentifierRule } from '../../lib/private/contract/job-identifier';

/** The integration tests, and what each of them does in an account. */

/** A variable of the environment that tells tests about the account. */
export type Variable = 'IMPORT_JOB' | 'WEIGHTS';

/** What a test needs, creates, costs and takes. */
export interface IntegrationTest {
  readonly name: string;
  readonly needs: Variable;
  readonly creates: string;
  /** At list prices of us-east-1. */
  readonly costs: string;
  /** With an import job that has completed. */
  readonly takes: string;
}

/** The only Region that the tests deploy to. */
export const REGION = 'us-east-1';

export const TESTS: readonly IntegrationTest[] = [
  {
    name: 'integ.model-import-job-waiter.ts',
    needs: 'IMPORT_JOB',
    creates: 'a waiter and a parameter',
    costs: 'less than $0.01',
    takes: '5 minutes',
  },
  {
    name: 'integ.hand-over.ts',
    needs: 'IMPORT_JOB',
    creates: 'a waiter and a parameter, and a second stack that reads it',
    costs: 'less than $0.01',
    takes: '7 minutes',
  },
  {
    name: 'integ.locked-down-provider.ts',
    needs: 'IMPORT_JOB',
    creates: 'a waiter in a VPC with 3 interface endpoints in 2 Availability Zones, and a KMS key',
    costs: '$0.07 for each hour or part of an hour',
    takes: '15 minutes',
  },
  {
    name: 'integ.imported-model.ts',
    needs: 'WEIGHTS',
    creates: 'an imported model',
    costs: 'less than $0.01 of storage for a model of 8B parameters',
    takes: 'the import, and 5 minutes',
  },
  {
    name: 'integ.smoke-test.ts',
    needs: 'WEIGHTS',
    creates: 'an imported model, which it invokes once, and a dashboard',
    costs: '$0.60 for a model of 8B parameters, $2.30 for one of 70B',
    takes: 'the import, and 10 minutes',
  },
];

/** The rule that the value of a variable breaks, or undefined. */
export const RULES: Readonly<Record<Variable, (value: string) => string | undefined>> = {
  IMPORT_JOB: jobIdentifierRule,
  WEIGHTS: (value) =>
    /^s3:\/\/[a-z0-9][a-z0-9.-]+\/./.test(value)
      ? undefined
      : 'must be the URI of a prefix, such as s3://bucket/model/',
};
