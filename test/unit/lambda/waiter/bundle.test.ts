import { readFileSync } from 'fs';
import { join } from 'path';

const DIST = join(__dirname, '..', '..', '..', '..', 'lambda', 'dist', 'waiter');

test('the function starts without the client of the models, and without HTTP/2', () => {
  const bundle = readFileSync(join(DIST, 'index.js'), 'utf8');
  const find = (pattern: RegExp): string | undefined => pattern.exec(bundle)?.[0];
  expect(find(/import\("\.\/runtime\.js"\)/)).toBeDefined();
  expect(find(/InvokeModelCommand|BedrockRuntime|require\("(node:)?http2"\)/)).toBeUndefined();
});

test('the client of the models lies beside it, and loads', async () => {
  const runtime = (await import(join(DIST, 'runtime.js'))) as Record<string, unknown>;
  expect(runtime.createAsk).toBeInstanceOf(Function);
});
