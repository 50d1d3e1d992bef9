import { parseArgs } from 'util';
import { SECRET } from './cloudformation';
import { Deployment } from './deployment';

/** Simulates deployments with faults: `npm run simulate -- --seed 7 --deployments 10000`. */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    deployments: { type: 'string', default: '10000' },
    /** Runs one deployment of a run again. */
    only: { type: 'string' },
  },
});
const seed = Number(values.seed);
const count = Number(values.deployments);
const MAX_SHOWN = 10;

/** Keeps the functions' logs away, and looks for the secret in them. */
function interceptLogs(): { leaks: number; restore: () => void } {
  const write = process.stdout.write.bind(process.stdout);
  const log = { leaks: 0, restore: () => void (process.stdout.write = write) };
  process.stdout.write = (chunk) => {
    log.leaks += String(chunk).includes(SECRET) ? 1 : 0;
    return true;
  };
  return log;
}

function table(title: string, counts: Map<string, number>): string {
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  const lines = rows.map(([name, number]) => `  ${number.toLocaleString('en-US').padStart(10)}  ${name}`);
  return [title, ...lines, ''].join('\n');
}

async function main(): Promise<void> {
  const startedAt = Date.now();
  const faults = new Map<string, number>();
  const endings = new Map<string, number>();
  const wrong: string[] = [];
  let simulatedSeconds = 0;
  let maxHistoryEvents = 0;
  const log = interceptLogs();
  const numbers = values.only ? [Number(values.only)] : Array.from({ length: count }, (_, index) => index);
  for (const number of numbers) {
    const ending = await new Deployment(seed * 1_000_003 + number, faults).run();
    endings.set(ending.kind, (endings.get(ending.kind) ?? 0) + 1);
    wrong.push(...ending.wrong.slice(0, 1).map((what) => `  --only ${number}: ${what}`));
    simulatedSeconds += ending.simulatedSeconds;
    maxHistoryEvents = Math.max(maxHistoryEvents, ending.maxHistoryEvents);
  }
  log.restore();

  const injected = [...faults.values()].reduce((sum, next) => sum + next, 0);
  const number = (value: number): string => Math.round(value).toLocaleString('en-US');
  console.log(table('Faults injected', faults));
  console.log(table('How the deployments ended', endings));
  console.log(`Seed                       ${seed}`);
  console.log(`Faults                     ${number(injected)}`);
  console.log(`Simulated time             ${number(simulatedSeconds / 86_400)} days`);
  console.log(`Real time                  ${number((Date.now() - startedAt) / 1000)} seconds`);
  console.log(`Longest execution          ${number(maxHistoryEvents)} history events`);
  console.log(`ResponseURLs in the logs   ${log.leaks}`);
  console.log(`Deployments ended right    ${number(numbers.length - wrong.length)}`);
  console.log(`Deployments ended wrong    ${number(wrong.length)}`);
  console.log(wrong.slice(0, MAX_SHOWN).join('\n'));
  process.exitCode = wrong.length > 0 || log.leaks > 0 ? 1 : 0;
}

void main();
