import { BedrockClient } from '@aws-sdk/client-bedrock';
import { allPairs, ANSWERS, describeDialect, DIALECTS, type Dialect } from '../../../local/bedrock/dialect';
import type { Iam } from '../../../local/bedrock/iam/iam';
import { BedrockStandIn } from '../../../local/bedrock/stand-in';
import { Findings } from '../../../scripts/probe/findings';
import { ImportProbe } from '../../../scripts/probe/importing';
import { PermissionProbe } from '../../../scripts/probe/permissions';
import { probeByReading } from '../../../scripts/probe/reads';
import {
  allow,
  CALLER_STATEMENTS,
  importRole,
  iamOf,
  KEY,
  KEY_ACTIONS,
  READ_ALL_WEIGHTS,
  roleWith,
} from '../../support/iam';
import { inProcessBedrock } from '../../support/in-process-bedrock';

const MINUTE = 60_000;
const OPTIONS = { s3Uri: 's3://weights/model/', roleArn: 'arn:aws:iam::000000000000:role/import' };

const ROLE_KEY = KEY.replace('2f6d1f0e', '00000000');
const LISTING_ROLE = OPTIONS.roleArn.replace('import', 'listing');
const PERMISSION_OPTIONS = {
  ...OPTIONS,
  listingRoleArn: LISTING_ROLE,
  keys: { callers: KEY, roles: ROLE_KEY },
};

/** The caller may use one key, the import role the other one. A second role may list only what is under the prefix. */
function iamWith(): Iam {
  const passRoles = allow('iam:PassRole', LISTING_ROLE);
  const caller = roleWith('caller', [...CALLER_STATEMENTS, passRoles, allow(KEY_ACTIONS, KEY)]);
  const role = importRole([READ_ALL_WEIGHTS, allow(KEY_ACTIONS, ROLE_KEY)]);
  const listing = allow('s3:ListBucket', 'arn:aws:s3:::weights', {
    StringLike: { 's3:prefix': ['model', 'model/*'] },
  });
  const readObjects = allow('s3:GetObject', 'arn:aws:s3:::weights/model/*');
  const listingRole = importRole([listing, readObjects], { arn: LISTING_ROLE });
  return { ...iamOf(caller), role: (arn) => [role, listingRole].find((each) => each.arn === arn) };
}

const dialects = Object.fromEntries(
  [...Object.values(DIALECTS), ...allPairs()].map((dialect) => [describeDialect(dialect), dialect]),
);

let bedrock: BedrockStandIn;
let client: BedrockClient;
let findings: Findings;
let log: string[];
let now: number;
const clock = {
  now: () => now,
  sleep: (milliseconds: number): Promise<void> => {
    now += milliseconds;
    return Promise.resolve();
  },
};

async function start(dialect: Dialect): Promise<void> {
  now = Date.parse('2026-01-01T00:00:00Z');
  findings = new Findings();
  log = [];
  bedrock = new BedrockStandIn({ dialect, now: clock.now });
  client = new BedrockClient({ endpoint: await bedrock.start(), maxAttempts: 1 });
}

afterEach(async () => {
  client.destroy();
  await bedrock.stop();
});

async function probeByImporting(through = client): Promise<void> {
  const options = { ...OPTIONS, log: (line: string) => void log.push(line) };
  await new ImportProbe(through, findings, clock, options).run();
}

async function probePermissions(
  through = client,
  options: Partial<typeof PERMISSION_OPTIONS> = {},
): Promise<void> {
  const all = { ...PERMISSION_OPTIONS, ...options, log: (line: string) => void log.push(line) };
  await new PermissionProbe(through, findings, clock, all).run();
}

