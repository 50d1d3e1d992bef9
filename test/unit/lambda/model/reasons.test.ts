import { badWeights, type Progress } from '../../../../lambda/model/reasons';
import type { Finding } from '../../../../weights/finding';
import { modelRows } from '../../../support/reasons/model';

const URI = 's3://weights/models/llama/';

test.each(modelRows().map(({ reason }) => [reason.split(':')[0], reason]))(
  '%s: what happened, what to do next, and how long that took',
  (code, reason) => {
    expect(code).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(reason).toMatch(/\. (?:Waited .+ in Region us-east-1 of account 123456789012\.|Report it .+)$/);
    expect(Buffer.byteLength(reason)).toBeLessThan(3500);
  },
);

test('each reason has a code of its own', () => {
  const codes = modelRows().map(({ reason }) => reason.split(':')[0]);
  expect(new Set(codes).size).toBe(codes.length);
});

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

  test('holds every error with its file and remedy, and no warning', () => {
    const findings = [
      finding('no-config', { file: 'config.json' }),
      finding('shards-missing'),
      finding('tokenizer', { level: 'warning' }),
    ];
    expect(badWeights(PROGRESS, URI, findings)).toBe(
      `WeightsNotImportable: No import job was started: the weights in ${URI} cannot be imported. ` +
        '(1) config.json: A problem of no-config. A remedy of no-config. ' +
        '(2) A problem of shards-missing. A remedy of shards-missing. ' +
        "Fix them and redeploy; 'preflight: false' imports without this check. " +
        'Waited 2 s in Region us-east-1 of account 123456789012.',
    );
  });

  test('needs no number for one', () => {
    expect(badWeights(PROGRESS, URI, [finding('nothing')])).toContain(
      'imported. A problem of nothing. A remedy of nothing. Fix',
    );
  });

  test('fits into an answer to CloudFormation', () => {
    const many = Array.from({ length: 50 }, () => finding('archived', { file: 'ä'.repeat(500) }));
    const text = badWeights(PROGRESS, `s3://weights/${'x'.repeat(1000)}`, many);
    expect(Buffer.byteLength(text)).toBeLessThan(3500);
    expect(text).toContain('(1) ää');
    expect(text).toContain('this check. Waited');
  });
});
