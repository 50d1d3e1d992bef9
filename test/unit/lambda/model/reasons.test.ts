import { badWeights, type Progress } from '../../../../lambda/model/reasons';
import type { Finding } from '../../../../weights/finding';

const URI = 's3://weights/models/llama/';

describe('the reason of bad weights', () => {
  const PROGRESS: Progress = {
    requestType: 'Create',
    region: 'us-east-1',
    account: '123456789012',
    waitedSeconds: 2,
  };
  const finding = (code: Finding['code'], more: Partial<Finding> = {}): Finding => ({
    code,
    level: 'error',
    problem: `A problem of ${code}`,
    remedy: `A remedy of ${code}`,
    ...more,
  });

  test('holds every certain problem with its file and remedy, and no doubt', () => {
    const findings = [
      finding('no-config', { file: 'config.json' }),
      finding('shards-missing'),
      finding('tokenizer', { level: 'warning' }),
    ];
    expect(badWeights(PROGRESS, URI, findings)).toBe(
      `The weights in ${URI} cannot be imported, so that no job was started. ` +
        '(1) config.json: A problem of no-config. A remedy of no-config. ' +
        '(2) A problem of shards-missing. A remedy of shards-missing. ' +
        "Mend them and deploy again; 'preflight: false' imports without looking first. " +
        'Waited 2 s in Region us-east-1 of account 123456789012.',
    );
  });

  test('needs no number for one', () => {
    expect(badWeights(PROGRESS, URI, [finding('nothing')])).toContain(
      'started. A problem of nothing. A remedy of nothing. Mend',
    );
  });

  test('fits into an answer to CloudFormation', () => {
    const many = Array.from({ length: 50 }, () => finding('archived', { file: 'ä'.repeat(500) }));
    const text = badWeights(PROGRESS, `s3://weights/${'x'.repeat(1000)}`, many);
    expect(Buffer.byteLength(text)).toBeLessThan(3500);
    expect(text).toContain('(1) ää');
    expect(text).toContain('looking first. Waited');
  });
});
