import { allAnswers, allPairs, describeDialect } from '../../../local/bedrock/dialect';
import { silenceLog } from '../../support/log';
import { SCRIPTS } from '../simulation/scripts/index';
import { Life } from '../simulation/scripts/life';

/** The lives of owned models in a set of dialects in which any two answers of Bedrock meet. */

silenceLog();

const exercised = new Set<string>();

describe.each(Object.entries(SCRIPTS))('%s', (_, script) => {
  test.each(allPairs().map((dialect) => [describeDialect(dialect), dialect] as const))(
    'where %s',
    async (_label, dialect) => {
      const { world } = await Life.of(script, dialect);
      expect(world.wrong).toEqual([]);
      world.account.exercised.forEach((answer) => exercised.add(answer));
    },
  );
});

test('each answer has decided something, but for those to a call that is made twice: none is', () => {
  const answers = allAnswers().filter((answer) => !answer.startsWith('repeatedToken='));
  expect(answers.filter((answer) => !exercised.has(answer))).toEqual([]);
});
