import { DIALECTS } from '../../../local/bedrock/dialect';
import { silenceLog } from '../../support/log';
import { runBatch } from './batch';
import { SECRET } from './cloudformation';
import { Life, type Script } from './scripts/life';
import { Execution, type Definition } from './state-machine';
import { Clock } from './clock';

/** The simulation finds what it is for: each test breaks something on purpose. */

silenceLog();

async function wrongIn(live: Script['live'], jobs = 1, models = 1): Promise<string[]> {
  return (await Life.of({ live, jobs, models }, DIALECTS.today)).world.wrong;
}

test('nothing is wrong with a model that is created, and lives', async () => {
  expect(await wrongIn(async ({ stack }) => void (await stack.deploy({ source: 'llama' })))).toEqual([]);
});

test('finds an orphan', async () => {
  const wrong = await wrongIn(
    async ({ stack, world }) => {
      await stack.deploy({ source: 'llama' });
      world.account.addJob({ jobName: 'Stack-Model-1' });
    },
    2,
    2,
  );
  expect(wrong).toEqual([expect.stringMatching(/^The model of arn:\S+ is an orphan$/)]);
});

test('finds a model that was left when its stack was deleted', async () => {
  const wrong = await wrongIn(async ({ stack, world }) => {
    await stack.deploy({ source: 'llama' });
    world.account.records.deleteModel = () => undefined;
    await stack.destroy();
  });
  expect(wrong).toEqual([expect.stringMatching(/ is an orphan$/)]);
});

test('finds an end that comes too late', async () => {
  const wrong = await wrongIn(
    async ({ stack, world }) => {
      await stack.deploy({ source: 'llama' });
      world.services.delays.set('DeleteImportedModel', 25);
      await stack.destroy();
    },
    1,
    0,
  );
  expect(wrong).toEqual([expect.stringMatching(/^The Delete took 1\d s too long$/)]);
});

test('finds a retained model that is deleted', async () => {
  const wrong = await wrongIn(async ({ stack, world }) => {
    await stack.deploy({ source: 'llama', policy: 'RETAIN' });
    const { physicalId } = stack.deployed!;
    await stack.deploy({ source: 'qwen', policy: 'RETAIN' });
    const { records } = world.account;
    records.deleteModel(records.job(physicalId)!);
  }, 2);
  expect(wrong).toEqual([
    expect.stringMatching(/^The retained model of arn:\S+ was deleted$/),
    expect.stringMatching(/^The retained model of arn:\S+ is gone$/),
  ]);
});

test('finds a model that is deleted while it is in use', async () => {
  const wrong = await wrongIn(
    async ({ stack, world }) => {
      await stack.deploy({ source: 'llama' });
      const { records } = world.account;
      records.deleteModel(records.job(stack.deployed!.physicalId)!);
    },
    1,
    0,
  );
  expect(wrong).toEqual([
    expect.stringMatching(/ was deleted, which is in use$/),
    expect.stringMatching(/ is gone, which is in use$/),
  ]);
});

test('finds a model that is deleted before its successor has completed', async () => {
  const wrong = await wrongIn(async ({ stack, world, pass }) => {
    await stack.deploy({ source: 'llama' });
    const { physicalId } = stack.deployed!;
    await stack.deploy({ source: 'qwen', waits: false });
    const { records } = world.account;
    records.deleteModel(records.job(physicalId)!);
    await pass(3600);
  }, 2);
  expect(wrong).toEqual([expect.stringMatching(/ was deleted before a successor had completed$/)]);
});

test('finds a failure that has no cause', async () => {
  const wrong = await wrongIn(
    async ({ stack, world }) => {
      world.services.bug = new TypeError('broken');
      await stack.deploy({ source: 'llama' });
    },
    0,
    0,
  );
  expect(wrong).toContainEqual(expect.stringMatching(/^The Create failed: Bug: /));
});

test('finds a ResponseURL in the log', async () => {
  const url = `https://responses.test/1?${SECRET}`;
  const { leaks } = await runBatch([{ seed: 1, number: 1 }], () => process.stdout.write(url));
  expect(leaks).toBe(1);
});

describe('the state machine', () => {
  const endless: Definition = {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Wait' } },
  };

  test('fails an execution that outgrows its history', async () => {
    const clock = new Clock();
    const execution = new Execution(endless, 'endless', '{"seconds":1}', clock, () => Promise.resolve());
    await clock.runUntil(execution.run());
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('fails an execution that outgrows its state', async () => {
    const clock = new Clock();
    const growing: Definition = {
      StartAt: 'Grow',
      States: {
        Grow: {
          Type: 'Task',
          Parameters: { FunctionName: 'grow', Payload: {} },
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Done' }],
          Next: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    };
    const grow = (): Promise<string> => Promise.resolve('x'.repeat(262_144));
    const execution = new Execution(growing, 'growing', '{}', clock, grow);
    await clock.runUntil(execution.run());
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('ends an execution at its next transition when it is deleted', async () => {
    const clock = new Clock();
    let isDeleted = false;
    const execution = new Execution(
      endless,
      'endless',
      '{"seconds":60}',
      clock,
      () => Promise.resolve(),
      () => isDeleted,
    );
    void clock.sleep(90).then(() => (isDeleted = true));
    await clock.runUntil(execution.run());
    expect(execution).toMatchObject({ status: 'ABORTED', ageSeconds: 120 });
  });
});
