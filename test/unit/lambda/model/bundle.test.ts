import { readFileSync } from 'fs';
import { join } from 'path';

const DIST = join(__dirname, '..', '..', '..', '..', 'lambda', 'dist', 'model');

test('the function loads without the client of Amazon S3', () => {
  const bundle = readFileSync(join(DIST, 'index.js'), 'utf8');
  expect(bundle).toContain('import("./preflight.js")');
  expect(bundle).not.toContain('ListObjectsV2');
});

test('the look lies beside it, and loads', async () => {
  const look = (await import(join(DIST, 'preflight.js'))) as Record<string, unknown>;
  expect(look.preflight).toBeInstanceOf(Function);
});
