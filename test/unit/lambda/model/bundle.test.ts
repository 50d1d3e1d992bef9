import { readFileSync } from 'fs';
import { join } from 'path';

const DIST = join(__dirname, '..', '..', '..', '..', 'lambda', 'dist', 'model');

test.each([
  ['Amazon S3', 'preflight', 'ListObjectsV2'],
  ['AWS CloudFormation', 'stack-events', 'DescribeStackEvents'],
])('the function loads without the client of %s', (_, part, operation) => {
  const bundle = readFileSync(join(DIST, 'index.js'), 'utf8');
  expect(bundle).toContain(`import("./${part}.js")`);
  expect(bundle).not.toContain(`${operation}Command`);
});

test.each([
  ['preflight', 'preflight'],
  ['stack-events', 'stackEvents'],
])('%s lies beside it, and loads', async (part, name) => {
  const loaded = (await import(join(DIST, `${part}.js`))) as Record<string, unknown>;
  expect(loaded[name]).toBeInstanceOf(Function);
});
