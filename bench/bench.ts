import { execFileSync } from 'child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import { cpus, totalmem } from 'os';
import { join } from 'path';
import * as prettier from 'prettier';
import { measureLocally, POLL_SECONDS, type LocalResult, type MeasuredWait } from './local';

/** Compares this library with the alternatives. Prints the tables, and writes them to docs/contributing/benchmark.md. */

export type StackName = 'LibraryStack' | 'ProviderFrameworkStack' | 'LoopStack' | 'AwsCustomResourceStack';

const PROJECT = join(__dirname, '..');
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
const TSX = join(PROJECT, 'node_modules', '.bin', 'tsx');
const RUNS = 25;
const SYNTH_RUNS = 5;
const WAITS = [1, 10, 100];

const TITLES: Record<StackName, string> = {
  LibraryStack: 'this library',
  ProviderFrameworkStack: 'Provider framework',
  LoopStack: 'loop in a function',
  AwsCustomResourceStack: 'AwsCustomResource',
};
const STACKS = Object.keys(TITLES) as StackName[];
const WAITING = STACKS.filter((stack) => stack !== 'AwsCustomResourceStack');

/** What a wait of two hours comes to: it follows from limits that AWS documents. */
const TWO_HOURS: Record<StackName, string> = {
  LibraryStack: 'waits: a chain of 3 custom resources',
  ProviderFrameworkStack: 'fails after 1 hour: the limit of a custom resource',
  LoopStack: 'fails after 15 minutes: the limit of a function',
  AwsCustomResourceStack: 'does not wait',
};

/**
 * List prices of us-east-1 in US dollars, from the pricing pages of AWS Lambda and AWS Step Functions
 * (standard workflows).
 */
const PRICE = {
  request: 0.2e-6,
  armGigabyteSecond: 0.0000133334,
  x86GigabyteSecond: 0.0000166667,
  transition: 0.025e-3,
};
const PRICED_INTERVAL_SECONDS = 10;
const MEMORY_GB = 0.25;
/** The framework's own functions have Lambda's defaults: 128 MB, x86. */
const FRAMEWORK_MEMORY_GB = 0.125;
const ASSUMED_CALL_SECONDS = 0.2;

interface Synthesis {
  readonly milliseconds: number;
  readonly resources: number;
  readonly functions: number;
  readonly roles: number;
  /** The types of what is created one after another before the first wait is, that one included. */
  readonly series: string[];
  readonly bytes: number;
}

async function main(): Promise<void> {
  const page = [
    '# Benchmark',
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, of version ${version}, on ${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}. The alternatives are in [bench/alternatives.ts](../../bench/alternatives.ts).`,
    '## In the template',
    ...synthesisTables(),
    '## In the functions',
    ...bundleTable(),
    '## On the local cloud',
    ...localTable(await measureLocally(WAITING)),
    '## The price of a waited hour',
    ...priceTable(),
  ].join('\n\n');
  const formatted = await prettier.format(page, { parser: 'markdown' });
  console.log(formatted);
  writeFileSync(join(PROJECT, 'docs', 'contributing', 'benchmark.md'), formatted);
}

function synthesisTables(): string[] {
  const results = STACKS.map(synthesizeAll);
  const rows = STACKS.map((stack, index) => [
    TITLES[stack],
    ...results[index].map(({ resources, functions, roles }) => `${resources} / ${functions} / ${roles}`),
    results[index].map(({ bytes }) => `${(bytes / 1024).toFixed(0)} KiB`).join(', '),
    `${(results[index][2].milliseconds / results[index][0].milliseconds).toFixed(2)}`,
  ]);
  const header = [
    '',
    ...WAITS.map((waits) => `${waits} wait${waits === 1 ? '' : 's'}`),
    'template',
    'synth of 100 / of 1',
  ];
  return [
    `Resources / functions / roles for 1, 10 and 100 waits in a stack, the size of the templates, and the CPU time of an app that synthesizes 100 waits as a ratio to that of one that synthesizes 1 (medians of ${SYNTH_RUNS} processes, in turns).`,
    table(header, rows),
    'Resources in series: the longest chain of resources that CloudFormation creates one after another, from nothing until the first wait has begun, computed from the templates. The creation of a role alone took 16 seconds in a published log (https://github.com/aws/aws-cdk/issues/7964).',
    table(
      ['', 'in series', 'the longest chain'],
      STACKS.map((stack, index) => {
        const { series } = results[index][0];
        return [TITLES[stack], String(series.length), series.map(shortType).join(' → ')];
      }),
    ),
  ];
}

/** `AWS::IAM::Role` as `Role`. */
function shortType(type: string): string {
  return type.replace(/^.*::/, '');
}

/** Medians for each number of waits, in turns so that noise meets all alike. */
function synthesizeAll(stack: StackName): Synthesis[] {
  const runs = Array.from({ length: SYNTH_RUNS }, () => WAITS.map((waits) => synthesize(stack, waits)));
  return WAITS.map((_, index) => {
    const ofWaits = runs.map((run) => run[index]);
    return { ...ofWaits[0], milliseconds: median(ofWaits.map(({ milliseconds }) => milliseconds)) };
  });
}

function synthesize(stack: StackName, waits: number): Synthesis {
  const output = execFileSync(TSX, [join(__dirname, 'synth.ts'), stack, String(waits)], { encoding: 'utf8' });
  return JSON.parse(output) as Synthesis;
}

function bundleTable(): string[] {
  const dist = join(PROJECT, 'lambda', 'dist');
  const naive = join(__dirname, 'dist', 'naive.js');
  const bundles = readdirSync(dist, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, file: join(dist, name, 'index.js') }));
  const files = [naive, ...bundles.map(({ file }) => file)];
  const times = coldStarts(files);
  const rows = [{ name: 'naive: the whole SDK client', file: naive }, ...bundles].map(({ name, file }) => [
    name,
    `${(statSync(file).size / 1024).toFixed(0)} KiB`,
    (statSync(file).size / statSync(naive).size).toFixed(2),
    `${times.get(file)!.toFixed(0)} ms`,
    (times.get(file)! / times.get(naive)!).toFixed(2),
  ]);
  return [
    `Size, and the time that a fresh Node.js process takes to load the bundle (medians of ${RUNS}, in turns), beside a bundle of the aggregated Bedrock client with esbuild's defaults.`,
    table(['bundle', 'size', 'ratio', 'init', 'ratio'], rows),
  ];
}

