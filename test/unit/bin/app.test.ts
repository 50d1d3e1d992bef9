import { join } from 'path';

const APP = join(__dirname, '..', '..', '..', 'bin', 'app');

/** What the app prints, and the code that it exits with, when it is given a context. */
async function refusal(context: Record<string, string>): Promise<{ printed: unknown; code: unknown }> {
  process.env.CDK_CONTEXT_JSON = JSON.stringify(context);
  const print = jest.spyOn(console, 'error').mockReturnValue();
  const exit = jest.spyOn(process, 'exit').mockReturnValue(undefined as never);
  try {
    await jest.isolateModulesAsync(() => import(APP));
    return { printed: print.mock.calls.flat().join('\n'), code: exit.mock.calls[0]?.[0] };
  } finally {
    delete process.env.CDK_CONTEXT_JSON;
    jest.restoreAllMocks();
  }
}

test('a job that is none is refused in a sentence', async () => {
  expect(await refusal({ jobIdentifier: 'a b' })).toEqual({
    printed: `'jobIdentifier' must be a model import job ARN, or a job name of letters, digits, "+", "-" and "." that starts with a letter or digit, got: 'a b'`,
    code: 1,
  });
});

test('without a job and a source, the app says what to type', async () => {
  const { printed, code } = await refusal({ jobIdentifier: '' });
  expect(printed).toContain('npx cdk deploy -c jobIdentifier=arn:aws:bedrock:');
  expect(code).toBe(1);
});
