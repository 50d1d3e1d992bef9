import { explore, type Bounds } from './explore';

/** `npm run model-check [requests] [faults] [hasGeneratedId] [hasShortJobs] [watchers]`: every way in which so many requests can go. */
const [requests = 2, faults = 0, hasGeneratedId = 0, hasShortJobs = 1] = process.argv.slice(2, 6).map(Number);
const watchers = (process.argv[6] ?? 'at once') as Bounds['watchers'];
const write = process.stderr.write.bind(process.stderr);
// The function's own log.
process.stdout.write = () => true;
AbortSignal.timeout = () => new AbortController().signal;

void (async () => {
  const began = Date.now();
  const limits = {
    requests,
    tries: 1,
    faults,
    hasGeneratedId: hasGeneratedId === 1,
    hasShortJobs: hasShortJobs === 1,
    watchers,
  };
  const { worlds, steps, wrong } = await explore(limits, (worlds, open) =>
    write(`\r${worlds} worlds, ${open} of them new `),
  );
  for (const { what, way } of wrong) {
    write(`${what}:\n  ${way.join('\n  ')}\n`);
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  write(
    `${requests} requests, ${faults} faults: ${worlds} worlds, ${steps} steps, ${wrong.length} wrong, ${seconds} s\n`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
})();
