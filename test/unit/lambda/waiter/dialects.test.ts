import { ANSWERS, DIALECTS, type Dialect, type Question } from '../../../../local/bedrock/dialect';
import { silenceLog } from '../../../support/log';
import { Waits, type EndedWait } from '../../../support/wait';

silenceLog();
const waits = Waits.setUp();
const { bedrock } = waits;

const HOUR_MS = 3_600_000;
const LONG = { timeoutSeconds: String(4 * 3600), pollIntervalSeconds: '60' };
const SMOKE_TEST = { operation: 'InvokeModel', body: '{"prompt":"Hello"}' } as const;

/** The questions whose answers reach a wait. */
const QUESTIONS = [
  ...['absence', 'newJob', 'newModel', 'modelArn', 'deletedModelArn', 'success', 'strayRefusals'],
] as Question[];

/** Answers that no dialect with a name gives. */
const OTHERS: Record<string, Dialect> = {
  'observed, and sparse with names': {
    ...DIALECTS.observed,
    deletedModelArn: 'absent',
    success: 'Complete',
  },
  'today, with late models': { ...DIALECTS.today, newModel: 'late' },
};

async function waitForHours(): Promise<EndedWait & { readonly jobIdentifier: string }> {
  const jobIdentifier = bedrock.startJob({ jobName: 'hours', durationMs: 2.6 * HOUR_MS });
  return { ...(await waits.wait({ ...LONG, jobIdentifier })), jobIdentifier };
}

function waitForNobody(): Promise<EndedWait> {
  return waits.wait({ jobIdentifier: 'nobody' });
}

function waitForDeletedModel(): Promise<EndedWait> {
  const jobIdentifier = bedrock.startJob({ jobName: 'deleted' });
  bedrock.account.deleteModel(bedrock.describe(jobIdentifier)!.importedModelArn as string);
  waits.now += HOUR_MS;
  return waits.wait({ jobIdentifier });
}

describe.each<[string, Dialect]>([...Object.entries(DIALECTS), ...Object.entries(OTHERS)])(
  'in the dialect "%s"',
  (_, dialect) => {
    beforeEach(() => {
      bedrock.account.dialect = dialect;
      bedrock.account.exercised.clear();
    });

    test('hours of an import end with every attribute', async () => {
      const { jobIdentifier, answer } = await waitForHours();
      expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobIdentifier });
      expect(answer.data).toMatchObject({
        importedModelArn: bedrock.describe(jobIdentifier)!.importedModelArn,
        modelArchitecture: 'llama',
        instructSupported: 'true',
        'customModelUnits.customModelUnitsPerModelCopy': '2',
        'customModelUnits.customModelUnitsVersion': 'v1.0',
      });
    });

    test('a job that fails fails the wait with its message', async () => {
      const jobIdentifier = bedrock.startJob({
        jobName: 'bad',
        durationMs: 120_000,
        outcome: 'Failed',
        failureMessage: 'Bad weights',
      });
      const { answer } = await waits.wait({ jobIdentifier });
      expect(answer.reason).toContain(`${jobIdentifier} failed: "Bad weights"`);
    });

    test('a job that is not there fails the wait after two minutes', async () => {
      const { answer, seconds } = await waitForNobody();
      expect(answer.reason).toMatch(/^JobNotFound: There is no model import job nobody in Region us-east-1/);
      expect(seconds).toBe(120);
    });

    test('a model that was deleted long ago fails the wait, and says what to do', async () => {
      const { answer, seconds } = await waitForDeletedModel();
      expect(answer.status).toBe('FAILED');
      expect(answer.reason).toMatch(/[Ii]mport it again and redeploy with the ARN of the new job/);
      expect(seconds).toBe(dialect.deletedModelArn === 'named' ? 120 : 0);
    });

    test('a smoke test goes on until the model answers', async () => {
      const jobIdentifier = bedrock.startJob({ jobName: 'cold', durationMs: 60_000, notReadyMs: 200_000 });
      const readyAt = waits.now + 260_000;
      const { answer } = await waits.wait({ jobIdentifier, smokeTest: SMOKE_TEST });
      expect(answer.status).toBe('SUCCESS');
      expect(waits.now).toBeGreaterThanOrEqual(readyAt);
      expect(waits.now).toBeLessThan(readyAt + 20_000);
    });

    test('each answer to a question that reaches a wait is given', async () => {
      await waitForHours();
      await waitForNobody();
      await waitForDeletedModel();
      // Where the name of a model is late, the model shows before it is asked for.
      const asked = QUESTIONS.filter((each) => each !== 'newModel' || dialect.modelArn === 'at once');
      const given = asked.map((question) => `${question}=${dialect[question]}`);
      expect([...bedrock.account.exercised]).toEqual(expect.arrayContaining(given));
    });
  },
);

test('a model that a completed job never names fails the wait ten minutes after its end', async () => {
  bedrock.account.dialect = { ...DIALECTS.today, modelArn: 'never' };
  const jobIdentifier = bedrock.startJob({ jobName: 'nameless', durationMs: 300_000 });
  const { answer, seconds } = await waits.wait({ jobIdentifier });
  expect(answer.reason).toContain('completed, but Bedrock does not name its importedModelArn');
  expect(seconds).toBeGreaterThanOrEqual(900);
  expect(seconds).toBeLessThan(910);
  expect(bedrock.account.exercised).toContain('modelArn=never');
});

test('each answer to these questions is that of a dialect here', () => {
  const dialects = [...Object.values(DIALECTS), ...Object.values(OTHERS)] as Dialect[];
  for (const question of QUESTIONS) {
    const answers: readonly string[] = ANSWERS[question];
    const tested = new Set<string>([...dialects.map((dialect) => dialect[question]), 'never']);
    expect([...tested]).toEqual(expect.arrayContaining([...answers]));
  }
});
