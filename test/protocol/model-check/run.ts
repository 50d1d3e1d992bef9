// First, because the SDK reads the environment when it loads.
import '../../support/environment';
import { printError, readArguments, toWholeNumber, UserError } from '../../../local/arguments';
import { explore, type Bounds } from './explore';

/** Searches every order in which so many deployments can go: `npm run model-check -- --deployments 2`. */

AbortSignal.timeout = () => new AbortController().signal;
// The log of the function goes to standard output.
process.stdout.write = () => true;
const print = process.stderr.write.bind(process.stderr);

const WATCHERS = ['at once', 'any time', 'last'] as const satisfies Bounds['watchers'][];

const USAGE =
  'Type: npm run model-check -- [--deployments N] [--faults N] [--long-jobs] [--generated-id] ' +
  `[--watchers "${WATCHERS.join('"|"')}"]`;

function readBounds(): Bounds {
  const { values } = readArguments(
    {
      options: {
        deployments: { type: 'string', default: '2' },
        faults: { type: 'string', default: '0' },
        'long-jobs': { type: 'boolean', default: false },
        'generated-id': { type: 'boolean', default: false },
        watchers: { type: 'string', default: WATCHERS[0] },
      },
    } as const,
    USAGE,
  );
  const watchers = WATCHERS.find((each) => each === values.watchers);
  if (!watchers) {
    throw new UserError(`There are no watchers "${values.watchers}". ${USAGE}`);
  }
  return {
    requests: toWholeNumber('deployments', values.deployments, USAGE),
    tries: 1,
    faults: toWholeNumber('faults', values.faults, USAGE),
    hasGeneratedId: values['generated-id'],
    hasShortJobs: !values['long-jobs'],
    watchers,
  };
}

async function main(): Promise<void> {
  const bounds = readBounds();
  const startedAt = Date.now();
  const { worlds, steps, wrong } = await explore(bounds, (worlds, open) =>
    print(`\r${worlds} worlds, ${open} of them new `),
  );
  for (const { what, way } of wrong) {
    print(`${what}:\n  ${way.join('\n  ')}\n`);
  }
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  print(
    `\n${bounds.requests} deployments, ${bounds.faults} faults: ${worlds} worlds, ${steps} steps, ` +
      `${wrong.length} wrong, ${seconds} s\n`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

main().catch(printError);
