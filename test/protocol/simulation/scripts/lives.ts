import type { Script } from './life';

const DAY = 24 * 3600;

/** What happens to owned models in the course of things. */
export const LIVES: Readonly<Record<string, Script>> = {
  'a model is created, and lives': {
    jobs: 1,
    models: 1,
    live: async ({ stack }) => {
      await stack.deploy({ source: 'llama' });
    },
  },

  'a model is created, and deleted long after': {
    jobs: 1,
    models: 0,
    live: async ({ stack, pass }) => {
      await stack.deploy({ source: 'llama' });
      await pass(5400);
      await stack.destroy();
    },
  },

  'a model is deleted when its job is long over': {
    jobs: 1,
    models: 0,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      await life.pass(DAY);
      await life.within(15, life.stack.destroy());
    },
  },

  'the tags of a model change when its job is long over': {
    jobs: 1,
    models: 1,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      await life.pass(DAY);
      await life.within(15, life.stack.deploy({ source: 'llama', tags: [{ key: 'team', value: '1' }] }));
    },
  },

  'the tags of a model change when its job has just started': {
    jobs: 1,
    models: 1,
    live: async ({ stack }) => {
      await stack.deploy({ source: 'llama', waits: false });
      await stack.deploy({ source: 'llama', waits: false, tags: [{ key: 'team', value: '1' }] });
    },
  },

  'a model is replaced when its job is long over': {
    jobs: 2,
    models: 1,
    live: async ({ stack, pass }) => {
      await stack.deploy({ source: 'llama' });
      await pass(DAY);
      await stack.deploy({ source: 'qwen' });
    },
  },

  'a replacement is rolled back when the job before is long over': {
    jobs: 2,
    models: 1,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      await life.pass(DAY);
      await life.stack.deploy({ source: 'qwen' }, { anotherFails: 1200 });
    },
  },

  'the answer to the start is lost': {
    jobs: 1,
    models: 1,
    live: async ({ stack, world }) => {
      world.services.lostAnswers.set('CreateModelImportJob', 1);
      await stack.deploy({ source: 'llama' });
    },
  },

  'a create whose answer was lost is cancelled': {
    jobs: 1,
    models: 0,
    live: async (life) => {
      life.rolesAreOld();
      life.world.services.lostAnswers.set('CreateModelImportJob', 1);
      life.stack.createWithOthers();
      await life.stack.deploy({ source: 'llama' }, { cancelAfter: 3 });
    },
  },

  'a create that has failed is deleted by the ID that names its request': {
    jobs: 2,
    models: 2,
    live: async ({ stack, judge }) => {
      judge.addForeignJob(300_000);
      await stack.deploy({ source: 'llama', startTimeoutSeconds: 60 }, { noRollback: true });
      await stack.deploy({ source: 'llama' });
    },
  },

  'a create is answered in the moment in which it is cancelled': {
    jobs: 1,
    models: 0,
    live: async ({ stack }) => {
      await stack.deploy({ source: 'llama' }, { cancelAfter: 'on answer' });
    },
  },

  'a model is replaced': {
    jobs: 2,
    models: 1,
    live: async ({ stack }) => {
      await stack.deploy({ source: 'llama' });
      await stack.deploy({ source: 'qwen' });
    },
  },

  'a replacement fails': {
    jobs: 2,
    models: 1,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      life.imports(240, 'Failed');
      await life.stack.deploy({ source: 'qwen' });
    },
  },

  'a replacement is rolled back at once': {
    jobs: 2,
    models: 1,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      await life.pass(300);
      // No rollback waits for a job that nobody can stop.
      await life.within(30, life.stack.deploy({ source: 'qwen' }, { anotherFails: 1 }));
    },
  },

  'a replacement that nobody was told of is rolled back': {
    jobs: 2,
    models: 1,
    live: async ({ stack }) => {
      await stack.deploy({ source: 'llama' });
      await stack.deploy({ source: 'qwen' }, { cancelAfter: 'on answer' });
    },
  },

  'a model is deleted while its job runs': {
    jobs: 1,
    models: 0,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama', waits: false });
      await life.within(630, life.stack.destroy());
    },
  },

  'a model is deleted the moment its job has ended': {
    jobs: 1,
    models: 0,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      await life.within(15, life.stack.destroy());
    },
  },

  'a model is deleted after somebody deleted it by hand': {
    jobs: 1,
    models: 0,
    live: async ({ stack, judge }) => {
      await stack.deploy({ source: 'llama' });
      judge.deleteByHand(stack.deployed!.physicalId);
      await stack.destroy();
    },
  },

  'a model that somebody deleted by hand is imported again': {
    jobs: 2,
    models: 1,
    live: async ({ stack, judge, pass }) => {
      await stack.deploy({ source: 'llama' });
      await pass(1800);
      judge.deleteByHand(stack.deployed!.physicalId);
      await stack.deploy({ source: 'llama', tags: [{ key: 'team', value: '1' }] });
    },
  },

  'two models queue': {
    jobs: 2,
    models: 2,
    live: async (life) => {
      const other = life.addStack('Other');
      await Promise.all([life.stack.deploy({ source: 'llama' }), other.deploy({ source: 'qwen' })]);
    },
  },

  'two models want the same name: the second one fails, and the first one lives': {
    jobs: 1,
    models: 1,
    live: async (life) => {
      life.rolesAreOld();
      ['NameTaken', 'ImportRefused'].forEach((code) => life.judge.expected.add(code));
      const other = life.addStack('Other');
      const template = { source: 'llama', importedModelName: 'llama' };
      const first = life.stack.deploy(template);
      await life.pass(5);
      await Promise.all([first, other.deploy(template)]);
    },
  },

  'a model takes the place of one that was just deleted': {
    jobs: 2,
    models: 1,
    live: async ({ stack, world }) => {
      world.account.modelQuota = 1;
      await stack.deploy({ source: 'llama' });
      await stack.destroy();
      await stack.deploy({ source: 'llama' });
    },
  },

  'a model moves to another logical ID, and is deleted': {
    jobs: 1,
    models: 0,
    live: async ({ stack }) => {
      await stack.deploy({ source: 'llama' });
      stack.refactor('Renamed');
      await stack.destroy();
    },
  },

  'the model of an orphan is adopted, and deleted': {
    jobs: 1,
    models: 0,
    live: async (life) => {
      await life.stack.deploy({ source: 'llama' });
      const adopt = life.stack.deployed!.physicalId;
      await life.stack.orphan();
      await life.within(15, life.stack.deploy({ source: 'llama', adopt }));
      life.stack.retained.clear();
      await life.stack.destroy();
    },
  },

  'an adoption is rolled back: the model stays as it was': {
    jobs: 1,
    models: 1,
    live: async ({ stack, judge, pass }) => {
      const adopt = judge.addForeignJob(60_000);
      await pass(600);
      await stack.deploy({ source: 'model', adopt }, { anotherFails: 1 });
    },
  },
};
