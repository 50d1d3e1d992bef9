import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { describePlan, readAccountRun, runnerArguments } from '../../../scripts/integ/account';
import { comparisonAfter, copySnapshots, removeSnapshots, SUITE } from '../../../scripts/integ/snapshots';
import { TESTS } from '../../../scripts/integ/tests';
import { PROJECT } from '../../../scripts/tools';

const IMPORT_JOB = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
const ENV = { IMPORT_JOB, WEIGHTS: 's3://bucket/model/' };

describe('the table of tests', () => {
  const files = readdirSync(join(PROJECT, SUITE)).filter((name) => name.endsWith('.ts'));

  test('has all tests', () => {
    expect(TESTS.map(({ name }) => name).sort()).toEqual(files.sort());
  });

  test.each(TESTS)('names the variable that $name reads', ({ name, needs }) => {
    expect(readFileSync(join(PROJECT, SUITE, name), 'utf8')).toContain(`process.env.${needs}`);
  });
});

describe('a run in an account', () => {
  test('needs a confirmation', () => {
    expect(readAccountRun(['--account'], ENV)).toEqual({ tests: TESTS, confirmed: false });
    expect(readAccountRun(['--account', '--yes'], ENV)).toEqual({ tests: TESTS, confirmed: true });
  });

  test('needs only the variables of its tests', () => {
    const { tests } = readAccountRun(['--account', 'integ.imported-model.ts'], { WEIGHTS: ENV.WEIGHTS });
    expect(tests.map(({ name }) => name)).toEqual(['integ.imported-model.ts']);
  });

  test('accepts the name of a job', () => {
    expect(() => readAccountRun(['--account'], { ...ENV, IMPORT_JOB: 'llama-import' })).not.toThrow();
  });

  test.each<[string, string[], NodeJS.ProcessEnv, string]>([
    [
      'an unknown option',
      ['--account', '--force'],
      ENV,
      "Unknown option '--force'. Type: npm run test:integ",
    ],
    [
      'an unknown test',
      ['--account', 'integ.waiter.ts'],
      ENV,
      'There is no test "integ.waiter.ts". The tests',
    ],
    ['no job', ['--account'], { WEIGHTS: ENV.WEIGHTS }, 'Set IMPORT_JOB to the ARN or name of an import job'],
    ['no weights', ['--account'], { IMPORT_JOB }, 'Set WEIGHTS to s3://bucket/model/ for integ.imported-mod'],
    ['a bad job', ['--account'], { ...ENV, IMPORT_JOB: 'arn:aws:s3:::bucket' }, 'IMPORT_JOB must be the ARN'],
    [
      'a bucket alone',
      ['--account'],
      { ...ENV, WEIGHTS: 's3://bucket/' },
      'WEIGHTS must be the URI of a pre',
    ],
    ['a path', ['--account'], { ...ENV, WEIGHTS: './model' }, 'WEIGHTS must be the URI of a prefix, such as'],
  ])('refuses %s in one sentence', (_, args, env, message) => {
    expect(() => readAccountRun(args, env)).toThrow(message);
  });

  test('says before what it creates, costs and takes, and with which credentials', () => {
    const run = readAccountRun(['--account', 'integ.smoke-test.ts', 'integ.hand-over.ts'], ENV);
    const plan = describePlan(run, { ...ENV, AWS_PROFILE: 'sandbox' });
    expect(plan.split('\n').slice(0, 5)).toEqual([
      'Region:      us-east-1',
      'Credentials: the profile sandbox',
      `IMPORT_JOB:  ${IMPORT_JOB}`,
      'WEIGHTS:     s3://bucket/model/',
      '',
    ]);
    expect(plan).toMatch(/^Test {17}Creates +Costs +Takes$/m);
    expect(plan).toMatch(/^integ\.hand-over\.ts +a waiter and .+ +less than \$0\.01 +7 minutes$/m);
    expect(plan).toMatch(
      /^integ\.smoke-test\.ts +an imported model.+ +\$0\.60 .+ +the import, and 10 minutes$/m,
    );
    expect(plan).not.toContain('integ.imported-model.ts');
  });

  test.each([
    [{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' }, 'Credentials: the access key AKIDEXAMPLE'],
    [{}, 'Credentials: those that the CDK CLI finds'],
  ])('names the credentials in %j', (env, line) => {
    expect(describePlan(readAccountRun(['--account'], ENV), env)).toContain(line);
  });

  test('names its tests before the Region, which would take them for others', () => {
    const run = readAccountRun(['--account', '--yes', 'integ.hand-over.ts'], ENV);
    expect(runnerArguments(run)).toEqual([
      'integ.hand-over.ts',
      '--update-on-failed',
      '--parallel-regions',
      'us-east-1',
    ]);
  });
});

describe('snapshots', () => {
  let folder: string;
  const snapshot = (project: string, ...path: string[]): string =>
    join(folder, project, SUITE, 'integ.one.ts.snapshot', ...path);
  const write = (project: string, file: string): void => {
    mkdirSync(join(snapshot(project, file), '..'), { recursive: true });
    writeFileSync(snapshot(project, file), file);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'snapshots-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('are copied back as they are now, without the code of the functions', () => {
    write('project', 'old.template.json');
    write('copy', 'new.template.json');
    write('copy', 'asset.0123/index.js');
    copySnapshots(join(folder, 'copy'), join(folder, 'project'));
    expect(readdirSync(snapshot('project'))).toEqual(['new.template.json']);
  });

  test('are removed from a copy, and nothing else is', () => {
    write('copy', 'new.template.json');
    writeFileSync(join(snapshot('copy'), '..', 'integ.one.ts'), '');
    removeSnapshots(join(folder, 'copy'));
    expect(existsSync(snapshot('copy'))).toBe(false);
    expect(readdirSync(join(folder, 'copy', SUITE))).toEqual(['integ.one.ts']);
  });

  test('are compared again after an update without a deployment, which fails although it was made', () => {
    const update = ['--dry-run', '--update-on-failed', 'integ.one.ts'];
    expect(comparisonAfter(update)).toEqual(['integ.one.ts']);
    expect(comparisonAfter(['--force', ...update])).toEqual(['integ.one.ts']);
  });

  test.each([[[]], [['--update-on-failed']], [['--dry-run']]])('are not compared again after %j', (args) => {
    expect(comparisonAfter(args)).toBeUndefined();
  });
});