describe('reading only', () => {
  test('an empty account tells how it speaks of what is not there', async () => {
    await start(DIALECTS.observed);
    await probeByReading(client, findings, clock);
    expect(findings.dialect).toEqual({ ...DIALECTS.today, absence: 'ValidationException' });
  });

  test.each([
    ['named', 'named'],
    ['absent', 'absent'],
  ] as const)(
    'a completed job whose model was deleted tells whether it is still named: %s',
    async (_, answer) => {
      await start({ ...DIALECTS.today, deletedModelArn: answer, success: 'Complete' });
      bedrock.startJob({ jobName: 'kept' });
      bedrock.account.deleteModel(
        bedrock.describe(bedrock.startJob({ jobName: 'gone' }))!.importedModelArn as string,
      );
      now += 60 * MINUTE;
      await probeByReading(client, findings, clock);
      expect(findings.answerTo('deletedModelArn')).toBe(answer);
      expect(findings.answerTo('success')).toBe('Complete');
    },
  );

  test('a completed job that does not name its model tells that none ever will', async () => {
    await start({ ...DIALECTS.today, modelArn: 'never' });
    bedrock.startJob({ jobName: 'kept' });
    now += 60 * MINUTE;
    await probeByReading(client, findings, clock);
    expect(findings.answerTo('modelArn')).toBe('never');
    expect(findings.answerTo('deletedModelArn')).toBeUndefined();
  });

  test.each(['kept', 'forgotten'] as const)(
    'a model of days ago tells whether its job is %s',
    async (endedJob) => {
      await start({ ...DIALECTS.today, endedJob });
      bedrock.startJob({ jobName: 'old' });
      now += 3 * 24 * 60 * MINUTE;
      await probeByReading(client, findings, clock);
      expect(findings.answerTo('endedJob')).toBe(endedJob);
    },
  );

  test('a job that has just ended tells nothing', async () => {
    await start({ ...DIALECTS.today, modelArn: 'late' });
    bedrock.startJob({ jobName: 'fresh' });
    await probeByReading(client, findings, clock);
    expect(findings.answerTo('modelArn')).toBeUndefined();
  });

  test('nothing but reads is sent', async () => {
    await start(DIALECTS.today);
    bedrock.startJob({ jobName: 'kept' });
    now += 60 * MINUTE;
    await probeByReading(client, findings, clock);
    expect(bedrock.requests.map(({ method }) => method)).toEqual(bedrock.requests.map(() => 'GET'));
    expect(bedrock.requests.length).toBeGreaterThan(4);
  });
});

describe('importing', () => {
  test.each(Object.entries(dialects))('recovers the dialect: %s', async (_, dialect) => {
    await start(dialect);
    bedrock.account.rolesAreNew = true;
    bedrock.account.iam = iamWith();
    bedrock.account.scripts = [{ durationMs: 11 * MINUTE }];
    // A probe polls for hours, which takes a while over HTTP.
    const direct = inProcessBedrock(bedrock.account);
    await probeByImporting(direct);
    await probeByReading(direct, findings, clock);
    await probePermissions(direct);
    // What no call can tell: room for another model, of which there are three, the ARN of a job that names none,
    // what is a day later, and how late a policy counts that nobody changes.
    const notAnswered = {
      modelPlace: 'at once',
      newPolicy: 'at once',
      endedJob: 'kept',
      ...(dialect.modelArn === 'never' && { deletedModelArn: 'named' }),
    };
    expect(findings.dialect).toEqual({ ...dialect, ...notAnswered });
    expect(bedrock.account.models()).toEqual([]);
  });

  test('a failed import is reported, and what the probe has made is deleted', async () => {
    await start(DIALECTS.today);
    bedrock.account.scripts = [{}, { outcome: 'Failed', failureMessage: 'The weights are corrupt' }];
    await expect(probeByImporting()).rejects.toThrow('The import failed: The weights are corrupt');
    expect(bedrock.account.models()).toEqual([]);
    expect(log.join()).toContain('Look for this model and delete it by hand: probe-second');
  });

  test.each([
    ['was started', true],
    ['was not started', false],
  ])('an answer to a start that is lost leaves no model, when the job %s', async (_, carriedOut) => {
    await start(DIALECTS.today);
    bedrock.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut });
    await expect(probeByImporting()).rejects.toThrow();
    expect(bedrock.account.jobs()).toHaveLength(carriedOut ? 1 : 0);
    expect(bedrock.account.models()).toEqual([]);
  });

  test('where no call is allowed any more, it says which model stays', async () => {
    await start(DIALECTS.today);
    bedrock.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true });
    bedrock.account.denials = [{ operation: 'GetModelImportJob' }];
    await expect(probeByImporting()).rejects.toThrow();
    expect(log.join()).toContain('Look for this model and delete it by hand: probe-first');
  });

  test('a model that cannot be deleted is named, and keeps no other one', async () => {
    await start(DIALECTS.today);
    bedrock.account.denials = [{ operation: 'DeleteImportedModel' }];
    await probeByImporting();
    expect(log.join()).toContain('Look for this model and delete it by hand: probe-first');
    expect(log.join()).toContain('Look for this model and delete it by hand: probe-second');
  });

  test('what no waiting mends is reported at once', async () => {
    await start(DIALECTS.today);
    const message = "1 validation error detected: Value at 'modelDataSource' failed to satisfy constraint";
    bedrock.failNext({ status: 400, name: 'ValidationException', message });
    await expect(probeByImporting()).rejects.toThrow(message);
    expect(bedrock.requests).toHaveLength(1);
  });

  test("another job's end is waited for", async () => {
    await start(DIALECTS.today);
    bedrock.startJob({ jobName: 'foreign', durationMs: 30 * MINUTE });
    await probeByImporting();
    expect(log[0]).toContain('Not yet: ServiceQuotaExceededException');
    expect(findings.dialect).toEqual(DIALECTS.today);
  });
});

