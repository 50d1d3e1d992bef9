import { allAnswers, allPairs, describeDialect } from '../../../local/bedrock/dialect';
import { silenceLog } from '../../support/log';
import { LIVES } from './lives';
import { World } from './world';

/** The lives of owned models in a set of dialects in which any two answers of Bedrock meet. */

silenceLog();

const exercised = new Set<string>();

describe.each(Object.entries(LIVES))('%s', (_, life) => {
  test.each(allPairs().map((dialect) => [describeDialect(dialect), dialect] as const))(
    'where %s',
    async (_label, dialect) => {
      const world = new World(dialect);
      const { models, jobs } = await life(world);
      expect(world.jobsWithModels()).toEqual(models);
      expect(world.account.jobs()).toHaveLength(jobs);
      world.account.exercised.forEach((answer) => exercised.add(answer));
    },
  );
});

test('each answer has decided something', () => {
  expect(allAnswers().filter((answer) => !exercised.has(answer))).toEqual([]);
});
