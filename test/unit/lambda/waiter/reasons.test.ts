import { jobFailed, jobNotFound, modelGone, neverReached, timedOut } from '../../../../lambda/waiter/reasons';
import { waitContext } from '../../../support/context';

const { wait } = waitContext();

test.each([
  ['aws', 'eu-central-1', 'console.aws.amazon.com'],
  ['aws-us-gov', 'us-gov-west-1', 'console.amazonaws-us-gov.com'],
  ['aws-cn', 'cn-north-1', 'console.amazonaws.cn'],
  ['aws-iso', 'us-iso-east-1', 'console.aws.amazon.com'],
])('a reason points to the console of the partition %s', (partition, region, host) => {
  const reason = jobFailed({ ...wait, partition, region });
  expect(reason).toContain(
    `See it at https://${region}.${host}/bedrock/home?region=${region}#/imported-models.`,
  );
});

test.each([
  ['aws', 'eu-central-1', 'bedrock.eu-central-1.amazonaws.com'],
  ['aws-cn', 'cn-north-1', 'bedrock.cn-north-1.amazonaws.com.cn'],
])('a service that was never reached has the host name of the partition %s', (partition, region, host) => {
  const tolerance = { kind: 'unreached', seconds: 900, error: { name: 'ENOTFOUND', message: 'no' } };
  expect(neverReached({ ...wait, partition, region }, tolerance)).toContain(`${host} said ENOTFOUND`);
});

test('the only link of a wait tells one time', () => {
  expect(timedOut({ ...wait, linkSeconds: 3300, waitedSeconds: 3300 })).toContain(
    'Waited 55 min in Region us-east-1',
  );
});

test('a later link tells its own time and that of all', () => {
  const late = { ...wait, linkSeconds: 120, waitedSeconds: 2 * 3600 + 300, timeoutSeconds: 24 * 3600 };
  expect(jobFailed(late)).toContain('Waited 2 min in this link of the wait, 2 h 5 min in all');
  expect(timedOut(late)).toContain("has not ended after 2 h 5 min; 'timeout' is 24 h.");
});

test('a role that calls Bedrock is named, with its account', () => {
  const assumedRoleArn = 'arn:aws:iam::222233334444:role/reader';
  const reason = jobNotFound(
    { ...wait, assumedRoleArn, account: '222233334444' },
    { name: 'ResourceNotFoundException', message: 'none' },
  );
  expect(reason).toContain(`in Region us-east-1 of account 222233334444, with the role ${assumedRoleArn}: `);
});

test('a model that is gone is told with what to do', () => {
  const job = { importedModelArn: 'arn:model' } as Parameters<typeof modelGone>[1];
  expect(modelGone(wait, job, { name: 'ResourceNotFoundException', message: 'none' })).toMatch(
    /^ModelGone: .*Import it again and redeploy with the ARN of the new job/,
  );
});

test('the log group is a part of each reason where the function knows it', () => {
  process.env.AWS_LAMBDA_LOG_GROUP_NAME = 'Logs';
  try {
    expect(timedOut(wait)).toMatch(/Log group: Logs\.$/);
  } finally {
    delete process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  }
  expect(timedOut(wait)).not.toContain('Log group');
});
