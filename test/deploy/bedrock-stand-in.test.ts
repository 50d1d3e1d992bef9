import { spawn } from 'child_process';
import type { IncomingMessage, ServerResponse } from 'http';
import { join } from 'path';
import { allAnswers, allPairs, DIALECTS, type Dialect } from '../../local/bedrock/dialect';
import type { ImportScript } from '../../local/bedrock/import-job';
import { BedrockStandIn } from '../../local/bedrock/stand-in';
import { installMiniStack } from '../../local/cloud/cloud';
import { findPython } from '../../local/cloud/python';
import { allow, iamOf, importRole, roleWith } from '../support/iam';

/** The second client of the wire format: botocore, which parses and validates by AWS's own model. */

const SPOKEN: Dialect[] = [...Object.values(DIALECTS), ...allPairs()];
/** The service model has no status `Complete`, so the check has to object to it. */
const admits = ({ success }: Dialect): boolean => success === 'Completed';

/** What the check wants changed. */
interface Command {
  /** Begins with this dialect, and without models. */
  readonly dialect?: number;
  readonly advance?: number;
  readonly scripts?: ImportScript[];
  readonly roleMade?: string;
  readonly denied?: boolean;
  readonly quota?: number;
}

/** What the check found. */
interface Report {
  readonly checks: number;
  readonly violations: { readonly dialect: number; readonly what: string }[];
  readonly outputs: Record<string, number>;
  readonly exceptions: Record<string, number>;
}

/** A stand-in on a clock of its own, which can be changed over HTTP. */
class ControlledStandIn extends BedrockStandIn {
  private time: number;

  constructor() {
    super({ now: () => this.time });
    this.time = Date.UTC(2026, 0, 1);
  }

  protected override async serve(
    request: IncomingMessage,
    content: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    if (request.url !== '/control') {
      await super.serve(request, content, response);
      return;
    }
    this.change(JSON.parse(content.toString()) as Command);
    response.end();
  }

  private change({ dialect, advance = 0, scripts, roleMade, denied, quota }: Command): void {
    const { account } = this;
    this.time += advance;
    account.scripts = scripts ?? account.scripts;
    account.modelQuota = quota ?? account.modelQuota;
    account.denials = denied ? [{}] : [];
    if (roleMade) {
      account.roleMadeAt(roleMade);
      const all = [allow('*', '*')];
      account.iam = iamOf(roleWith('caller', all, { since: this.time }), importRole(all));
    }
    if (dialect !== undefined) {
      account.dialect = SPOKEN[dialect];
      account.models().forEach(({ modelArn }) => account.deleteModel(modelArn as string));
    }
  }
}

let standIn: ControlledStandIn;
let report: Report;

beforeAll(async () => {
  standIn = new ControlledStandIn();
  report = JSON.parse(await check(await standIn.start())) as Report;
});

afterAll(() => standIn.stop());

async function check(url: string): Promise<string> {
  const python = spawn(findPython(), [join(__dirname, 'bedrock-stand-in.py')], {
    env: {
      PATH: process.env.PATH,
      PYTHONPATH: installMiniStack(),
      STAND_IN: url,
      DIALECTS: String(SPOKEN.length),
    },
  });
  let [output, errors] = ['', ''];
  python.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  python.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((resolve) => python.on('close', resolve));
  if (code !== 0) {
    throw new Error(errors);
  }
  return output;
}

test('every answer has the shape that the service model declares, in every dialect that it admits', () => {
  console.log(`${report.checks} comparisons with the service models in ${SPOKEN.length} dialects`);
  expect(report.violations.filter(({ dialect }) => admits(SPOKEN[dialect]))).toEqual([]);
  expect(report.checks).toBeGreaterThan(10_000);
});

test('the check objects to a status that the service model does not have, and to nothing else', () => {
  const objections = report.violations.filter(({ dialect }) => !admits(SPOKEN[dialect]));
  const dialects = new Set(objections.map(({ dialect }) => dialect));
  expect(dialects.size).toBe(SPOKEN.filter((dialect) => !admits(dialect)).length);
  expect([...new Set(objections.map(({ what }) => what.replace(/^\S+/, '')))]).toEqual([
    ' is none of its values: Complete',
  ]);
});

test('each operation answered, and refused', () => {
  const operations = [
    ...['CreateModelImportJob', 'GetModelImportJob', 'ListModelImportJobs'],
    ...['GetImportedModel', 'ListImportedModels', 'DeleteImportedModel'],
    ...['ListTagsForResource', 'TagResource', 'UntagResource', 'InvokeModel', 'Converse'],
  ];
  expect(Object.keys(report.outputs).sort()).toEqual([...operations].sort());
  const refused = new Set(Object.keys(report.exceptions).map((each) => each.split(' ')[0]));
  expect([...refused].sort()).toEqual([...operations].sort());
});

test.each([
  ...['CreateModelImportJob', 'DeleteImportedModel'].map((each) => `${each} ConflictException`),
  ...['InvokeModel', 'Converse'].map((each) => `${each} ModelNotReadyException`),
  ...['GetModelImportJob', 'GetImportedModel', 'DeleteImportedModel', 'ListTagsForResource'].flatMap(
    (each) => [
      `${each} ResourceNotFoundException`,
      `${each} ValidationException`,
      `${each} AccessDeniedException`,
    ],
  ),
  'CreateModelImportJob ServiceQuotaExceededException',
  'CreateModelImportJob TooManyTagsException',
  'TagResource TooManyTagsException',
])('%s was among what was checked', (exception) => {
  expect(report.exceptions).toHaveProperty([exception]);
});

test('each answer to each question was among what was checked', () => {
  expect(allAnswers().filter((answer) => !standIn.account.exercised.has(answer))).toEqual([]);
});
