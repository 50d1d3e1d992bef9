import type { ResourceStatus, StackEvent } from '@aws-sdk/client-cloudformation';
import { existsSync, mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { LocalCloud } from '../local/cloud/cloud';
import { stackEvents } from '../local/cloud/stack-events';
import { Jobs } from './jobs';

/** What the stacks do on the local cloud. */

export const POLL_SECONDS = 5;

/** Jobs of one alternative, whose ends are spread evenly over one poll interval. */
const JOBS = 6;
const JOB_MS = 12_000;
const THROTTLE_MS = 60_000;

/** One wait, in seconds. */
export interface MeasuredWait {
  /** From the job's end to the answer. */
  readonly lag: number;
  /** From one poll to the next, on average. */
  readonly interval: number;
  /** From the poll that saw the end to the answer. */
  readonly answer: number;
  readonly polls: number;
}

export interface LocalResult {
  readonly waits: MeasuredWait[];
  readonly crashed: string;
  readonly throttled: string;
}

export async function measureLocally(stacks: string[]): Promise<Record<string, LocalResult>> {
  const cloud = await LocalCloud.start();
  const jobs = new Jobs();
  try {
    const url = await jobs.start();
    const results: Record<string, LocalResult> = {};
    for (const stack of stacks) {
      console.error(`Measuring ${stack} on the local cloud ...`);
      results[stack] = await new Bench(cloud, jobs, url, stack).measure();
    }
    return results;
  } finally {
    await jobs.stop();
    await cloud.stop();
  }
}

class Bench {
  constructor(
    private readonly cloud: LocalCloud,
    private readonly jobs: Jobs,
    private readonly url: string,
    private readonly stack: string,
  ) {}

  public async measure(): Promise<LocalResult> {
    const durations = Array.from({ length: JOBS }, (_, i) => JOB_MS + (i * POLL_SECONDS * 1000) / JOBS);
    const waits = await this.waits(durations);
    const flag = join(mkdtempSync(join(tmpdir(), 'bench-')), 'crash');
    writeFileSync(flag, '');
    const outcome = await this.outcome({ BENCH_CRASH_FLAG: flag });
    // The process that crashed has removed the flag.
    const crashed = existsSync(flag) ? 'not measured: no process crashed' : outcome;
    this.jobs.throttleNext(THROTTLE_MS);
    const throttled = await this.outcome({});
    this.jobs.unthrottle();
    return { waits, crashed, throttled };
  }

  private async waits(durations: number[]): Promise<MeasuredWait[]> {
    const since = new Date();
    const jobs = await this.deploy(durations, {});
    const waits = await Promise.all(
      jobs.map(async (job, index) => {
        const events = await stackEvents(this.cloud, `${this.stack}${index}`, since);
        const answered = ofWait(events, 'CREATE_COMPLETE');
        if (!answered) {
          throw new Error(
            `${this.stack} failed without a fault: ${ofWait(events, 'CREATE_FAILED')?.ResourceStatusReason}`,
          );
        }
        return this.measured(job, answered.Timestamp!.getTime());
      }),
    );
    await this.destroy(jobs);
    return waits;
  }

  private measured(job: string, answered: number): MeasuredWait {
    const polls = this.jobs.pollsOf(job);
    const last = polls.at(-1)!;
    return {
      lag: (answered - this.jobs.endOf(job)) / 1000,
      interval: (last - polls[0]) / (polls.length - 1) / 1000,
      answer: (answered - last) / 1000,
      polls: polls.length,
    };
  }

  /** Whether one wait survives. */
  private async outcome(env: NodeJS.ProcessEnv): Promise<string> {
    const since = new Date();
    const jobs = await this.deploy([JOB_MS], env);
    const events = await stackEvents(this.cloud, `${this.stack}0`, since);
    const failure = ofWait(events, 'CREATE_FAILED');
    await this.destroy(jobs);
    return failure ? `fails: ${failure.ResourceStatusReason?.split('\n')[0]}` : 'survives';
  }

  private async deploy(durations: number[], env: NodeJS.ProcessEnv): Promise<string[]> {
    const jobs = durations.map((durationMs) => this.jobs.add(durationMs));
    await this.cloud.deploy('bench/app.ts', ['--concurrency', String(jobs.length)], {
      ...this.environment(jobs),
      ...env,
    });
    return jobs;
  }

  private async destroy(jobs: string[]): Promise<void> {
    await this.cloud.destroy('bench/app.ts', [], this.environment(jobs));
  }

  private environment(jobs: string[]): NodeJS.ProcessEnv {
    return {
      BENCH_STACK: this.stack,
      BENCH_JOBS: jobs.join(' '),
      BENCH_POLL_SECONDS: String(POLL_SECONDS),
      BEDROCK_STAND_IN_URL: this.url,
    };
  }
}

function ofWait(events: StackEvent[], status: ResourceStatus): StackEvent | undefined {
  return events.find(
    ({ ResourceType, ResourceStatus }) => ResourceType?.startsWith('Custom::') && ResourceStatus === status,
  );
}
