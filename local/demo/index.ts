import { printError } from '../arguments';
import { DIALECTS } from '../bedrock/dialect';
import { LocalCloud } from '../cloud/cloud';
import { HELP, parseDemoArguments, type DemoName } from './arguments';
import type { Demo } from './demo';
import { demonstrateOwn } from './own';
import { Screen } from './screen';
import { demonstrateWait } from './wait';

/** Minutes in which something shows late become seconds. */
const LAG_SCALE = 1 / 30;

const DEMOS: Readonly<Record<DemoName, Demo>> = { wait: demonstrateWait, own: demonstrateOwn };

async function main(): Promise<void> {
  const options = parseDemoArguments(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const startedAt = Date.now();
  const screen = new Screen();
  screen.line(
    'Starting a cloud on this machine: MiniStack for AWS, and a local Bedrock whose jobs are scripted ...',
  );
  const cloud = await LocalCloud.start({ dialect: DIALECTS[options.dialect], lagScale: LAG_SCALE });
  try {
    const isProved = await DEMOS[options.name]({ cloud, screen, options });
    screen.line(`\nThe demo took ${Math.round((Date.now() - startedAt) / 1000)} s.`);
    process.exitCode = isProved ? 0 : 1;
  } finally {
    await cloud.stop();
  }
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Ending through the event loop lets the cloud clean up.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

main().catch(printError);
