import type { Script } from './life';

/** Lives that take long to simulate, and are the same in every dialect. */
export const LONG_ROWS: Readonly<Record<string, Script>> = {
  'hundreds of imports of one construct, then it is removed: a constant number of calls': {
    jobs: 300,
    models: 0,
    live: async (life) => {
      const { stack, world } = life;
      life.imports(20);
      stack.createWithOthers();
      for (let version = 1; version <= 300; version++) {
        await stack.deploy({ source: `llama-${version}` });
      }
      await life.pass(3600);
      const before = world.services.bedrockCalls;
      await life.within(15, stack.remove());
      const calls = world.services.bedrockCalls - before;
      // Where Bedrock shows things late or refuses now and then, some calls are repeated.
      life.expect(calls <= 30, `The Delete took ${calls} calls`);
    },
  },
};
