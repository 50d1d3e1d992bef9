import { setTimeout as sleep } from 'timers/promises';
import type { CliResult, LocalCloud } from '../cloud/cloud';
import { stackEvents } from '../cloud/stack-events';

/** What a person can choose about a demo. */
export interface DemoOptions {
  /** How long the import job takes. */
  readonly seconds: number;
  /** Whether the import job fails. */
  readonly fail: boolean;
  /** Whether the folder of the weights lacks a file. */
  readonly badWeights: boolean;
}

/** Runs in a local cloud, and says whether it showed what it should. */
export type Demo = (cloud: LocalCloud, options: DemoOptions) => Promise<boolean>;

const QUIET_MS = 5000;

/** Prints the job's status beside the stack's events, one line each, until the deployment has ended. */
export async function watch(
  cloud: LocalCloud,
  stackName: string,
  jobStatus: () => string,
  deployment: Promise<CliResult>,
): Promise<CliResult> {
  const startedAt = new Date();
  let shown = 0;
  let lastLineAt = Date.now();
  let lastStatus = '';
  const line = (at: Date, text: string): void => {
    const seconds = Math.max(0, (at.getTime() - startedAt.getTime()) / 1000);
    lastStatus = jobStatus();
    lastLineAt = Date.now();
    console.log(`${seconds.toFixed(1).padStart(7)} s   ${lastStatus.padEnd(12)} ${text}`);
  };
  const printNew = async (): Promise<void> => {
    const events = await stackEvents(cloud, stackName, startedAt);
    for (const event of events.slice(shown)) {
      const reason = event.ResourceStatusReason?.replace(/\s+/g, ' ');
      const status = event.ResourceStatus!.padEnd(20);
      line(event.Timestamp!, `${status} ${event.LogicalResourceId}${reason ? `: ${reason}` : ''}`);
    }
    shown = events.length;
    if (jobStatus() !== lastStatus) {
      line(new Date(), '');
    } else if (Date.now() - lastLineAt >= QUIET_MS) {
      line(new Date(), '...');
    }
  };

  console.log('\n     time   import job   stack');
  let ended = false;
  const settled = deployment.finally(() => (ended = true));
  while (!ended) {
    await printNew();
    await Promise.race([settled, sleep(1000)]);
  }
  await printNew();
  return await settled;
}

/** Prints a statement, and returns whether it holds. */
export function check(statement: string, holds: boolean): boolean {
  console.log(`  ${holds ? '✔' : '✘'} ${statement}`);
  return holds;
}
