import { readArguments, UserError } from '../arguments';
import { DIALECTS } from '../bedrock/dialect';

export type DemoName = 'wait' | 'own';
export type DialectName = keyof typeof DIALECTS;

/** What a person can choose about a demo. */
export interface DemoOptions {
  readonly name: DemoName;
  /** How long an import job takes. */
  readonly seconds: number;
  /** Whether the import job fails. */
  readonly fail: boolean;
  /** Whether the prefix lacks a file of the weights. */
  readonly badWeights: boolean;
  readonly dialect: DialectName;
}

/** How long an import job takes by default. `own` runs two of them. */
const DEFAULT_SECONDS: Readonly<Record<DemoName, number>> = { wait: 30, own: 10 };
const MAX_SECONDS = 3000;

export const HELP = `Usage: npm run demo [-- [wait | own] [options]]

Starts a cloud on this machine (MiniStack, and a local Bedrock) and deploys a sample app to it with the
CDK CLI. Nothing leaves this machine, and no AWS account is used.

  wait  waits for an import job, and uses its model (default)
  own   imports a model, replaces it, and deletes it

Options:
  --seconds N     how long an import job takes: 1 to ${MAX_SECONDS} (default: ${DEFAULT_SECONDS.wait}; with own, ${DEFAULT_SECONDS.own})
  --fail          the import job fails; with own, the second one does
  --bad-weights   a file of the weights is missing at the second import; with own only
  --dialect NAME  how the local Bedrock behaves where AWS documents nothing or several things (default: today)
                    today       every answer is immediate
                    documented  the AWS documentation, word for word
                    observed    what users reported: jobs, models and permissions that show late, and
                                refusals in between; minutes are shortened to seconds
  -h, --help      print this text

Examples:
  npm run demo
  npm run demo -- --seconds 10 --fail
  npm run demo -- own --dialect observed

Set LOCAL_CLOUD_URL to use a MiniStack that is running already.
`;

const SEE_HELP = 'For all options, type: npm run demo -- --help';

const NAMES = Object.keys(DEFAULT_SECONDS) as DemoName[];
const DIALECT_NAMES = Object.keys(DIALECTS) as DialectName[];

/**
 * What the demo was called with.
 *
 * @throws UserError
 */
export function parseDemoArguments(args: string[]): DemoOptions | 'help' {
  const { values, positionals } = readArguments(
    {
      args,
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        fail: { type: 'boolean', default: false },
        'bad-weights': { type: 'boolean', default: false },
        dialect: { type: 'string', default: 'today' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    } as const,
    SEE_HELP,
  );
  if (values.help) {
    return 'help';
  }
  if (positionals.length > 1) {
    // npm takes options before "--" for its own, and passes their values on.
    throw new UserError(
      `Only one demo runs at a time, got: ${positionals.join(' ')}. Options follow "--": npm run demo -- own --seconds 10`,
    );
  }
  const name = choose(positionals[0] ?? 'wait', NAMES, (given) => `There is no demo "${given}"`);
  const badWeights = values['bad-weights'];
  if (badWeights && name !== 'own') {
    throw new UserError(
      '--bad-weights is for the demo that imports a model. Type: npm run demo -- own --bad-weights',
    );
  }
  if (badWeights && values.fail) {
    throw new UserError(
      '--fail and --bad-weights exclude each other: with a missing file, no import job starts. Type one of them.',
    );
  }
  return {
    name,
    seconds: values.seconds === undefined ? DEFAULT_SECONDS[name] : parseSeconds(values.seconds),
    fail: values.fail,
    badWeights,
    dialect: choose(values.dialect, DIALECT_NAMES, (given) => `There is no dialect "${given}"`),
  };
}

function parseSeconds(given: string): number {
  const seconds = Number(given.trim() || NaN);
  if (!(seconds >= 1 && seconds <= MAX_SECONDS)) {
    throw new UserError(
      `--seconds must be a number from 1 to ${MAX_SECONDS}, got: ${given}. For example, type: npm run demo -- --seconds 10`,
    );
  }
  return seconds;
}

function choose<T extends string>(given: string, names: readonly T[], problem: (given: string) => string): T {
  const name = names.find((candidate) => candidate === given);
  if (name === undefined) {
    throw new UserError(`${problem(given)}. Type one of: ${names.join(', ')}. ${SEE_HELP}`);
  }
  return name;
}
