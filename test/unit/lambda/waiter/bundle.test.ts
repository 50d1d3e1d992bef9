import { readFileSync } from 'fs';
import { join } from 'path';

const DIST = join(__dirname, '..', '..', '..', '..', 'lambda', 'dist', 'waiter');

test('the function starts without the clients of Step Functions, Bedrock and the models, and without HTTP/2', () => {
  const bundle = readFileSync(join(DIST, 'index.js'), 'utf8');
  const find = (pattern: RegExp): string | undefined => pattern.exec(bundle)?.[0];
  expect(find(/import\("\.\/request\.js"\)/)).toBeDefined();
  expect(find(/import\("\.\/poll\.js"\)/)).toBeDefined();
  expect(
    find(/SFNClient|BedrockClient|InvokeModelCommand|BedrockRuntime|require\("(node:)?http2"\)/),
  ).toBeUndefined();
});

test('a poll loads neither the client of Step Functions nor that of the models', () => {
  const bundle = readFileSync(join(DIST, 'poll.js'), 'utf8');
  expect(/import\("\.\/runtime\.js"\)/.test(bundle)).toBe(true);
  expect(/SFNClient|InvokeModelCommand|require\("(node:)?http2"\)/.exec(bundle)?.[0]).toBeUndefined();
});

test('the client of the models lies beside it, and loads', async () => {
  const runtime = (await import(join(DIST, 'runtime.js'))) as Record<string, unknown>;
  expect(runtime.testModel).toBeInstanceOf(Function);
});
