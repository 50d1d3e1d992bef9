import { jobFailed } from '../../../../lambda/waiter/reasons';
import { situation } from '../../../support/situation';

test.each([
  ['aws', 'eu-central-1', 'console.aws.amazon.com'],
  ['aws-us-gov', 'us-gov-west-1', 'console.amazonaws-us-gov.com'],
  ['aws-cn', 'cn-north-1', 'console.amazonaws.cn'],
  ['aws-iso', 'us-iso-east-1', 'console.aws.amazon.com'],
])('a reason points to the console of the partition %s', (partition, region, host) => {
  const reason = jobFailed({ ...situation().wait, partition, region });
  expect(reason).toContain(
    `See it at https://${region}.${host}/bedrock/home?region=${region}#/imported-models.`,
  );
});
