import type { Job } from '../../../../lambda/shared/bedrock';
import type { Answer, PollInput } from '../../../../lambda/shared/engine';
import type { Observation } from '../../../../lambda/waiter/bedrock';
import { poll, type Dependencies } from '../../../../lambda/waiter/poll';
import { createEvent } from '../../../support/events';
import { JOB_ARN } from '../../../support/job';
import { silenceLog } from '../../../support/log';
import { bedrockThatSays, NOW } from '../../../support/context';
import { requestOf } from '../../../support/wait';

silenceLog();

const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER_KEY_ARN = KEY_ARN.replace('1234abcd', 'ffffabcd');
const URI = 's3://weights/llama/v2';

/** The answer that one poll of a completed job comes to. */
async function answerOf(job: Partial<Job>, expected: Record<string, string>): Promise<Answer> {
  const completed: Job = { jobArn: JOB_ARN, importedModelArn: 'the model', status: 'Completed', ...job };
  const { answer } = await poll(pollInput(expected), dependencies({ answer: completed }));
  return answer!;
}

function pollInput(properties: Parameters<typeof createEvent>[0]): PollInput {
  const event = createEvent({ timeoutSeconds: '600', ...properties });
  return { request: requestOf(event, NOW), previous: { attempt: 0 } };
}

function dependencies(job: Observation<Job>): Dependencies {
  return { connect: () => bedrockThatSays(job), now: () => NOW };
}

const from = (s3Uri: string): Partial<Job> => ({ modelDataSource: { s3DataSource: { s3Uri } } });

describe('a model under the expected key', () => {
  test('is what was meant', async () => {
    const answer = await answerOf({ importedModelKmsKeyArn: KEY_ARN }, { expectedKmsKeyArn: KEY_ARN });
    expect(answer.status).toBe('SUCCESS');
  });
});

describe('a model under another key', () => {
  test('fails the deployment with both keys', async () => {
    const answer = await answerOf({ importedModelKmsKeyArn: OTHER_KEY_ARN }, { expectedKmsKeyArn: KEY_ARN });
    expect(answer.status).toBe('FAILED');
    expect(answer.reason).toContain(`encrypted under ${OTHER_KEY_ARN}, expected ${KEY_ARN}`);
    expect(answer.reason).toContain(JOB_ARN);
  });

  test('fails the deployment also when AWS owns that key', async () => {
    const answer = await answerOf({}, { expectedKmsKeyArn: KEY_ARN });
    expect(answer.status).toBe('FAILED');
    expect(answer.reason).toContain(`encrypted under a key that AWS owns, expected ${KEY_ARN}`);
  });

  test('is accepted like any when none is expected', async () => {
    expect((await answerOf({ importedModelKmsKeyArn: OTHER_KEY_ARN }, {})).status).toBe('SUCCESS');
  });
});

describe('a model from the expected S3 URI', () => {
  test.each([
    [URI, URI],
    [`${URI}/`, URI],
    [URI, `${URI}/`],
  ])('%s is what was meant by %s', async (actual, expected) => {
    const answer = await answerOf(from(actual), { expectedModelDataSourceS3Uri: expected });
    expect(answer.status).toBe('SUCCESS');
  });
});

describe('a model from another S3 URI', () => {
  test.each(['s3://weights/llama/v1', 's3://weights/llama/v2/part', 's3://weights/llama'])(
    '%s fails the deployment with both URIs',
    async (actual) => {
      const answer = await answerOf(from(actual), { expectedModelDataSourceS3Uri: URI });
      expect(answer.status).toBe('FAILED');
      expect(answer.reason).toContain(`imported from ${actual}, expected ${URI}`);
    },
  );

  test('fails the deployment also when Bedrock names none', async () => {
    const answer = await answerOf({}, { expectedModelDataSourceS3Uri: URI });
    expect(answer.reason).toContain(`Bedrock does not name, expected ${URI}`);
  });
});

test('a model that is wrong in both has both in one reason', async () => {
  const answer = await answerOf(from('s3://other'), {
    expectedKmsKeyArn: KEY_ARN,
    expectedModelDataSourceS3Uri: URI,
  });
  expect(answer.reason).toMatch(new RegExp(`expected ${KEY_ARN}; .*, expected ${URI}`));
});

describe('the resource that decryption is allowed on', () => {
  test('is the key of the model', async () => {
    const { data } = await answerOf({ importedModelKmsKeyArn: KEY_ARN }, {});
    expect(data).toMatchObject({ encryptionResourceArn: KEY_ARN, importedModelKmsKeyArn: KEY_ARN });
  });

  test('is the model itself when AWS owns the key, so that a policy never names nothing', async () => {
    const { data } = await answerOf({}, {});
    expect(data).toMatchObject({ encryptionResourceArn: 'the model', importedModelKmsKeyArn: '' });
  });
});

test('a link that another one follows fails for the wrong model, so that nobody waits for hours', async () => {
  const properties = { expectedKmsKeyArn: KEY_ARN, continues: 'true' } as const;
  expect((await answerOf({ importedModelKmsKeyArn: OTHER_KEY_ARN }, properties)).status).toBe('FAILED');
});

test('an Update for the job that the resource has is not failed for what was expected differently', async () => {
  const { request, previous } = pollInput({ expectedKmsKeyArn: KEY_ARN });
  const job = { jobArn: JOB_ARN, importedModelArn: 'the model', status: 'Completed' } as const;
  const input = { request: { ...request, keepsJob: true }, previous };
  const { answer } = await poll(input, dependencies({ answer: job }));
  expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: JOB_ARN });
});
