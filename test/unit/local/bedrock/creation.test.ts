import { LAGS } from '../../../../local/bedrock/dialect';
import {
  create,
  CREATION,
  messageOf,
  MINUTE,
  outcomeOf,
  useAccounts,
} from '../../../support/bedrock-account';

const { clock, speaking } = useAccounts();

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

  test('returns the job where the answer is "job"', () => {
    const account = speaking({});
    expect(create(account, { clientRequestToken })).toBe(create(account, { clientRequestToken }));
  });

  test('is a conflict where the answer is "ConflictException"', () => {
    const account = speaking({ repeatedToken: 'ConflictException', nameInUse: 'ValidationException' });
    create(account, { clientRequestToken });
    expect(outcomeOf(() => create(account, { clientRequestToken }))).toBe('ConflictException');
  });

  test('is looked at after the name where the answer is "name first"', () => {
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
  ] as const)('is refused until it has spread where the answer is "%s"', (newRole, name, message) => {
    const account = speaking({ newRole });
    account.roleMadeAt(CREATION.roleArn);

    clock.now += LAGS.newRole - 1;
    expect(outcomeOf(() => create(account))).toBe(name);
    expect(messageOf(() => create(account))).toContain(message);
    clock.now += 1;
    expect(outcomeOf(() => create(account))).toBe('done');
  });

  test('is accepted where the answer is "accepted"', () => {
    const account = speaking({});
    account.roleMadeAt(CREATION.roleArn);
    expect(outcomeOf(() => create(account))).toBe('done');
  });

  test('counts as made when a request first names it, where roles are new', () => {
    const account = speaking({ newRole: 'role ValidationException' });
    account.rolesAreNew = true;

    clock.now += LAGS.newRole;
    expect(outcomeOf(() => create(account))).toBe('ValidationException');
    clock.now += LAGS.newRole;
    expect(outcomeOf(() => create(account))).toBe('done');
  });

  test('does not matter when nobody said when it was made', () => {
    const account = speaking({ newRole: 'role ValidationException' });
    expect(outcomeOf(() => create(account))).toBe('done');
  });
});

describe('places', () => {
  const second = { jobName: 'job-2', importedModelName: 'model-2' };

  test("a job's place is free at its end, or late", () => {
    const [prompt, late] = [speaking({}), speaking({ jobPlace: 'late' })];
    for (const account of [prompt, late]) {
      account.scripts = [{ durationMs: MINUTE }];
      create(account);
    }

    clock.now += MINUTE;
    expect(outcomeOf(() => create(prompt, second))).toBe('done');
    clock.now += LAGS.jobPlace - 1;
    expect(messageOf(() => create(late, second))).toContain('concurrent');
    clock.now += 1;
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
    clock.now += LAGS.modelPlace - 1;
    expect(outcomeOf(() => create(late, second))).toBe('ServiceQuotaExceededException');
    clock.now += 1;
    expect(outcomeOf(() => create(late, second))).toBe('done');
  });
});
