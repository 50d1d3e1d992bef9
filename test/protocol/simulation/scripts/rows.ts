import type { Script } from './life';

/** What once went wrong in the life of an owned model, each with the time that it may take. */
export const ROWS: Readonly<Record<string, Script>> = {
  'a model is replaced, and the stack deleted within five minutes of the end of the job': {
    jobs: 2,
    models: 0,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      await life.stack.deploy({ source: 'qwen' });
      await life.pass(30);
      await life.within(15, life.stack.destroy());
    },
  },

  'waitForCompletion: false, and the second job fails: the first model stays': {
    jobs: 2,
    models: 1,
    live: async (life) => {
      const { stack } = life;
      await stack.deploy({ source: 'llama', waits: false });
      const first = stack.deployed!.physicalId;
      await life.pass(1200);
      life.imports(600, 'Failed');
      await life.within(15, stack.deploy({ source: 'qwen', waits: false }));
      await life.pass(1200);
      life.expect(life.hasModel(first), 'The first model was deleted');
    },
  },

  'waitForCompletion: false: the first model goes when its successor has completed': {
    jobs: 2,
    models: 1,
    live: async (life) => {
      const { stack } = life;
      await stack.deploy({ source: 'llama', waits: false });
      await life.pass(1200);
      await life.within(15, stack.deploy({ source: 'qwen', waits: false }));
    },
  },

  'a model that outlived its failed successor goes with the next one': {
    jobs: 3,
    models: 1,
    live: async (life) => {
      const { stack } = life;
      await stack.deploy({ source: 'llama', waits: false });
      await life.pass(1200);
      life.imports(60, 'Failed');
      await stack.deploy({ source: 'qwen', waits: false });
      await life.pass(1200);
      life.imports(60);
      await stack.deploy({ source: 'mistral', waits: false });
    },
  },

  'a model that outlived its failed successor goes with the stack': {
    jobs: 2,
    models: 0,
    live: async (life) => {
      const { stack } = life;
      await stack.deploy({ source: 'llama', waits: false });
      await life.pass(1200);
      life.imports(60, 'Failed');
      await stack.deploy({ source: 'qwen', waits: false });
      await life.pass(1200);
      await stack.destroy();
    },
  },

  'one deployment sets RETAIN and another source, a later one DESTROY: the first model survives the stack': {
    jobs: 2,
    models: 1,
    live: async ({ stack }) => {
      await stack.deploy({ source: 'llama' });
      await stack.deploy({ source: 'qwen', policy: 'RETAIN' });
      await stack.deploy({ source: 'qwen', policy: 'DESTROY', tags: [{ key: 'team', value: '1' }] });
      await stack.destroy();
    },
  },

  'cdk orphan, the construct is added again, and the stack deleted: the first model survives': {
    jobs: 2,
    models: 1,
    live: async ({ stack }) => {
      stack.createWithOthers();
      await stack.deploy({ source: 'llama' });
      await stack.orphan();
      await stack.deploy({ source: 'llama' });
      await stack.destroy();
    },
  },

  'cdk orphan, the construct is added again, and that is cancelled: the first model survives': {
    jobs: 2,
    models: 1,
    live: async ({ stack }) => {
      stack.createWithOthers();
      await stack.deploy({ source: 'llama' });
      await stack.orphan();
      await stack.deploy({ source: 'llama' }, { cancelAfter: 'on answer' });
    },
  },

  'RETAIN_ON_UPDATE_OR_DELETE: a create that is cancelled leaves nothing': {
    jobs: 1,
    models: 0,
    live: async ({ stack }) => {
      await stack.deploy(
        { source: 'llama', policy: 'RETAIN_ON_UPDATE_OR_DELETE' },
        { cancelAfter: 'on answer' },
      );
    },
  },

  'the flag RetainExceptOnCreate: a create that is rolled back leaves nothing': {
    jobs: 1,
    models: 0,
    live: async ({ stack }) => {
      const template = { source: 'llama', policy: 'RETAIN' } as const;
      await stack.deploy(template, { anotherFails: 5, retainExceptOnCreate: true });
    },
  },

  'RETAIN: triggers from a to b to a import again': {
    jobs: 3,
    models: 3,
    live: async ({ stack }) => {
      for (const version of ['a', 'b', 'a']) {
        await stack.deploy({ source: 'llama', policy: 'RETAIN', triggers: { version } });
      }
    },
  },

  'the tags of the job of a failed update are removed, and the rollback goes back without an import': {
    jobs: 2,
    models: 1,
    live: async (life) => {
      const { account } = life.world;
      await life.stack.deploy({ source: 'llama' });
      await life.pass(300);
      const removal = life.pass(60).then(() => {
        const [{ jobArn }] = account.jobs() as { jobArn: string }[];
        account.untag(
          jobArn,
          account.tagsOf(jobArn).map(({ key }) => key),
        );
      });
      await life.within(150, life.stack.deploy({ source: 'qwen' }, { anotherFails: 120 }));
      await removal;
    },
  },

  'the events cannot be had, and a Delete comes with a generated ID: it fails, and never guesses': {
    jobs: 2,
    models: 1,
    live: async ({ stack, world, pass, judge }) => {
      stack.createWithOthers();
      world.cloudFormationDialect = { ...world.cloudFormationDialect, failedCreate: 'after' };
      await stack.deploy({ source: 'llama' }, { cancelAfter: 'on answer', noRollback: true });
      await pass(1200);
      world.faults.breakDown('events', 'denied', 7200);
      judge.expected.add('Refused');
      await stack.deploy({ source: 'llama' });
    },
  },

  'an update fails that has started nothing: its rollback takes seconds': {
    jobs: 2,
    models: 2,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      await life.pass(300);
      life.judge.addForeignJob(600_000);
      const failing = { source: 'qwen', startTimeoutSeconds: 60 };
      await life.within(60 + 30, life.stack.deploy(failing));
    },
  },

  'an update in place takes seconds': {
    jobs: 1,
    models: 1,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      await life.pass(300);
      await life.within(10, life.stack.deploy({ source: 'llama', tags: [{ key: 'team', value: '1' }] }));
    },
  },

  'a failed import is imported again at once': {
    jobs: 2,
    models: 1,
    live: async (life) => {
      life.imports(60, 'Failed');
      await life.stack.deploy({ source: 'llama', waits: false });
      await life.pass(600);
      life.imports(60);
      const again = { source: 'llama', waits: false, tags: [{ key: 'team', value: '1' }] };
      await life.within(15, life.stack.deploy(again));
    },
  },

  'a mistake in this library fails at once, and says so': {
    jobs: 0,
    models: 0,
    live: async (life) => {
      life.judge.expected.add('Bug');
      life.world.services.bug = new TypeError('Cannot read properties of undefined');
      await life.within(15, life.stack.deploy({ source: 'llama' }));
    },
  },

  'an ended job has a status that this version does not know: its model is deleted': {
    jobs: 1,
    models: 0,
    live: async (life) => {
      life.world.account.scripts = [{ durationMs: 60_000, overrides: { status: 'Archived' } }];
      await life.stack.deploy({ source: 'llama' });
      await life.pass(300);
      await life.within(15, life.stack.destroy());
    },
  },

  'StartExecution is refused for 280 s: the create succeeds': {
    jobs: 1,
    models: 1,
    live: async (life) => {
      life.world.faults.breakDown('start', 'denied', 280);
      const deployment = life.stack.deploy({ source: 'llama', startTimeoutSeconds: 60, waits: false });
      await life.within(300, deployment);
      life.expect(life.stack.deployed !== undefined, 'The create has failed');
    },
  },

  'the table is denied for 280 s after its creation: the create succeeds': {
    jobs: 1,
    models: 1,
    live: async (life) => {
      life.world.faults.breakDown('dynamodb', 'denied', 280);
      const deployment = life.stack.deploy({ source: 'llama', startTimeoutSeconds: 60, waits: false });
      await life.within(310, deployment);
      life.expect(life.stack.deployed !== undefined, 'The create has failed');
    },
  },

  'Bedrock is never reached: the create fails after 15 minutes': {
    jobs: 0,
    models: 0,
    live: async (life) => {
      life.world.faults.breakDown('bedrock', 'unreached', 10_000);
      await life.within(960, life.stack.deploy({ source: 'llama' }));
      life.expect(life.stack.story[0] === 'Create FAILED', `Not a failure: ${life.stack.story[0]}`);
    },
  },

  'the model that a rollback goes back to is gone: the rollback ends in seconds': {
    jobs: 2,
    models: 0,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      life.judge.deleteByHand(life.stack.deployed!.physicalId);
      await life.pass(3600);
      await life.within(30, life.stack.deploy({ source: 'qwen' }, { anotherFails: 1 }));
      life.expect(life.stack.story.at(-1) === 'Delete SUCCESS', 'The rollback has failed');
    },
  },
};
