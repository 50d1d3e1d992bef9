import { parseArgs } from 'util';
import { DIALECTS } from '../bedrock/dialect';
import { LocalCloud } from '../cloud/cloud';
import { demonstrateOwn } from './own';
import { demonstrateWait } from './wait';
import { type Demo } from './report';

const HELP = `Usage: npm run demo [-- wait|own] [options]

Deploys a sample app to a cloud on this machine with the CDK CLI.

  wait          while an import job runs (default)
  own           with a model of its own: imports it, imports it again, and deletes it

Options:
  --seconds N   how long the import job takes (default: 30)
  --fail        let the import job fail; with own, the second one
  --bad-weights let the weights lack a shard the second time; with own only
  --help        show this text

Set LOCAL_CLOUD_URL to use an emulator that runs, instead of starting one.`;

/** Lags of minutes become seconds. */
const LAG_SCALE = 1 / 30;

/** By the argument that chooses one; the first is the default. */
const DEMOS: Record<string, Demo> = { wait: demonstrateWait, own: demonstrateOwn };

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '30' },
      fail: { type: 'boolean', default: false },
      'bad-weights': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [name = 'wait'] = positionals;
  const seconds = Number(values.seconds);
  if (values.help) {
    console.log(HELP);
    return true;
  }
  if (!DEMOS[name] || positionals.length > 1 || !(seconds > 0 && seconds <= 3000)) {
    console.error(HELP);
    return false;
  }
  console.log('Starting the local cloud ...');
  const cloud = await LocalCloud.start({ dialect: DIALECTS.observed, lagScale: LAG_SCALE });
  try {
    return await DEMOS[name](cloud, { seconds, fail: values.fail, badWeights: values['bad-weights'] });
  } finally {
    await cloud.stop();
  }
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Ending through the event loop lets the cloud clean up.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

main().then(
  (succeeded) => {
    process.exitCode = succeeded ? 0 : 1;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
