import { setTimeout as sleep } from 'timers/promises';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { CliResult, LocalCloud } from '../cloud/cloud';
import { stackEvents } from '../cloud/stack-events';
import { endOf, statusOf, type Job } from '../bedrock/import-job';
import { pollLogs, type PollLog } from './function-log';
import type { Screen } from './screen';
import { clockOf, entriesOfJob, entryOfEvent, entryOfPoll, lineOf, Timeline, type Entry } from './timeline';

/** How often the local cloud is asked for what happened. */
const TICK_MS = 1000;

/** A command of the CDK CLI that has ended, and what happened while it ran. */
export interface Watched extends CliResult {
  readonly events: readonly StackEvent[];
  readonly polls: readonly PollLog[];
}

/** Prints what happens in a stack, in its functions and in Bedrock until a command of the CDK CLI has ended. */
export async function watch(
  cloud: LocalCloud,
  screen: Screen,
  stackName: string,
  begin: () => Promise<CliResult>,
): Promise<Watched> {
  const startedAt = Date.now();
  const timeline = new Timeline();
  const print = (entries: readonly Entry[]): void =>
    entries.forEach((entry) => screen.line(lineOf(entry, startedAt)));
  let seen: Pick<Watched, 'events' | 'polls'> = { events: [], polls: [] };
  const update = async (): Promise<void> => {
    seen = await observe(cloud, stackName, startedAt);
    const jobs = jobsOf(cloud).flatMap((job) => {
      const deletedAt = cloud.bedrock.account.records.deletionOf(job);
      return entriesOfJob(job, deletedAt, Date.now());
    });
    const entries = [...seen.events.map(entryOfEvent), ...seen.polls.map(entryOfPoll), ...jobs];
    print(timeline.add(entries.filter(({ at }) => at >= startedAt)));
  };

  screen.line(`\n     time   source    what happens`);
  screen.line(`${clockOf(startedAt, startedAt)}   cdk       synthesizes the app`);
  let ended = false;
  const settled = begin().finally(() => (ended = true));
  while (!ended) {
    await update();
    screen.progress(`${clockOf(Date.now(), startedAt)}   ${progressOf(cloud)}`);
    await Promise.race([settled, sleep(TICK_MS)]);
  }
  await update();
  print(timeline.flush());
  screen.clear();
  return { ...(await settled), ...seen };
}

/** The import jobs of the account as they are, oldest first. */
export function jobsOf({ bedrock }: LocalCloud): Job[] {
  return bedrock.account.records.jobsIn('us-east-1');
}

async function observe(
  cloud: LocalCloud,
  stackName: string,
  startedAt: number,
): Promise<Pick<Watched, 'events' | 'polls'>> {
  const all = await stackEvents(cloud, stackName, new Date(0));
  const events = all.filter(({ Timestamp }) => Timestamp!.getTime() >= startedAt);
  const group = all.findLast(
    ({ ResourceType, PhysicalResourceId }) => ResourceType === 'AWS::Logs::LogGroup' && PhysicalResourceId,
  );
  const polls = group ? await pollLogs(cloud, group.PhysicalResourceId!, new Date(startedAt)) : [];
  return { events, polls };
}

function progressOf(cloud: LocalCloud): string {
  const now = Date.now();
  const running = jobsOf(cloud).find((job) => statusOf(job, now) === 'InProgress');
  return running
    ? `import job InProgress, ${Math.ceil((endOf(running) - now) / 1000)} s left ...`
    : 'no import job is running ...';
}
