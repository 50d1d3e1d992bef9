import type { BedrockAccount } from '../../../../local/bedrock/account';
import {
  ANSWERS,
  DIALECTS,
  KEPT_MS,
  LAGS,
  STRAY_REFUSALS,
  type Question,
} from '../../../../local/bedrock/dialect';
import type { Body } from '../../../../local/bedrock/import-job';
import type { Operation } from '../../../../local/bedrock/inputs';
import type { Statement } from '../../../../local/iam/policy';
import type { Role } from '../../../../local/iam/role';
import {
  create,
  CREATION,
  messageOf,
  outcomeOf,
  performs,
  START,
  useAccounts,
} from '../../../support/bedrock-account';
import { allow, iamOf, importRole, roleWith } from '../../../support/iam';

const { clock, speaking } = useAccounts();

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

describe('a new job', () => {
  test('is known by name and by ARN at once, or late', () => {
    const [prompt, late] = [speaking({}), speaking({ newJob: 'late' })];
    const get = (account: BedrockAccount, jobIdentifier: string): string =>
      performs(account, 'GetModelImportJob', { jobIdentifier });
    create(prompt);
    const jobArn = create(late);

    clock.now += LAGS.newJob - 1;
    expect(get(prompt, 'job-1')).toBe('done');
    expect([get(late, 'job-1'), get(late, jobArn)]).toEqual(Array(2).fill('ResourceNotFoundException'));
    clock.now += 1;
    expect([get(late, 'job-1'), get(late, jobArn)]).toEqual(['done', 'done']);
  });

  test('is listed at once, or late', () => {
    const [prompt, late] = [speaking({}), speaking({ newJobInLists: 'late' })];
    create(prompt);
    create(late);

    clock.now += LAGS.newJobInLists - 1;
    expect([listed(prompt), listed(late)]).toEqual([1, 0]);
    clock.now += 1;
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

    clock.now += LAGS.newJobTags - 1;
    expect(outcomeOf(tags)).toBe(outcome);
    expect(outcome === 'done' ? tags() : []).toHaveLength(count);
    expect(account.tagsOf(resourceARN)).toHaveLength(1);
    clock.now += 1;
    expect(tags()).toHaveLength(1);
  });

  test('is described by the test helpers, whatever the dialect', () => {
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

  clock.now += LAGS.newModel - 1;
  expect(calls(prompt)).toEqual(Array(3).fill('done'));
  expect(calls(late)).toEqual(Array(3).fill('ResourceNotFoundException'));
  clock.now += 1;
  expect(calls(late)).toEqual(Array(3).fill('done'));
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

    clock.now += LAGS.deleteFreshModel - 1;
    expect(remove(account, 'model-1')).toBe('ConflictException');
    clock.now += 1;
    expect(remove(account, 'model-1')).toBe('done');
  });

  test('is refused for a while after an invocation', () => {
    const account = speaking({ deleteFreshModel: 'ConflictException' });
    const modelId = modelArnOf(account, create(account));

    clock.now += LAGS.deleteFreshModel;
    account.perform('InvokeModel', { modelId, body: '{}' });
    expect(remove(account, 'model-1')).toBe('ConflictException');
    clock.now += LAGS.deleteFreshModel;
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

    clock.now += LAGS.modelArn - 1;
    const early = isNamed();
    clock.now += 1;
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

describe('a job that ended a day ago', () => {
  test.each([
    ['kept', 'done', 1],
    ['forgotten', 'ResourceNotFoundException', 0],
  ] as const)('is %s, and so are its tags, while its model stays', (endedJob, answer, count) => {
    const account = speaking({ endedJob });
    const jobIdentifier = create(account);
    clock.now += KEPT_MS - 1;
    expect(performs(account, 'GetModelImportJob', { jobIdentifier })).toBe('done');
    clock.now += 1;
    expect(performs(account, 'GetModelImportJob', { jobIdentifier })).toBe(answer);
    expect(performs(account, 'ListTagsForResource', { resourceARN: jobIdentifier })).toBe(answer);
    expect(listed(account)).toBe(count);
    expect(performs(account, 'GetImportedModel', { modelIdentifier: 'model-1' })).toBe('done');
  });
});

test('lags can be shortened', () => {
  const account = speaking({ newJob: 'late' }, { lagScale: 0.01 });
  const jobIdentifier = create(account);
  expect(performs(account, 'GetModelImportJob', { jobIdentifier })).toBe('ResourceNotFoundException');
  clock.now += LAGS.newJob / 100;
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

  clock.now += LAGS.newJob;
  account.perform('GetModelImportJob', { jobIdentifier });
  expect([...account.exercised]).not.toContain('newJob=late');

  create(account, { jobName: 'job-2', importedModelName: 'model-2' });
  performs(account, 'GetModelImportJob', { jobIdentifier: 'job-2' });
  expect([...account.exercised]).toContain('newJob=late');
});

describe('the answers to a question', () => {
  const ARN = 'arn:aws:bedrock:us-east-1:000000000000';
  const JOB: Body = { jobIdentifier: `${ARN}:model-import-job/job000000001` };
  const KEY = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';
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

    clock.now = START;
    account.modelQuota = 2;
    account.roleMadeAt(CREATION.roleArn);
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
    clock.now += LAGS.modelArn;
    ask('GetModelImportJob', JOB);
    clock.now = START + STRAY_REFUSALS.afterMs;
    ask('GetModelImportJob', JOB);
    clock.now = START + KEPT_MS;
    ask('GetModelImportJob', JOB);
    // Under IAM: a role made just now, a prefix, a key for the caller alone, and one for the import role alone.
    const key = allow('kms:*', '*');
    const list = allow('s3:ListBucket', '*', { StringLike: { 's3:prefix': 'llama/*' } });
    const may = (caller: Role, ...statements: Statement[]): void => {
      account.iam = iamOf(caller, importRole(statements));
      ask('CreateModelImportJob', { ...CREATION, importedModelKmsKeyId: KEY });
    };
    may(roleWith('new', [allow('*', '*')], { since: clock.now }), allow('*', '*'));
    may(roleWith('old', [allow('*', '*')]), allow('s3:GetObject', '*'), list, key);
    may(roleWith('old', [allow('*', '*')]), allow('s3:*', '*'));
    may(roleWith('old', [allow(['bedrock:*', 'iam:*'], '*')]), allow('s3:*', '*'), key);
    return said.join('\n');
  };

  const questions = Object.keys(ANSWERS) as Question[];

  test.each(questions)('differ: %s', (question) => {
    const lives = ANSWERS[question].map((answer) => {
      const account = speaking({ [question]: answer });
      const life = live(account);
      expect([...account.exercised]).toContain(`${question}=${answer}`);
      return life;
    });
    expect(new Set(lives).size).toBe(lives.length);
  });
});
