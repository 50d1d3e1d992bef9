import { brokenRule, locate } from '../../../../lambda/waiter/place';
import type { OnTheWire, WaiterProperties } from '../../../../lib/private/contract/protocol';
import { createEvent } from '../../../support/events';

const ARN = 'arn:aws:bedrock:eu-central-1:222233334444:model-import-job/abc123def456';

/** Where a stack in us-east-1 of 123456789012 asks. */
function placeOf(properties: Partial<OnTheWire<WaiterProperties>>, stackId = createEvent().StackId) {
  const { ResourceProperties } = createEvent(properties);
  return locate(stackId, ResourceProperties as unknown as OnTheWire<WaiterProperties>);
}

describe('a name is asked for', () => {
  test('in the Region and account of the stack', () => {
    expect(placeOf({ jobIdentifier: 'llama' })).toEqual({
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
    });
  });

  test('in the Region that is given for it', () => {
    expect(placeOf({ jobIdentifier: 'llama', region: 'us-west-2' }).region).toBe('us-west-2');
  });

  test('in the account of the role that asks', () => {
    const roleArn = 'arn:aws:iam::222233334444:role/reader';
    expect(placeOf({ jobIdentifier: 'llama', roleArn }).account).toBe('222233334444');
  });

  test('in the partition of the stack', () => {
    const stackId = createEvent().StackId.replace('arn:aws:', 'arn:aws-us-gov:');
    expect(placeOf({ jobIdentifier: 'llama' }, stackId).partition).toBe('aws-us-gov');
  });
});

describe('an ARN is asked for', () => {
  test('where it says, whatever the stack, a given Region and the role say', () => {
    const roleArn = 'arn:aws:iam::333344445555:role/reader';
    expect(placeOf({ jobIdentifier: ARN, region: 'us-west-2', roleArn })).toEqual({
      partition: 'aws',
      region: 'eu-central-1',
      account: '222233334444',
    });
  });

  test('in the partition that it names', () => {
    const jobIdentifier = ARN.replace('arn:aws:', 'arn:aws-cn:');
    expect(placeOf({ jobIdentifier }).partition).toBe('aws-cn');
  });
});

describe('what can be asked for', () => {
  test.each(['llama', ARN, `${ARN}/Not-Twelve_Characters.1`])('is %s', (jobIdentifier) => {
    expect(brokenRule(jobIdentifier)).toBeUndefined();
  });

  test.each(['', 'a b', 'arn:aws:s3:::weights'])('is not "%s"', (jobIdentifier) => {
    expect(brokenRule(jobIdentifier)).toMatch(/^must be /);
  });

  test('is nothing longer than Bedrock takes', () => {
    expect(brokenRule(`${ARN}${'x'.repeat(1011)}`)).toBe('must have at most 1011 characters');
  });
});
