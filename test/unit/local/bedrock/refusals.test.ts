import type { BedrockAccount } from '../../../../local/bedrock/account';
import { STRAY_REFUSALS } from '../../../../local/bedrock/dialect';
import { create, MINUTE, outcomeOf, performs, START, useAccounts } from '../../../support/bedrock-account';

const { clock, speaking } = useAccounts();

describe('stray refusals', () => {
  const { afterMs, forMs, everyMs } = STRAY_REFUSALS;
  const get = (account: BedrockAccount): string =>
    performs(account, 'GetModelImportJob', { jobIdentifier: 'job-1' });

  test('interrupt good answers for some minutes of each hour, with another refusal each time', () => {
    const account = speaking({ strayRefusals: 'sometimes' });
    create(account);
    get(account);
    const answersAt = (time: number): string => {
      clock.now = START + time;
      return get(account);
    };

    expect(answersAt(afterMs - 1)).toBe('done');
    expect(answersAt(afterMs)).toBe('AccessDeniedException');
    expect(answersAt(afterMs + forMs - 1)).toBe('AccessDeniedException');
    expect(answersAt(afterMs + forMs)).toBe('done');
    expect(answersAt(everyMs + afterMs)).toBe('ResourceNotFoundException');
    expect(answersAt(2 * everyMs + afterMs)).toBe('ValidationException');
    expect(answersAt(3 * everyMs + afterMs)).toBe('AccessDeniedException');
  });

  test('never come before a good answer', () => {
    const account = speaking({ strayRefusals: 'sometimes' });
    create(account);
    clock.now += afterMs;
    expect(get(account)).toBe('done');
  });

  test('say nothing wrong of what is deleted', () => {
    const account = speaking({ strayRefusals: 'sometimes' });
    create(account);
    account.perform('GetImportedModel', { modelIdentifier: 'model-1' });
    clock.now += everyMs + afterMs;
    expect(performs(account, 'DeleteImportedModel', { modelIdentifier: 'model-1' })).toBe(
      'AccessDeniedException',
    );
  });

  test('do not come where the answer is "never"', () => {
    const account = speaking({});
    create(account);
    get(account);
    clock.now += afterMs;
    expect(get(account)).toBe('done');
  });
});

describe('denials', () => {
  test('hold for an operation, a caller and a time', () => {
    const account = speaking({});
    create(account);
    account.denials = [{ operation: 'GetImportedModel', caller: 'warm', until: clock.now + MINUTE }];
    const get = (caller: string): string =>
      outcomeOf(() =>
        account.perform('GetImportedModel', { modelIdentifier: 'model-1' }, 'us-east-1', caller),
      );

    expect([get('warm'), get('cold')]).toEqual(['AccessDeniedException', 'done']);
    expect(performs(account, 'ListImportedModels', {})).toBe('done');
    clock.now += MINUTE;
    expect(get('warm')).toBe('done');
  });

  test('are permanent, and for every caller', () => {
    const account = speaking({});
    account.denials = [{ operation: 'ListImportedModels' }];
    clock.now += 1000 * MINUTE;
    expect(performs(account, 'ListImportedModels', {})).toBe('AccessDeniedException');
  });
});
