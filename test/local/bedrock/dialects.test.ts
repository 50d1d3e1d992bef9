import { BedrockAccount, type BedrockAccountOptions } from '../../../local/bedrock/account';
import {
  ANSWERS,
  DIALECTS,
  LAGS,
  STRAY_REFUSALS,
  type Dialect,
  type Question,
} from '../../../local/bedrock/dialect';
import type { BedrockException } from '../../../local/bedrock/exceptions';
import type { Body } from '../../../local/bedrock/import-job';
import type { Operation } from '../../../local/bedrock/inputs';

const MINUTE = 60_000;
const QUESTIONS = Object.keys(ANSWERS) as Question[];
const START = Date.UTC(2026, 0, 1);
const ROLE = 'arn:aws:iam::000000000000:role/import';

let now = START;

beforeEach(() => {
  now = START;
});

/** An account on the test's clock, which speaks as today but for some answers. */
const speaking = (answers: Partial<Dialect>, options: BedrockAccountOptions = {}): BedrockAccount =>
  new BedrockAccount({ dialect: { ...DIALECTS.today, ...answers }, now: () => now, ...options });

const CREATION = {
  jobName: 'job-1',
  importedModelName: 'model-1',
  roleArn: ROLE,
  modelDataSource: { s3DataSource: { s3Uri: 's3://weights/llama/' } },
};

const create = (account: BedrockAccount, input: Body = {}): string =>
  account.perform('CreateModelImportJob', { ...CREATION, ...input }).jobArn as string;

/** How an attempt ended: the exception's name, or `done`. */
const outcomeOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return 'done';
  } catch (error) {
    return (error as BedrockException).name;
  }
};

const messageOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return '';
  } catch (error) {
    return (error as BedrockException).message;
  }
};

const performs = (account: BedrockAccount, operation: Operation, input: Body): string =>
  outcomeOf(() => account.perform(operation, input));

const modelArnOf = (account: BedrockAccount, jobArn: string): string =>
  account.describeJob(jobArn)!.importedModelArn as string;

const listed = (account: BedrockAccount): number =>
  (account.perform('ListModelImportJobs', {}).modelImportJobSummaries as Body[]).length;

