import type { Death } from '../invocation';
import type { Script } from './life';

/** Sequences of requests that broke earlier protocols. */

/** The function dies while the job is being started, and the call takes effect. */
const DIES_AT_THE_START: Death = {
  how: 'timeout',
  isAt: (call) => call === 'bedrock CreateModelImportJob',
  afterEffect: true,
};

export const SEQUENCES: Readonly<Record<string, Script>> = {
  'a create is cancelled without rollback; its Delete is served before the next Create arrives': {
    jobs: 2,
    models: 1,
    live: async ({ stack, world, pass }) => {
      stack.createWithOthers();
      world.cloudFormationDialect = { ...world.cloudFormationDialect, failedCreate: 'during' };
      await stack.deploy({ source: 'llama' }, { cancelAfter: 'on answer', noRollback: true });
      await pass(1200);
      world.queue.delays.push(60, 0.1);
      await stack.deploy({ source: 'llama' });
    },
  },

  'a create is cancelled; its Delete finds nothing, and the Create arrives after it': {
    jobs: 0,
    models: 0,
    live: async ({ stack, world }) => {
      stack.createWithOthers();
      world.queue.delays.push(60, 0.1);
      await stack.deploy({ source: 'llama' }, { cancelAfter: 5 });
    },
  },

  'an update dies while it starts the job, without rollback; the old model is orphaned': {
    jobs: 2,
    models: 1,
    live: async ({ stack, world }) => {
      stack.createWithOthers();
      await stack.deploy({ source: 'llama' });
      world.lambda.scripted.push({ work: 'model poll', death: DIES_AT_THE_START });
      await stack.deploy({ source: 'qwen' }, { cancelAfter: 20, noRollback: true });
      await stack.orphan();
    },
  },

  'the answer of a rollback is lost; it is continued, and comes with the replacement': {
    jobs: 2,
    models: 1,
    live: async ({ stack }) => {
      await stack.deploy({ source: 'llama' });
      const rollbacks = [{ cancelAfter: 'on answer' as const }];
      await stack.deploy({ source: 'qwen' }, { anotherFails: 1, rollbacks });
    },
  },

  'nobody heard of the replacement; the rollback dies, and is continued': {
    jobs: 2,
    models: 1,
    live: async ({ stack, world }) => {
      await stack.deploy({ source: 'llama' });
      const dies: Death = { how: 'timeout', isAt: (_, number) => number === 2, afterEffect: true };
      const death = (): void => void world.lambda.scripted.push({ work: 'model poll', death: dies });
      const rollbacks = [{ cancelAfter: 2 }];
      const update = stack.deploy({ source: 'qwen' }, { cancelAfter: 'on answer', rollbacks });
      void world.clock.sleep(1).then(death);
      await update;
    },
  },

  'nobody heard of the replacement, without rollback; the next deployment drops the resource': {
    jobs: 2,
    models: 0,
    live: async ({ stack }) => {
      stack.createWithOthers();
      await stack.deploy({ source: 'llama' });
      await stack.deploy({ source: 'qwen' }, { cancelAfter: 'on answer', noRollback: true });
      await stack.remove();
    },
  },

  'a create is cancelled while the call is on its way; its Delete looks the name up at once': {
    jobs: 1,
    models: 0,
    live: async (life) => {
      life.rolesAreOld();
      life.stack.createWithOthers();
      life.world.services.delays.set('CreateModelImportJob', 20);
      await life.stack.deploy({ source: 'llama' }, { cancelAfter: 5 });
    },
  },

  'the clean-up fails three times; the stack is deleted with the replacement': {
    jobs: 2,
    models: 0,
    live: async ({ stack, world, judge, pass }) => {
      await stack.deploy({ source: 'llama' });
      judge.expected.add('Refused');
      const until = world.clock.now + 600_000 + 3 * 500_000;
      world.account.denials = [{ operation: 'DeleteImportedModel', until }];
      await stack.deploy({ source: 'qwen' });
      await pass(3600);
      await stack.destroy();
    },
  },

  'two requests in one second are served in the other order': {
    jobs: 1,
    models: 1,
    live: async ({ stack, world }) => {
      await stack.deploy({ source: 'llama' });
      stack.pauses = [0.1];
      world.queue.delays.push(5, 0.1);
      await stack.deploy({ source: 'qwen' }, { cancelAfter: 0.1 });
    },
  },

  'three deployments without rollback, one after the other, are rolled back': {
    jobs: 3,
    models: 1,
    live: async (life) => {
      const { stack } = life;
      await stack.deploy({ source: 'llama' });
      for (const source of ['qwen', 'mistral']) {
        life.imports(60, 'Failed');
        await stack.deploy({ source }, { noRollback: true });
      }
      await stack.rollBack();
    },
  },
};
