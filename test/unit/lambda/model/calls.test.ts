import { Calls } from '../../../../lambda/model/calls';
import { CallError } from '../../../../lambda/shared/errors';
import { serviceError } from '../../../support/model-stack';

describe('the calls of one poll', () => {
  test('tell which services have answered, also with a refusal', async () => {
    const calls = new Calls(1000);
    await calls.call('dynamodb:GetItem', () => Promise.resolve());
    const refused = calls.call('bedrock:GetModelImportJob', () =>
      Promise.reject(serviceError('AccessDenied', 403)),
    );
    await expect(refused).rejects.toThrow(CallError);
    const unreached = calls.call('cloudformation:DescribeStackEvents', () =>
      Promise.reject(serviceError('Timeout')),
    );
    await expect(unreached).rejects.toMatchObject({ action: 'cloudformation:DescribeStackEvents' });
    expect(calls.reachedServices).toEqual(['dynamodb', 'bedrock']);
    expect(calls.hasReached('bedrock:DeleteImportedModel')).toBe(true);
    expect(calls.hasReached('cloudformation:DescribeStackEvents')).toBe(false);
  });

  test('remember what earlier polls have reached', () => {
    expect(new Calls(1000, ['bedrock']).hasReached('bedrock:GetModelImportJob')).toBe(true);
  });

  test('end together, in time', async () => {
    const calls = new Calls(20);
    const waitForAbort = ({ abortSignal }: { abortSignal: AbortSignal }): Promise<never> =>
      new Promise((_, reject) => {
        abortSignal.addEventListener('abort', () => reject(abortSignal.reason as Error));
      });
    const both = [calls.call('a:One', waitForAbort), calls.call('b:Two', waitForAbort)];
    const results = await Promise.allSettled(both);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls.reachedServices).toEqual([]);
  });

  test('let a mistake of our own through as it is', async () => {
    const mistake = new Calls(1000).call('a:One', () => Promise.reject(new TypeError('x is undefined')));
    await expect(mistake).rejects.toThrow(TypeError);
  });
});
