import { execFileSync } from 'child_process';
import { readFileSync, statSync, writeFileSync } from 'fs';
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

/** What an invocation of a function loads. */
const BUNDLES: Record<string, string[]> = {
  'waiter function: request': ['waiter/index.js', 'waiter/request.js'],
  'waiter function: poll': ['waiter/index.js', 'waiter/poll.js'],
  'waiter function: smoke test': ['waiter/index.js', 'waiter/poll.js', 'waiter/runtime.js'],
  'model function': ['model/index.js'],
  'model function: pre-flight check': ['model/index.js', 'model/preflight.js'],
};

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

/** What was not measured, because there is no such type to deploy: from its documentation. */
const REGISTRY_ROW = [
  'private resource type',
  ...Array<string>(6).fill('–'),
  'waits: a handler may run for up to 36 hours',
];

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
    `\`npm run bench\` wrote this page on ${new Date().toISOString().slice(0, 10)} for version ${version}, on ${cpus().length} cores (${cpus()[0].model}) with ${Math.round(totalmem() / 2 ** 30)} GiB and Node.js ${process.version}. [bench/alternatives.ts](../../bench/alternatives.ts) has the code of the alternatives.`,
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
    `Resources / functions / roles of a stack with 1, 10 and 100 waits, the sizes of the templates, and the CPU time to synthesize 100 waits divided by the CPU time to synthesize 1 (medians of ${SYNTH_RUNS} processes, in turns).`,
    table(header, rows),
    'Critical path: the longest chain of resources that CloudFormation creates one after another before the first wait begins, computed from the templates. In a published log, the creation of a role took 16 seconds (https://github.com/aws/aws-cdk/issues/7964).',
    table(
      ['', 'resources', 'critical path'],
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
  const naive = { name: 'the whole SDK client', files: [join(__dirname, 'dist', 'naive.js')] };
  const bundles = [
    naive,
    ...Object.entries(BUNDLES).map(([name, files]) => ({
      name,
      files: files.map((file) => join(dist, file)),
    })),
  ];
  const times = coldStarts(bundles);
  const bytesOf = ({ files }: Bundle): number => files.reduce((sum, file) => sum + statSync(file).size, 0);
  const rows = bundles.map((bundle) => [
    bundle.name,
    `${(bytesOf(bundle) / 1024).toFixed(0)} KiB`,
    (bytesOf(bundle) / bytesOf(naive)).toFixed(2),
    `${times.get(bundle.name)!.toFixed(0)} ms`,
    (times.get(bundle.name)! / times.get(naive.name)!).toFixed(2),
  ]);
  return [
    `What an invocation loads: its size, and the time that a new Node.js process takes to load it (median of ${RUNS} runs, in turns). The first row is a bundle of the whole Bedrock client, made with the defaults of esbuild.`,
    table(['bundle', 'size', 'ratio', 'load time', 'ratio'], rows),
  ];
}

interface Bundle {
  readonly name: string;
  readonly files: readonly string[];
}

/** Median milliseconds to load each bundle in a new process, in turns so that noise meets all alike. */
function coldStarts(bundles: readonly Bundle[]): Map<string, number> {
  const times = new Map(bundles.map(({ name }) => [name, [] as number[]]));
  for (let run = 0; run < RUNS; run++) {
    for (const { name, files } of bundles) {
      const script = `const t = process.hrtime.bigint(); ${JSON.stringify(files)}.forEach(require); console.log(Number(process.hrtime.bigint() - t) / 1e6)`;
      const env = { ...process.env, AWS_REGION: 'us-east-1' };
      const output = execFileSync(process.execPath, ['-e', script], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      times.get(name)!.push(Number(output));
    }
  }
  return new Map([...times].map(([name, each]) => [name, median(each)]));
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
    `The poll interval is ${POLL_SECONDS} s.`,
    [
      '- Lag: seconds from the end of the job to CREATE_COMPLETE of its custom resource. The ends of the jobs are evenly spread over one poll interval. On average the lag is half of the time between polls, plus the time from poll to answer; both are medians.',
      '- Polls: the average of waits of 12 to 17 seconds.',
      '- Crash: the process of the first poll exits during the poll.',
      '- Throttled: Bedrock throttles every call for a minute.',
      '- Two hours: follows from documented limits.',
      '- Private resource type: a type in the CloudFormation registry, which was not measured ([decision 1](../decisions/0001-wait-engine.md)).',
    ].join('\n'),
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
      [...rows, REGISTRY_ROW],
    ),
    'A loop answers from the process that polls. This library first keeps the answer in the execution, so that a retry sends the same answer, and sends it from another invocation ([decision 2](../decisions/0002-one-answer.md)). That invocation makes its lag longer, once per wait.',
    'The custom resource of the loop has a service timeout of 90 seconds, so that the wait ends after a crash; by default CloudFormation waits an hour. AWS Lambda retries a failed asynchronous invocation after about a minute, and the local cloud does not. On AWS, the crashed loop could therefore go on, in what is left of the hour.',
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
    `The poll interval is ${PRICED_INTERVAL_SECONDS} s, and the functions have ${MEMORY_GB * 1024} MB on arm64 (the framework's own: ${FRAMEWORK_MEMORY_GB * 1024} MB on x86). The calculation assumes that an invocation is billed for ${ASSUMED_CALL_SECONDS} s. List prices of us-east-1, without the free tiers: Lambda $0.20 per million requests, $0.0000133334 a GB-second on arm64 and $0.0000166667 on x86, Step Functions $0.025 per thousand transitions (https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/step-functions/pricing/). GetModelImportJob itself is free.`,
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
