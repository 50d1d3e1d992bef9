import { DIALECTS } from '../../../local/bedrock/dialect';
import type { ImportScript } from '../../../local/bedrock/import-job';
import { silenceLog } from '../../support/log';
import type { Response } from './cloudformation';
import { WaiterJudge } from './waiter-judge';
import { WaiterStack, type Wait, type WaitEnd } from './waiter-stack';
import { World } from './world';

/** Waits in a world in which nothing goes wrong but what a test says. */

silenceLog();

const HOUR = 3600;
const WAIT: Wait = { timeoutSeconds: 2 * HOUR, pollIntervalSeconds: 30, hasSmokeTest: false };

function newWait(wait: Partial<Wait> = {}): {
  readonly world: World;
  readonly stack: WaiterStack;
  readonly addJob: (script: ImportScript) => string;
  readonly run: (live: () => Promise<WaitEnd>) => Promise<{ seconds: number; reason: string; kind: string }>;
} {
  const world = new World({ seed: 1, dialect: DIALECTS.today, isScripted: true });
  const given = { ...WAIT, ...wait };
  const stack = new WaiterStack(world, given);
  const judge = new WaiterJudge(world, given, stack);
  return {
    world,
    stack,
    addJob: (script) => world.account.addJob({ jobName: 'job', ...script }),
    run: async (live) => {
      const end = await world.clock.runUntil(live());
      const kind = judge.judge(end);
      return {
        seconds: Math.round((end.endedAt - end.startedAt) / 1000),
        reason: (end.outcome as Response).Reason ?? '',
        kind,
      };
    },
  };
}

test('a wait of two hours ends with its job', async () => {
  const { world, stack, addJob, run } = newWait();
  const job = addJob({ durationMs: HOUR * 1000 });
  const { seconds, kind } = await run(() => stack.deploy('Create', job));
  expect(kind).toBe('succeeded');
  expect(seconds).toBeLessThan(HOUR + 60);
  expect(world.wrong).toEqual([]);
});

test('Bedrock is never reached: the wait fails after 15 minutes', async () => {
  const { world, stack, addJob, run } = newWait();
  const job = addJob({ durationMs: 0 });
  world.faults.breakDown('bedrock', 'unreached', 10 * HOUR);
  const { seconds, reason } = await run(() => stack.deploy('Create', job));
  expect(reason).toMatch(/^NeverReached: /);
  expect(seconds).toBeGreaterThan(890);
  expect(seconds).toBeLessThan(960);
  expect(world.wrong).toEqual([]);
});

test('the model responds with nothing: the wait fails after two minutes', async () => {
  const { world, stack, addJob, run } = newWait({ hasSmokeTest: true });
  const job = addJob({ durationMs: 600_000 });
  world.services.muteModels.add(world.account.records.job(job)!.modelArn);
  const { seconds, reason } = await run(() => stack.deploy('Create', job));
  expect(reason).toMatch(/^EmptyAnswer: /);
  expect(seconds).toBeLessThan(600 + 120 + 90);
  expect(world.wrong).toEqual([]);
});

test('an update for the job that the resource has succeeds, though its model was deleted', async () => {
  const { world, stack, addJob, run } = newWait();
  const job = addJob({ durationMs: 0 });
  const { kind, seconds } = await run(async () => {
    await stack.deploy('Create', job);
    await world.clock.sleep(HOUR);
    world.account.deleteModel('job-model');
    return stack.deploy('Update', job);
  });
  expect(kind).toBe('succeeded');
  expect(seconds).toBeLessThan(400);
  expect(world.wrong).toEqual([]);
});

test.each([
  ['an end that comes too late', 250, /^The success came \d+ s too late$/],
  ['a success before the end of the job', -60, /^It succeeded before the job had ended$/],
])('the judge finds %s', async (_, shiftSeconds, complaint) => {
  const { world, stack, addJob, run } = newWait();
  const job = addJob({ durationMs: 60_000 });
  await run(async () => {
    const end = await stack.deploy('Create', job);
    return { ...end, endedAt: end.endedAt + shiftSeconds * 1000 };
  });
  expect(world.wrong).toEqual([expect.stringMatching(complaint)]);
});