/** Median milliseconds to load each file in a fresh process, in turns so that noise meets all alike. */
function coldStarts(files: string[]): Map<string, number> {
  const times = new Map(files.map((file) => [file, [] as number[]]));
  for (let run = 0; run < RUNS; run++) {
    for (const file of files) {
      const script = `const t = process.hrtime.bigint(); require(${JSON.stringify(file)}); console.log(Number(process.hrtime.bigint() - t) / 1e6)`;
      const env = { ...process.env, AWS_REGION: 'us-east-1' };
      const output = execFileSync(process.execPath, ['-e', script], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      times.get(file)!.push(Number(output));
    }
  }
  return new Map(files.map((file) => [file, median(times.get(file)!)]));
}

function localTable(results: Record<string, LocalResult>): string[] {
  const rows = STACKS.map((stack) => {
    const result = results[stack];
    return [
      TITLES[stack],
      ...(result
        ? [...waitCells(result.waits), result.crashed, result.throttled]
        : Array<string>(6).fill('–')),
      TWO_HOURS[stack],
    ];
  });
  return [
    `Poll interval ${POLL_SECONDS} s. Lag: seconds from a job's end to its custom resource's CREATE_COMPLETE, median of jobs that end evenly spread over one poll interval. Between polls and poll to answer: medians; whatever the moment at which a job ends, its lag is half of the first and all of the second on average. Polls: of a wait of 12 to 17 seconds, on average. Crash: the process of the first poll ends while it serves it. Throttled: Bedrock refuses every call for a minute. Two hours: follows from documented limits.`,
    table(
      [
        '',
        'median lag (each)',
        'between polls',
        'poll to answer',
        'polls',
        'a crashed poll',
        'a throttled minute',
        'a two-hour job',
      ],
      rows,
    ),
    'A loop answers from the process that polls. This library first keeps the answer in the execution, so that it is sent the same however often a fault repeats it, and has another function send it ([decision 2](../decisions/0002-one-answer.md)): its lag is longer by that invocation, once a wait.',
    "The loop's custom resource has a service timeout of 90 seconds here, so that a crash ends; without one CloudFormation waits an hour. The local cloud does not run a failed asynchronous invocation again, as AWS Lambda does after about a minute: the crashed loop's wait could go on there, with what is left of CloudFormation's hour.",
  ];
}

function waitCells(waits: MeasuredWait[]): string[] {
  const lags = waits.map(({ lag }) => lag).sort((a, b) => a - b);
  return [
    `${median(lags).toFixed(1)} s (${lags.map((lag) => lag.toFixed(1)).join(', ')})`,
    `${median(waits.map(({ interval }) => interval)).toFixed(2)} s`,
    `${median(waits.map(({ answer }) => answer)).toFixed(2)} s`,
    (waits.reduce((sum, { polls }) => sum + polls, 0) / waits.length).toFixed(1),
  ];
}

function priceTable(): string[] {
  const polls = 3600 / PRICED_INTERVAL_SECONDS;
  const invocation = PRICE.request + ASSUMED_CALL_SECONDS * MEMORY_GB * PRICE.armGigabyteSecond;
  const framework = PRICE.request + ASSUMED_CALL_SECONDS * FRAMEWORK_MEMORY_GB * PRICE.x86GigabyteSecond;
  const cost: Record<StackName, { calls: number; dollars?: number; why: string }> = {
    LibraryStack: {
      calls: polls,
      dollars: polls * (invocation + 3 * PRICE.transition),
      why: '3 transitions and 1 invocation a poll',
    },
    ProviderFrameworkStack: {
      calls: polls,
      dollars: polls * (invocation + framework + PRICE.transition),
      why: '1 transition (each retry) and 2 invocations a poll: the framework waits for the handler',
    },
    LoopStack: {
      calls: polls / 4,
      dollars: 900 * MEMORY_GB * PRICE.armGigabyteSecond,
      why: '15 minutes of run time, then it fails',
    },
    AwsCustomResourceStack: { calls: 1, why: 'one call' },
  };
  const rows = STACKS.map((stack) => {
    const { calls, dollars, why } = cost[stack];
    return [TITLES[stack], String(calls), dollars === undefined ? '–' : `$${dollars.toFixed(4)}`, why];
  });
  return [
    `Poll interval ${PRICED_INTERVAL_SECONDS} s, functions of ${MEMORY_GB * 1024} MB on arm64 (the framework's own: ${FRAMEWORK_MEMORY_GB * 1024} MB on x86). That an invocation is billed for ${ASSUMED_CALL_SECONDS} s is an assumption. List prices of us-east-1, without the free tiers: Lambda $0.20 per million requests, $0.0000133334 a GB-second on arm64 and $0.0000166667 on x86, Step Functions $0.025 per thousand transitions (https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/step-functions/pricing/). GetModelImportJob itself is free.`,
    table(['', 'API calls', 'cost', 'of what'], rows),
  ];
}

function table(header: string[], rows: string[][]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

void main();
