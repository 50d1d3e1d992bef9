import { fork } from 'child_process';
import { availableParallelism } from 'os';
// First, because the SDK reads the environment when it loads.
import '../../support/environment';
import { printError, readArguments, toWholeNumber, UserError } from '../../../local/arguments';
import { DIALECTS } from '../../../local/bedrock/dialect';
import { merge, runBatch, type Case, type Summary } from './batch';
import { REGRESSIONS } from './regressions';

/** Simulates deployments with faults: `npm run simulate -- --seed 7 --deployments 10000`. */

AbortSignal.timeout = () => new AbortController().signal;
Error.stackTraceLimit = 3;

const USAGE =
  'Type: npm run simulate -- [--seed N] [--deployments N] [--only N] ' +
  `[--dialect ${Object.keys(DIALECTS).join('|')}]`;

/** What a run is made of. */
interface Run {
  readonly seed: number;
  readonly deployments: number;
  /** Runs one deployment of a run again. */
  readonly only?: number;
  /** Keeps to a dialect with a name, instead of drawing one for each deployment. */
  readonly dialect?: Case['dialect'];
}

function readRun(): Run {
  const { values } = readArguments(
    {
      options: {
        seed: { type: 'string', default: '1' },
        deployments: { type: 'string', default: '20000' },
        only: { type: 'string' },
        dialect: { type: 'string' },
      },
    } as const,
    USAGE,
  );
  const { dialect } = values;
  if (dialect !== undefined && !(dialect in DIALECTS)) {
    throw new UserError(`There is no dialect "${dialect}". ${USAGE}`);
  }
  return {
    seed: toWholeNumber('seed', values.seed, USAGE),
    deployments: toWholeNumber('deployments', values.deployments, USAGE),
    only: values.only === undefined ? undefined : toWholeNumber('only', values.only, USAGE),
    dialect: dialect as Case['dialect'],
  };
}

/** Deployments that one process takes at a time. */
const BATCH = 250;
const MAX_SHOWN = 20;

function cases({ seed, deployments, only, dialect }: Run): Case[] {
  if (only !== undefined) {
    return [{ seed, number: only, dialect }];
  }
  const drawn = Array.from({ length: deployments }, (_, number) => ({ seed, number, dialect }));
  return [...REGRESSIONS, ...drawn];
}

/** Hands the deployments to as many processes as there are cores. */
async function runAll(all: readonly Case[]): Promise<Summary> {
  if (all.length <= BATCH) {
    return runBatch(all);
  }
  const batches: Case[][] = [];
  for (let start = 0; start < all.length; start += BATCH) {
    batches.push(all.slice(start, start + BATCH));
  }
  const summaries: Summary[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(__filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const next = (): void => void (batches.length > 0 ? child.send(batches.shift()!) : child.disconnect());
      child.on('message', (summary) => {
        summaries.push(summary as Summary);
        next();
      });
      child.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`A process ended with ${code}`)),
      );
      next();
    });
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return merge(summaries);
}

function table(title: string, counts: Record<string, number>): string {
  const rows = Object.entries(counts).sort(([, one], [, other]) => other - one);
  const lines = rows.map(([name, count]) => `  ${number(count).padStart(10)}  ${name}`);
  return [title, ...lines, ''].join('\n');
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

async function main(): Promise<void> {
  const startedAt = Date.now();
  const run = readRun();
  const all = cases(run);
  const { faults, endings, dialects, wrong, ...rest } = await runAll(all);
  const injected = Object.values(faults).reduce((sum, next) => sum + next, 0);
  console.log(table('Faults injected', faults));
  console.log(table('How the deployments ended', endings));
  console.log(table('Dialects of Bedrock, and how many deployments ran in each', dialects));
  console.log(`Seed                       ${run.seed}`);
  console.log(`Faults                     ${number(injected)}`);
  console.log(`Simulated time             ${number(rest.simulatedSeconds / 86_400)} days`);
  console.log(`Real time                  ${number((Date.now() - startedAt) / 1000)} seconds`);
  console.log(`Longest execution          ${number(rest.maxHistoryEvents)} history events`);
  console.log(`ResponseURLs in the logs   ${rest.leaks}`);
  console.log(`Deployments ended right    ${number(all.length - wrong.length)}`);
  console.log(`Deployments ended wrong    ${number(wrong.length)}`);
  console.log(
    wrong
      .slice(0, MAX_SHOWN)
      .map((line) => `  ${line}`)
      .join('\n'),
  );
  process.exitCode = wrong.length > 0 || rest.leaks > 0 ? 1 : 0;
}

if (process.send) {
  process.on('message', (batch) => void runBatch(batch as Case[]).then((summary) => process.send!(summary)));
} else {
  main().catch(printError);
}
