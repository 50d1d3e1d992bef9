import {
  allAnswers,
  allPairs,
  ANSWERS,
  describeDialect,
  DIALECTS,
  type Dialect,
  type Question,
} from '../../../../local/bedrock/dialect';

const QUESTIONS = Object.keys(ANSWERS) as Question[];

const pairsOf = (dialect: Dialect, questions = QUESTIONS): string[] =>
  questions.flatMap((one, index) =>
    questions.slice(index + 1).map((other) => `${one}=${dialect[one]} ${other}=${dialect[other]}`),
  );

const possiblePairs = (questions = QUESTIONS): string[] =>
  questions.flatMap((one, index) =>
    questions
      .slice(index + 1)
      .flatMap((other) =>
        ANSWERS[one].flatMap((a) => ANSWERS[other].map((b) => `${one}=${a} ${other}=${b}`)),
      ),
  );

describe('all pairs', () => {
  test('any two answers to two questions meet', () => {
    const met = new Set(allPairs().flatMap((dialect) => pairsOf(dialect)));
    expect(possiblePairs().filter((pair) => !met.has(pair))).toEqual([]);
  });

  test('each answer is given', () => {
    const given = new Set(
      allPairs().flatMap((dialect) => QUESTIONS.map((each) => `${each}=${dialect[each]}`)),
    );
    expect(allAnswers().filter((answer) => !given.has(answer))).toEqual([]);
  });

  test('the other answers meet where jobs name their models, too', () => {
    const questions = QUESTIONS.filter((each) => each !== 'modelArn');
    const naming = allPairs().filter(({ modelArn }) => modelArn !== 'never');
    const met = new Set(naming.flatMap((dialect) => pairsOf(dialect, questions)));
    expect(possiblePairs(questions).filter((pair) => !met.has(pair))).toEqual([]);
  });

  test('they are few, and the same ones each time', () => {
    expect(allPairs().length).toBeLessThanOrEqual(24);
    expect(allPairs()).toEqual(allPairs());
  });
});

describe('the label of a dialect', () => {
  test.each(Object.entries(DIALECTS))('is its name: %s', (name, dialect) => {
    expect(describeDialect({ ...dialect })).toBe(name);
  });

  test('is else what differs from today', () => {
    const dialect: Dialect = { ...DIALECTS.today, success: 'Complete', newJob: 'late' };
    expect(describeDialect(dialect)).toBe('newJob=late, success=Complete');
  });
});
