import { existsSync, mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { LocalCloud } from '../local/cloud';
import { stackEvents } from '../local/stack-events';
import { Jobs } from './jobs';

/** What the stacks do on the local cloud. */

export const POLL_SECONDS = 5;

/** Jobs of one alternative, whose ends are spread evenly over one poll interval. */
const JOBS = 6;
const JOB_MS = 12_000;
const THROTTLE_MS = 60_000;

export interface LocalResult {
  /** Seconds from each job's end to the answer, ascending. */
  readonly lags: number[];
  readonly callsPerWait: number;
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
    const before = this.jobs.calls;
    const lags = await this.lags(durations);
    const callsPerWait = (this.jobs.calls - before) / JOBS;
    const flag = join(mkdtempSync(join(tmpdir(), 'bench-')), 'crash');
    writeFileSync(flag, '');
    const outcome = await this.outcome({ BENCH_CRASH_FLAG: flag });
    // The process that crashed has removed the flag.
    const crashed = existsSync(flag) ? 'not measured: no process crashed' : outcome;
    this.jobs.throttleNext(THROTTLE_MS);
    const throttled = await this.outcome({});
    return { lags, callsPerWait, crashed, throttled };
  }

  private async lags(durations: number[]): Promise<number[]> {
    const since = new Date();
    const jobs = await this.deploy(durations, {});
    const lags = await Promise.all(
      jobs.map(async (job, index) => {
        const events = await stackEvents(this.cloud, `${this.stack}${index}`, since);
        const answered = events.find(
          ({ ResourceType, ResourceStatus }) =>
            ResourceType?.startsWith('Custom::') && ResourceStatus === 'CREATE_COMPLETE',
        )!;
        return (answered.Timestamp!.getTime() - this.jobs.endOf(job)) / 1000;
      }),
    );
    await this.destroy(jobs);
    return lags.sort((a, b) => a - b);
  }

  /** Whether one wait survives. */
  private async outcome(env: NodeJS.ProcessEnv): Promise<string> {
    const since = new Date();
    const jobs = await this.deploy([JOB_MS], env);
    const events = await stackEvents(this.cloud, `${this.stack}0`, since);
    const failure = events.find(
      ({ ResourceType, ResourceStatus }) =>
        ResourceType?.startsWith('Custom::') && ResourceStatus === 'CREATE_FAILED',
    );
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