describe('what is not there', () => {
  const ARN = 'arn:aws:bedrock:us-east-1:000000000000:imported-model/abcdefghijkl';
  const REQUESTS: [Operation, Body][] = [
    ['GetModelImportJob', { jobIdentifier: 'nobody' }],
    ['GetImportedModel', { modelIdentifier: 'nobody' }],
    ['DeleteImportedModel', { modelIdentifier: 'nobody' }],
    ['ListTagsForResource', { resourceARN: ARN }],
    ['TagResource', { resourceARN: ARN, tags: [] }],
    ['UntagResource', { resourceARN: ARN, tagKeys: [] }],
    ['InvokeModel', { modelId: ARN, body: '{}' }],
    ['Converse', { modelId: ARN, messages: [] }],
  ];

  test.each(REQUESTS)('%s names it by either exception', (operation, input) => {
    expect(performs(speaking({}), operation, input)).toBe('ResourceNotFoundException');
    expect(performs(speaking({ absence: 'ValidationException' }), operation, input)).toBe(
      'ValidationException',
    );
  });

  test('the words of a ValidationException say that the identifier is invalid', () => {
    const account = speaking({ absence: 'ValidationException' });
    expect(messageOf(() => account.perform('GetModelImportJob', { jobIdentifier: 'nobody' }))).toBe(
      'The provided identifier is invalid.',
    );
    expect(messageOf(() => account.perform('InvokeModel', { modelId: ARN }))).toBe(
      'The provided model identifier is invalid.',
    );
  });

  test('what is in another Region is not there', () => {
    const account = speaking({});
    const jobIdentifier = create(account);
    expect(outcomeOf(() => account.perform('GetModelImportJob', { jobIdentifier }, 'us-west-2'))).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe.each([{ importedModelName: 'model-2' }, { jobName: 'job-2' }])(
  'a name in use: all but %j',
  (changed) => {
    test.each(['ConflictException', 'ValidationException'] as const)('is refused by a %s', (nameInUse) => {
      const account = speaking({ nameInUse });
      create(account);
      expect(outcomeOf(() => create(account, changed))).toBe(nameInUse);
    });
  },
);

test('the name in use is said to be "currently in use"', () => {
  const account = speaking({ nameInUse: 'ValidationException' });
  create(account);
  expect(messageOf(() => create(account))).toBe('The provided job name is currently in use.');
  expect(messageOf(() => create(account, { jobName: 'job-2' }))).toBe(
    'The provided model name is currently in use.',
  );
});

describe('a repeated token', () => {
  const clientRequestToken = 'token-1';

  test('returns the job', () => {
    const account = speaking({});
    expect(create(account, { clientRequestToken })).toBe(create(account, { clientRequestToken }));
  });

  test('is a conflict', () => {
    const account = speaking({ repeatedToken: 'ConflictException', nameInUse: 'ValidationException' });
    create(account, { clientRequestToken });
    expect(outcomeOf(() => create(account, { clientRequestToken }))).toBe('ConflictException');
  });

  test('is looked at after the name', () => {
    const account = speaking({ repeatedToken: 'name first' });
    const jobArn = create(account, { clientRequestToken });
    const others = { jobName: 'job-2', importedModelName: 'model-2' };

    expect(messageOf(() => create(account, { clientRequestToken }))).toContain('job-1 exists already');
    expect(create(account, { ...others, clientRequestToken })).toBe(jobArn);
  });
});

describe('a role made moments ago', () => {
  test.each([
    ['role ValidationException', 'ValidationException', 'The provided role ARN is invalid'],
    ['S3 ValidationException', 'ValidationException', 'Could not validate GetObject permissions'],
    ['AccessDeniedException', 'AccessDeniedException', 'cannot be assumed'],
  ] as const)('is refused until it has spread: %s', (newRole, name, message) => {
    const account = speaking({ newRole });
    account.roleMadeAt(ROLE);

    now += LAGS.newRole - 1;
    expect(outcomeOf(() => create(account))).toBe(name);
    expect(messageOf(() => create(account))).toContain(message);
    now += 1;
    expect(outcomeOf(() => create(account))).toBe('done');
  });

  test('is accepted', () => {
    const account = speaking({});
    account.roleMadeAt(ROLE);
    expect(outcomeOf(() => create(account))).toBe('done');
  });

  test('counts as made when a request first names it, where roles are new', () => {
    const account = speaking({ newRole: 'role ValidationException' });
    account.rolesAreNew = true;

    now += LAGS.newRole;
    expect(outcomeOf(() => create(account))).toBe('ValidationException');
    now += LAGS.newRole;
    expect(outcomeOf(() => create(account))).toBe('done');
  });

  test('does not matter when nobody said when it was made', () => {
    const account = speaking({ newRole: 'role ValidationException' });
    expect(outcomeOf(() => create(account))).toBe('done');
  });
});

describe('a new job', () => {
  test('is known by name and by ARN at once, or late', () => {
    const [prompt, late] = [speaking({}), speaking({ newJob: 'late' })];
    const get = (account: BedrockAccount, jobIdentifier: string): string =>
      performs(account, 'GetModelImportJob', { jobIdentifier });
    create(prompt);
    const jobArn = create(late);

    now += LAGS.newJob - 1;
    expect(get(prompt, 'job-1')).toBe('done');
    expect([get(late, 'job-1'), get(late, jobArn)]).toEqual(Array(2).fill('ResourceNotFoundException'));
    now += 1;
    expect([get(late, 'job-1'), get(late, jobArn)]).toEqual(['done', 'done']);
  });

  test('is listed at once, or late', () => {
    const [prompt, late] = [speaking({}), speaking({ newJobInLists: 'late' })];
    create(prompt);
    create(late);

    now += LAGS.newJobInLists - 1;
    expect([listed(prompt), listed(late)]).toEqual([1, 0]);
    now += 1;
    expect(listed(late)).toBe(1);
  });

  test.each([
    ['at once', 'done', 1],
    ['empty', 'done', 0],
    ['absent', 'ResourceNotFoundException', 0],
  ] as const)('has its tags: %s', (newJobTags, outcome, count) => {
    const account = speaking({ newJobTags });
    const resourceARN = create(account, { jobTags: [{ key: 'team', value: 'a' }] });
    const tags = (): unknown[] => account.perform('ListTagsForResource', { resourceARN }).tags as unknown[];

    now += LAGS.newJobTags - 1;
    expect(outcomeOf(tags)).toBe(outcome);
    expect(outcome === 'done' ? tags() : []).toHaveLength(count);
    expect(account.tagsOf(resourceARN)).toHaveLength(1);
    now += 1;
    expect(tags()).toHaveLength(1);
  });

  test('is told of by the test helpers whatever the dialect', () => {
    const account = speaking({
      newJob: 'late',
      newJobInLists: 'late',
      modelArn: 'never',
      success: 'Complete',
    });
    const jobArn = create(account);
    expect(account.jobs()).toMatchObject([
      { jobArn, status: 'Completed', importedModelArn: expect.any(String) as string },
    ]);
  });
});

test('a new model is known at once, or late', () => {
  const [prompt, late] = [speaking({}), speaking({ newModel: 'late' })];
  const calls = (account: BedrockAccount): string[] => {
    const modelArn = modelArnOf(account, 'job-1');
    return [
      performs(account, 'GetImportedModel', { modelIdentifier: modelArn }),
      performs(account, 'InvokeModel', { modelId: modelArn, body: '{}' }),
      performs(account, 'Converse', { modelId: modelArn }),
    ];
  };
  create(prompt);
  create(late);

  now += LAGS.newModel - 1;
  expect(calls(prompt)).toEqual(Array(3).fill('done'));
  expect(calls(late)).toEqual(Array(3).fill('ResourceNotFoundException'));
  now += 1;
  expect(calls(late)).toEqual(Array(3).fill('done'));
});

describe('places', () => {
  const second = { jobName: 'job-2', importedModelName: 'model-2' };

  test("a job's place is free at its end, or late", () => {
    const [prompt, late] = [speaking({}), speaking({ jobPlace: 'late' })];
    for (const account of [prompt, late]) {
      account.scripts = [{ durationMs: MINUTE }];
      create(account);
    }

    now += MINUTE;
    expect(outcomeOf(() => create(prompt, second))).toBe('done');
    now += LAGS.jobPlace - 1;
    expect(messageOf(() => create(late, second))).toContain('concurrent');
    now += 1;
    expect(outcomeOf(() => create(late, second))).toBe('done');
  });

  test("a deleted model's place is free at once, or late", () => {
    const [prompt, late] = [speaking({}), speaking({ modelPlace: 'late' })];
    for (const account of [prompt, late]) {
      account.modelQuota = 1;
      create(account);
      account.deleteModel('model-1');
    }

    expect(outcomeOf(() => create(prompt, second))).toBe('done');
    now += LAGS.modelPlace - 1;
    expect(outcomeOf(() => create(late, second))).toBe('ServiceQuotaExceededException');
    now += 1;
    expect(outcomeOf(() => create(late, second))).toBe('done');
  });
});

describe('the deletion of a model', () => {
  const remove = (account: BedrockAccount, modelIdentifier: string): string =>
    performs(account, 'DeleteImportedModel', { modelIdentifier });

  test('takes an ARN, or a name only', () => {
    const [taking, refusing] = [speaking({}), speaking({ deleteByArn: 'ValidationException' })];
    const arnIn = (account: BedrockAccount): string => modelArnOf(account, create(account));

    expect(remove(taking, arnIn(taking))).toBe('done');
    expect(remove(refusing, arnIn(refusing))).toBe('ValidationException');
    expect(remove(refusing, 'model-1')).toBe('done');
  });

  test('is refused for a while after the import', () => {
    const account = speaking({ deleteFreshModel: 'ConflictException' });
    create(account);

    now += LAGS.deleteFreshModel - 1;
    expect(remove(account, 'model-1')).toBe('ConflictException');
    now += 1;
    expect(remove(account, 'model-1')).toBe('done');
  });

  test('is refused for a while after an invocation', () => {
    const account = speaking({ deleteFreshModel: 'ConflictException' });
    const modelId = modelArnOf(account, create(account));

    now += LAGS.deleteFreshModel;
    account.perform('InvokeModel', { modelId, body: '{}' });
    expect(remove(account, 'model-1')).toBe('ConflictException');
    now += LAGS.deleteFreshModel;
    expect(remove(account, 'model-1')).toBe('done');
  });
});

describe('a completed job', () => {
  const get = (account: BedrockAccount): Body =>
    account.perform('GetModelImportJob', { jobIdentifier: 'job-1' });

  test.each([
    ['at once', [true, true]],
    ['late', [false, true]],
    ['never', [false, false]],
  ] as const)('names its model: %s', (modelArn, expected) => {
    const account = speaking({ modelArn });
    create(account);
    const isNamed = (): boolean => get(account).importedModelArn !== undefined;

    now += LAGS.modelArn - 1;
    const early = isNamed();
    now += 1;
    expect([early, isNamed()]).toEqual(expected);
  });

  test.each([
    ['named', true],
    ['absent', false],
  ] as const)('has a model that was deleted since: %s', (deletedModelArn, named) => {
    const account = speaking({ deletedModelArn });
    create(account);
    account.deleteModel('model-1');
    expect(get(account).importedModelArn !== undefined).toBe(named);
  });

  test.each(['Completed', 'Complete'] as const)('has the status %s, and is listed with it', (success) => {
    const account = speaking({ success });
    create(account);
    expect(get(account).status).toBe(success);
    expect(account.perform('ListModelImportJobs', { statusEquals: 'Completed' })).toMatchObject({
      modelImportJobSummaries: [{ status: success }],
    });
  });
});

describe('stray refusals', () => {
  const { afterMs, forMs, everyMs } = STRAY_REFUSALS;
  const get = (account: BedrockAccount): string =>
    performs(account, 'GetModelImportJob', { jobIdentifier: 'job-1' });

  test('interrupt good answers for some minutes of each hour, with another refusal each time', () => {
    const account = speaking({ strayRefusals: 'sometimes' });
    create(account);
    get(account);
    const answersAt = (time: number): string => {
      now = START + time;
      return get(account);
    };

    expect(answersAt(afterMs - 1)).toBe('done');
    expect(answersAt(afterMs)).toBe('AccessDeniedException');
    expect(answersAt(afterMs + forMs - 1)).toBe('AccessDeniedException');
    expect(answersAt(afterMs + forMs)).toBe('done');
    expect(answersAt(everyMs + afterMs)).toBe('ResourceNotFoundException');
    expect(answersAt(2 * everyMs + afterMs)).toBe('ValidationException');
    expect(answersAt(3 * everyMs + afterMs)).toBe('AccessDeniedException');
  });

  test('never come before a good answer', () => {
    const account = speaking({ strayRefusals: 'sometimes' });
    create(account);
    now += afterMs;
    expect(get(account)).toBe('done');
  });

  test('say nothing wrong of what is deleted', () => {
    const account = speaking({ strayRefusals: 'sometimes' });
    create(account);
    account.perform('GetImportedModel', { modelIdentifier: 'model-1' });
    now += everyMs + afterMs;
    expect(performs(account, 'DeleteImportedModel', { modelIdentifier: 'model-1' })).toBe(
      'AccessDeniedException',
    );
  });

  test('do not come', () => {
    const account = speaking({});
    create(account);
    get(account);
    now += afterMs;
    expect(get(account)).toBe('done');
  });
});

describe('denials', () => {
  test('hold for an operation, a caller and a time', () => {
    const account = speaking({});
    create(account);
    account.denials = [{ operation: 'GetImportedModel', caller: 'warm', until: now + MINUTE }];
    const get = (caller: string): string =>
      outcomeOf(() =>
        account.perform('GetImportedModel', { modelIdentifier: 'model-1' }, 'us-east-1', caller),
      );

    expect([get('warm'), get('cold')]).toEqual(['AccessDeniedException', 'done']);
    expect(performs(account, 'ListImportedModels', {})).toBe('done');
    now += MINUTE;
    expect(get('warm')).toBe('done');
  });

  test('hold for ever, for everybody', () => {
    const account = speaking({});
    account.denials = [{ operation: 'ListImportedModels' }];
    now += 1000 * MINUTE;
    expect(performs(account, 'ListImportedModels', {})).toBe('AccessDeniedException');
  });
});

test('lags can be shortened', () => {
  const account = speaking({ newJob: 'late' }, { lagScale: 0.01 });
  const jobIdentifier = create(account);
  expect(performs(account, 'GetModelImportJob', { jobIdentifier })).toBe('ResourceNotFoundException');
  now += LAGS.newJob / 100;
  expect(performs(account, 'GetModelImportJob', { jobIdentifier })).toBe('done');
});

test('a dialect can change on the fly', () => {
  const account = speaking({});
  account.dialect = DIALECTS.observed;
  expect(performs(account, 'GetModelImportJob', { jobIdentifier: 'nobody' })).toBe('ValidationException');
});

test('an answer counts as exercised only when it decided something', () => {
  const account = speaking({ newJob: 'late' });
  const jobIdentifier = create(account);
  expect([...account.exercised]).toEqual([]);

  now += LAGS.newJob;
  account.perform('GetModelImportJob', { jobIdentifier });
  expect([...account.exercised]).not.toContain('newJob=late');

  create(account, { jobName: 'job-2', importedModelName: 'model-2' });
  performs(account, 'GetModelImportJob', { jobIdentifier: 'job-2' });
  expect([...account.exercised]).toContain('newJob=late');
});

describe('the answers to a question', () => {
  const ARN = 'arn:aws:bedrock:us-east-1:000000000000';
  const JOB: Body = { jobIdentifier: `${ARN}:model-import-job/job000000001` };
  const MODEL: Body = { modelIdentifier: `${ARN}:imported-model/mdl000000001` };

  /** All that an account says in a life in which every question arises. */
  const live = (account: BedrockAccount): string => {
    const said: string[] = [];
    const ask = (operation: Operation, input: Body): void => {
      try {
        said.push(JSON.stringify(account.perform(operation, input)));
      } catch (error) {
        said.push(String(error));
      }
    };
    const start = (number: number, clientRequestToken?: string): void =>
      ask('CreateModelImportJob', {
        ...CREATION,
        jobName: `job-${number}`,
        importedModelName: `model-${number}`,
        jobTags: [{ key: 'team', value: 'search' }],
        clientRequestToken,
      });

    now = START;
    account.modelQuota = 2;
    account.roleMadeAt(ROLE);
    start(1, 'token');
    start(1, 'token');
    start(1);
    start(2);
    ask('GetModelImportJob', JOB);
    ask('GetModelImportJob', { jobIdentifier: 'nobody' });
    ask('ListModelImportJobs', {});
    ask('ListTagsForResource', { resourceARN: JOB.jobIdentifier });
    ask('GetImportedModel', MODEL);
    ask('DeleteImportedModel', MODEL);
    ask('GetModelImportJob', JOB);
    start(3);
    now += LAGS.modelArn;
    ask('GetModelImportJob', JOB);
    now = START + STRAY_REFUSALS.afterMs;
    ask('GetModelImportJob', JOB);
    return said.join('\n');
  };

  test.each(QUESTIONS)('differ: %s', (question) => {
    const lives = ANSWERS[question].map((answer) => {
      const account = speaking({ [question]: answer });
      const life = live(account);
      expect([...account.exercised]).toContain(`${question}=${answer}`);
      return life;
    });
    expect(new Set(lives).size).toBe(lives.length);
  });
});