describe('permissions', () => {
  const inDialect = async (answers: Partial<Dialect>): Promise<BedrockClient> => {
    await start({ ...DIALECTS.today, ...answers });
    bedrock.account.iam = iamWith();
    return inProcessBedrock(bedrock.account);
  };

  test.each(ANSWERS.modelKey)('tell whose permission counts on the key: %s', async (modelKey) => {
    const direct = await inDialect({ modelKey });
    await probePermissions(direct, { listingRoleArn: undefined });
    expect(findings.dialect).toEqual({ ...DIALECTS.today, modelKey });
    expect(findings.answerTo('modelKey')).toBe(modelKey);
    expect(bedrock.account.models()).toEqual([]);
  });

  test.each(ANSWERS.sourceAccess)('tell what Bedrock does to S3: %s', async (sourceAccess) => {
    const direct = await inDialect({ sourceAccess });
    await probePermissions(direct, { keys: undefined });
    expect(findings.answerTo('sourceAccess')).toBe(sourceAccess);
    expect(findings.answerTo('modelKey')).toBeUndefined();
    expect(bedrock.account.models()).toEqual([]);
  });

  test.each([
    ['kms:CreateGrant is not allowed', 'modelKey', 'both'],
    ['ListBucket is not allowed on the bucket of S3', 'sourceAccess', 'HeadBucket first'],
  ] as const)('count where the job fails: %s', async (failureMessage, question, answer) => {
    const direct = await inDialect({});
    bedrock.account.scripts = [{ durationMs: MINUTE, outcome: 'Failed', failureMessage }];
    const other = question === 'modelKey' ? { listingRoleArn: undefined } : { keys: undefined };
    await probePermissions(direct, other);
    expect(findings.answerTo(question)).toBe(answer);
    expect(findings.toString()).toContain(failureMessage);
    expect(log.join()).not.toContain('delete it by hand');
  });

  test('tell nothing where an import fails for another reason', async () => {
    const direct = await inDialect({});
    bedrock.account.scripts = [{ outcome: 'Failed', failureMessage: 'The weights are corrupt' }];
    await expect(probePermissions(direct)).rejects.toThrow('for another reason: the job failed: The weights');
    expect(findings.answerTo('sourceAccess')).toBeUndefined();
  });

  test('end with an error for another reason', async () => {
    await inDialect({});
    const message =
      "1 validation error detected: Value at 'importedModelKmsKeyId' failed to satisfy constraint";
    bedrock.failNext({ status: 400, name: 'ValidationException', message });
    await expect(probePermissions()).rejects.toThrow(message);
    expect(bedrock.requests).toHaveLength(1);
  });

  test('wait for the import slot', async () => {
    const direct = await inDialect({});
    bedrock.startJob({ jobName: 'foreign', durationMs: 30 * MINUTE });
    await probePermissions(direct, { listingRoleArn: undefined });
    expect(log[0]).toContain('Not yet: ServiceQuotaExceededException');
    expect(findings.answerTo('modelKey')).toBe("the caller's");
  });
});

test('the dialect is printed with what was seen, and with what is still open', async () => {
  await start(DIALECTS.observed);
  await probeByReading(client, findings, clock);
  const printed = findings.toString();
  expect(printed).toMatch(
    /^{\n {2}\.\.\.today,\n {2}\/\/ ValidationException: GetModelImportJob of probe-nowhere-\d+: /,
  );
  expect(printed).toContain("\n  absence: 'ValidationException',\n");
  expect(printed).toContain('\n  // newRole: still open\n');
});
