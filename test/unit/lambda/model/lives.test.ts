import { LIVES } from '../../../protocol/dialects/lives';
import { World } from '../../../protocol/dialects/world';
import { NAMED_DIALECTS } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('in the dialect %s', (_, dialect) => {
  test.each(Object.entries(LIVES))('%s: nothing is left behind, and nothing twice', async (_life, life) => {
    const world = new World(dialect);
    const { models, jobs } = await life(world);
    expect(world.jobsWithModels()).toEqual(models);
    expect(world.account.jobs()).toHaveLength(jobs);
  });
});
