import { DEFINITION, MINUTE, NAMED_DIALECTS, times, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('create that is refused, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);
  const START = { operation: 'CreateModelImportJob' };

  const roles = ['role ValidationException', 'S3 ValidationException', 'AccessDeniedException'] as const;
  test.each(roles)('a role that was made a moment ago is waited for: %s', async (newRole) => {
    stack.speak({ newRole });
    stack.standIn.account.roleMadeAt(DEFINITION.roleArn);
    const answer = await stack.request('Create').answered();
    expect(answer.status).toBe('SUCCESS');
    expect(answer.seconds).toBeGreaterThanOrEqual(300);
    expect(answer.seconds).toBeLessThanOrEqual(330);
    expect(stack.jobs()).toHaveLength(1);
  });

  test.each([
    ['ValidationException', 400, 'Words that nobody has seen', 'ImportRefused: No import job was started'],
    ['ResourceNotFoundException', 404, 'No such key', 'ImportRefused: No import job was started'],
    ['ConflictException', 400, 'Something is in use', 'ImportRefused: No import job was started'],
    [
      'AccessDeniedException',
      403,
      'not authorized',
      'Refused: Not allowed to call bedrock:CreateModelImportJob',
    ],
  ])('%s with an unknown text is final after seven minutes', async (name, status, message, reason) => {
    stack.speak({ strayRefusals: 'never' });
    stack.standIn.failNext(...times(20, { ...START, status, name, message }));
    const create = stack.request('Create');
    const answer = await create.answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 420 });
    expect(answer.reason).toContain(reason);
    expect(answer.reason).toContain(message);
    expect(create.hasEnded).toBe(true);
    expect(stack.recordOf().imports).toEqual({});
  });

  test('permissions that take effect late, for lists too, cost no more time than they take', async () => {
    stack.speak({ strayRefusals: 'never' });
    stack.standIn.account.denials = ['CreateModelImportJob', 'ListModelImportJobs'].map((operation) => ({
      operation: operation as 'CreateModelImportJob',
      until: stack.now + MINUTE / 2,
    }));
    const { status, seconds } = await stack.request('Create').answered();
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeLessThanOrEqual(60);
    expect(stack.jobs()).toHaveLength(1);
  });

  test('a refusal whose lookup is refused, too, is not taken for a call without an answer', async () => {
    stack.speak({ strayRefusals: 'never' });
    stack.standIn.account.denials = [{ operation: 'ListModelImportJobs' }];
    const refusal = { status: 400, name: 'ValidationException', message: 'The role cannot be assumed' };
    stack.standIn.failNext({ operation: 'CreateModelImportJob', ...refusal });
    const { status, seconds } = await stack.request('Create').answered();
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeLessThanOrEqual(30);
  });

  test('a refusal that names the key says whose policy has to allow it', async () => {
    stack.speak({ strayRefusals: 'never' });
    const key = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e';
    const message = `not authorized to perform: kms:CreateGrant on resource: ${key} because no resource-based policy allows`;
    stack.standIn.failNext(...times(20, { ...START, status: 403, name: 'AccessDeniedException', message }));
    const { reason, seconds } = await stack.request('Create').answered();
    expect(seconds).toBe(420);
    expect(reason).toContain(`Allow kms:CreateGrant on ${key} in the key's own policy`);
  });

  test.each([
    [
      'ValidationException',
      "1 validation error detected: Value at 'importedModelKmsKeyId' failed to satisfy constraint: …",
      'RuleBroken: A value breaks a rule of Amazon Bedrock, which waiting does not fix: bedrock:CreateModelImportJob',
    ],
    ['TooManyTagsException', '51 tags', 'TooManyTags: The import job or its model would have more tags'],
  ])('%s: %s fails at once, because waiting does not fix it', async (name, message, reason) => {
    stack.standIn.failNext({ ...START, status: 400, name, message });
    const answer = await stack.request('Create').answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0 });
    expect(answer.reason).toContain(reason);
    expect(answer.reason).toContain(message);
  });

  test('the reason of a constraint violation says so, whichever call it met', async () => {
    stack.standIn.failNext({
      operation: 'ListImportedModels',
      status: 400,
      name: 'ValidationException',
      message: "Value 'a b' at 'nameContains' failed to satisfy constraint: …",
    });
    const answer = await stack.request('Create', { definition: { importedModelName: 'a b' } }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0 });
    expect(answer.reason).toContain('RuleBroken: A value breaks a rule of Amazon Bedrock');
    expect(answer.reason).toContain("bedrock:ListImportedModels said \"Value 'a b'");
  });

  test.each([
    ['throttles', { status: 429, name: 'ThrottlingException' }, 6, 210],
    // Each leaves two minutes of doubt whether the job has started.
    ['server errors', { status: 500, name: 'InternalServerException' }, 2, 2 * 120 + 30],
  ])('%s neither count nor start the seven minutes anew', async (__, fault, count, seconds) => {
    stack.speak({ strayRefusals: 'never' });
    const refusal = { ...START, status: 403, name: 'AccessDeniedException' };
    stack.standIn.failNext(
      ...times(7, refusal),
      ...times(count, { ...START, ...fault }),
      ...times(30, refusal),
    );
    const answer = await stack.request('Create').answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 420 + seconds });
  });

  test('a throttle has started nothing: the next poll tries again', async () => {
    stack.standIn.failNext({ ...START, status: 429, name: 'ThrottlingException' });
    await expect(stack.request('Create').answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 30,
    });
  });

  test('one good answer starts the seven minutes anew: refusals of different calls do not add up', async () => {
    stack.speak({ strayRefusals: 'never' });
    const refused = { status: 403, name: 'AccessDeniedException' };
    stack.standIn.failNext(
      ...times(10, { ...refused, operation: 'ListImportedModels' }),
      ...times(10, { ...refused, ...START }),
    );
    const create = stack.request('Create', { definition: { importedModelName: 'llama' } });
    await expect(create.answered()).resolves.toMatchObject({ status: 'SUCCESS', seconds: 600 });
  });

  test('a stray refusal in the queue is one more poll, however often', async () => {
    stack.speak({ strayRefusals: 'sometimes' });
    stack.standIn.startJob({ jobName: 'other', durationMs: 15 * MINUTE });
    await expect(stack.request('Create').answered()).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test.each([
    { status: 429, name: 'ThrottlingException' },
    { status: 400, name: 'ThrottlingException' },
    { status: 500, name: 'InternalServerException' },
    { status: 503, rawBody: '<html>' },
    { status: 0, reset: true },
  ])('goes on after %j, and starts one job', async (fault) => {
    stack.standIn.failNext({ ...fault, ...START });
    await expect(stack.request('Create').answered()).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(stack.jobs()).toHaveLength(1);
  });
});
