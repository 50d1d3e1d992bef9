import { findBrokenRule, locate } from '../../../../lambda/waiter/location';
import type { OnTheWire, WaiterProperties } from '../../../../lib/private/contract/protocol';
import { createEvent } from '../../../support/events';

const ARN = 'arn:aws:bedrock:eu-central-1:222233334444:model-import-job/abc123def456';

/** Where a stack in us-east-1 of 123456789012 looks. */
function locationOf(properties: Partial<OnTheWire<WaiterProperties>>, stackId = createEvent().StackId) {
  const { ResourceProperties } = createEvent(properties);
  return locate(stackId, ResourceProperties as unknown as OnTheWire<WaiterProperties>);
}

describe('a name is looked up', () => {
  test('in the Region and account of the stack', () => {
    expect(locationOf({ jobIdentifier: 'llama' })).toEqual({
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
    });
  });

  test('in the Region that is given for it', () => {
    expect(locationOf({ jobIdentifier: 'llama', region: 'us-west-2' }).region).toBe('us-west-2');
  });

  test('in the Region of the stack when the one given is empty', () => {
    expect(locationOf({ jobIdentifier: 'llama', region: '' }).region).toBe('us-east-1');
    expect(findBrokenRule({ jobIdentifier: 'llama', region: '' })).toBeUndefined();
  });

  test('in the account of the role that is assumed', () => {
    const assumedRoleArn = 'arn:aws:iam::222233334444:role/reader';
    expect(locationOf({ jobIdentifier: 'llama', assumedRoleArn }).account).toBe('222233334444');
  });

  test('in the partition of the stack', () => {
    const stackId = createEvent().StackId.replace('arn:aws:', 'arn:aws-us-gov:');
    expect(locationOf({ jobIdentifier: 'llama' }, stackId).partition).toBe('aws-us-gov');
  });
});

describe('an ARN is looked up', () => {
  test('where it says, whatever the stack, a given Region and the role say', () => {
    const assumedRoleArn = 'arn:aws:iam::333344445555:role/reader';
    expect(locationOf({ jobIdentifier: ARN, region: 'us-west-2', assumedRoleArn })).toEqual({
      partition: 'aws',
      region: 'eu-central-1',
      account: '222233334444',
    });
  });

  test('in the partition that it names', () => {
    const jobIdentifier = ARN.replace('arn:aws:', 'arn:aws-cn:');
    expect(locationOf({ jobIdentifier }).partition).toBe('aws-cn');
  });

  test('whatever was given for a Region, which it does not need', () => {
    expect(findBrokenRule({ jobIdentifier: ARN, region: 'US East (N. Virginia)' })).toBeUndefined();
  });
});

describe('a job identifier that only the deployment knows', () => {
  test.each(['llama', ARN, `${ARN}/Not-Twelve_Characters.1`])('may be %s', (jobIdentifier) => {
    expect(findBrokenRule({ jobIdentifier })).toBeUndefined();
  });

  test.each(['', 'a b', 'arn:aws:s3:::weights'])('may not be "%s"', (jobIdentifier) => {
    expect(findBrokenRule({ jobIdentifier })).toEqual({
      prop: 'jobIdentifier',
      rule: expect.stringMatching(/^must be /) as string,
      value: jobIdentifier,
    });
  });

  test('may not be longer than Bedrock takes', () => {
    expect(findBrokenRule({ jobIdentifier: `${ARN}${'x'.repeat(1011)}` })?.rule).toBe(
      'must have at most 1011 characters',
    );
  });
});

describe('a Region that only the deployment knows', () => {
  test.each(['us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'eu-isoe-west-1'])('may be %s', (region) => {
    expect(findBrokenRule({ jobIdentifier: 'llama', region })).toBeUndefined();
  });

  test.each([
    ' us-east-1',
    'us-east-1\n',
    'us-east-1\nx',
    'US East (N. Virginia)',
    'us-east',
    'US-EAST-1',
    ' ',
  ])('may not be %j, and nothing that a call or a link is made of holds it', (region) => {
    expect(findBrokenRule({ jobIdentifier: 'llama', region })).toEqual({
      prop: 'region',
      rule: 'must be the name of a Region like us-east-1',
      value: region,
    });
    expect(locationOf({ jobIdentifier: 'llama', region }).region).toBe('us-east-1');
  });
});
