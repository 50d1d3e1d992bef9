import { readArguments, UserError } from '../../local/arguments';
import { REGION, RULES, TESTS, type IntegrationTest, type Variable } from './tests';

/** A run of the integration tests in an account. */
export interface AccountRun {
  readonly tests: readonly IntegrationTest[];
  /** Whether to go on after the plan. */
  readonly confirmed: boolean;
}

const USAGE = 'Type: npm run test:integ -- --account [--yes] [TEST ...]';

/**
 * Reads the arguments of a run in an account, and checks the environment that its tests need.
 *
 * @throws UserError
 */
export function readAccountRun(args: string[], env: NodeJS.ProcessEnv): AccountRun {
  const { values, positionals } = readArguments(
    {
      args,
      allowPositionals: true,
      options: { account: { type: 'boolean' }, yes: { type: 'boolean', default: false } },
    } as const,
    USAGE,
  );
  const unknown = positionals.find((name) => !TESTS.some((test) => test.name === name));
  if (unknown !== undefined) {
    throw new UserError(`There is no test "${unknown}". The tests are: ${namesOf(TESTS).join(', ')}`);
  }
  const tests = TESTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  new Set(tests.map(({ needs }) => needs)).forEach((variable) => check(variable, tests, env));
  return { tests, confirmed: values.yes };
}

function check(variable: Variable, tests: readonly IntegrationTest[], env: NodeJS.ProcessEnv): void {
  const value = env[variable];
  if (!value) {
    const names = namesOf(tests.filter(({ needs }) => needs === variable));
    const what = { IMPORT_JOB: 'the ARN or name of an import job', WEIGHTS: 's3://bucket/model/' }[variable];
    throw new UserError(`Set ${variable} to ${what} for ${names.join(', ')}, or name other tests`);
  }
  const rule = RULES[variable](value);
  if (rule) {
    throw new UserError(`${variable} ${rule}, got: ${value}`);
  }
}

const HEADINGS = { name: 'Test', creates: 'Creates', costs: 'Costs', takes: 'Takes' };

/** What a run will create, cost and take, as text for a terminal. */
export function describePlan({ tests }: AccountRun, env: NodeJS.ProcessEnv): string {
  const columns = Object.keys(HEADINGS) as (keyof typeof HEADINGS)[];
  const rows = [HEADINGS, ...tests];
  const widthOf = (column: keyof typeof HEADINGS): number =>
    Math.max(...rows.map((row) => row[column].length));
  const lines = rows.map((row) =>
    columns
      .map((column) => row[column].padEnd(widthOf(column)))
      .join('  ')
      .trimEnd(),
  );
  const variables = [...new Set(tests.map(({ needs }) => needs))];
  return [
    `Region:      ${REGION}`,
    `Credentials: ${describeCredentials(env)}`,
    ...variables.map((variable) => `${`${variable}:`.padEnd(12)} ${env[variable]}`),
    '',
    ...lines,
    '',
    'Prices are list prices. The tests run one after the other. Each one deletes its stacks at its end.',
  ].join('\n');
}

function describeCredentials(env: NodeJS.ProcessEnv): string {
  if (env.AWS_PROFILE) {
    return `the profile ${env.AWS_PROFILE}`;
  }
  return env.AWS_ACCESS_KEY_ID ? `the access key ${env.AWS_ACCESS_KEY_ID}` : 'those that the CDK CLI finds';
}

/** The arguments of the integ-runner. In an account, it deploys all tests that have no snapshot. */
export function runnerArguments({ tests }: AccountRun): string[] {
  // The name of a test after the Region would be another Region.
  return [...namesOf(tests), '--update-on-failed', '--parallel-regions', REGION];
}

function namesOf(tests: readonly IntegrationTest[]): string[] {
  return tests.map(({ name }) => name);
}
