import { allPairs, DIALECTS, describeDialect, type Dialect } from '../../../local/bedrock/dialect';
import { SECRET } from './cloudformation';
import { ModelDeployment } from './model-deployment';
import { WaiterDeployment } from './waiter-deployment';

/** A deployment of a run: its number decides what it is, and in which dialect. */
export interface Case {
  readonly seed: number;
  readonly number: number;
  /** The dialect that all are in. */
  readonly dialect?: keyof typeof DIALECTS;
}

/** What came of some deployments. */
export interface Summary {
  readonly faults: Record<string, number>;
  readonly endings: Record<string, number>;
  readonly dialects: Record<string, number>;
  readonly wrong: string[];
  simulatedSeconds: number;
  maxHistoryEvents: number;
  /** Lines of the log with the secret of a ResponseURL in them. */
  leaks: number;
}

const ALL_DIALECTS: readonly Dialect[] = [...Object.values(DIALECTS), ...allPairs()];

/** Runs deployments, one after the other. The functions' logs are kept away, and looked through. */
export async function runBatch(
  cases: readonly Case[],
  beforeEach: () => void = () => undefined,
): Promise<Summary> {
  const summary: Summary = {
    faults: {},
    endings: {},
    dialects: {},
    wrong: [],
    simulatedSeconds: 0,
    maxHistoryEvents: 0,
    leaks: 0,
  };
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk) => {
    summary.leaks += String(chunk).includes(SECRET) ? 1 : 0;
    return true;
  };
  for (const each of cases) {
    beforeEach();
    await runCase(each, summary);
  }
  process.stdout.write = write;
  return summary;
}

async function runCase({ seed, number, dialect: only }: Case, summary: Summary): Promise<void> {
  const Kind = number % 2 === 0 ? WaiterDeployment : ModelDeployment;
  const drawn = ALL_DIALECTS[Math.floor(number / 2) % ALL_DIALECTS.length];
  const dialect = only === undefined ? drawn : DIALECTS[only];
  const faults = new Map<string, number>();
  const label = `--seed ${seed} --only ${number}`;
  try {
    const ending = await new Kind(seed * 1_000_003 + number, faults, dialect).run();
    add(summary.endings, ending.kind);
    summary.wrong.push(
      ...ending.wrong.slice(0, 1).map((what) => `${label}: ${what} [${describeDialect(dialect)}]`),
    );
    summary.simulatedSeconds += ending.simulatedSeconds;
    summary.maxHistoryEvents = Math.max(summary.maxHistoryEvents, ending.maxHistoryEvents);
  } catch (error) {
    summary.wrong.push(`${label}: ${(error as Error).stack} [${describeDialect(dialect)}]`);
  }
  add(summary.dialects, describeDialect(dialect));
  faults.forEach((count, kind) => add(summary.faults, kind, count));
}

export function merge(summaries: readonly Summary[]): Summary {
  const [first, ...others] = summaries;
  for (const other of others) {
    for (const table of ['faults', 'endings', 'dialects'] as const) {
      Object.entries(other[table]).forEach(([name, count]) => add(first[table], name, count));
    }
    first.wrong.push(...other.wrong);
    first.simulatedSeconds += other.simulatedSeconds;
    first.maxHistoryEvents = Math.max(first.maxHistoryEvents, other.maxHistoryEvents);
    first.leaks += other.leaks;
  }
  return first;
}

function add(table: Record<string, number>, name: string, count = 1): void {
  table[name] = (table[name] ?? 0) + count;
}
