import { DEFINITION, MINUTE, NAMED_DIALECTS, times, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('create that is refused, in the dialect %s', (_, dialect) => {
  const lifecycle = useLifecycle(dialect);
  const { speak, request, settle, jobs } = lifecycle;

  describe('what a role, its policy or its S3 access that was made a moment ago is refused with', () => {
    const roles = ['role ValidationException', 'S3 ValidationException', 'AccessDeniedException'] as const;

    test.each(roles)('passes: %s', async (newRole) => {
      speak({ newRole });
      lifecycle.standIn.account.roleMadeAt(DEFINITION.roleArn);
      const answer = await settle(request('Create'));
      expect(answer.status).toBe('SUCCESS');
      expect(answer.seconds).toBeGreaterThanOrEqual(300);
      expect(jobs()).toHaveLength(1);
    });
  });

  test.each([
    ['ValidationException', 400, 'Words that nobody has seen', 'Bedrock does not accept the request'],
    ['ResourceNotFoundException', 404, 'No such key', 'Bedrock does not accept the request'],
    ['ConflictException', 400, 'Something is in use', 'Bedrock does not accept the request'],
    ['AccessDeniedException', 403, 'not authorized', 'Bedrock refused bedrock:CreateModelImportJob'],
  ])('%s with an unknown text is final after seven minutes', async (name, status, message, reason) => {
    speak({ strayRefusals: 'never' });
    const fault = { operation: 'CreateModelImportJob', status, name, message };
    lifecycle.standIn.failNext(...times(20, fault));
    const answer = await settle(request('Create'));
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 420 });
    expect(answer.reason).toContain(reason);
    expect(answer.reason).toContain(message);
  });

  test.each([
    [
      'ValidationException',
      "1 validation error detected: Value at 'importedModelKmsKeyId' failed to satisfy constraint: …",
      'Bedrock does not accept the request',
    ],
    ['TooManyTagsException', '51 tags', 'more tags than Bedrock allows'],
  ])('%s: %s fails at once, because no waiting mends it', async (name, message, reason) => {
    lifecycle.standIn.failNext({ operation: 'CreateModelImportJob', status: 400, name, message });
    const answer = await settle(request('Create'));
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0 });
    expect(answer.reason).toContain(reason);
    expect(answer.reason).toContain(message);
  });

  test('throttles neither count nor start the seven minutes anew', async () => {
    const refusal = { operation: 'CreateModelImportJob', status: 403, name: 'AccessDeniedException' };
    const throttle = { operation: 'CreateModelImportJob', status: 429, name: 'ThrottlingException' };
    lifecycle.standIn.failNext(...times(7, refusal), ...times(6, throttle), ...times(30, refusal));
    speak({ strayRefusals: 'never' });
    const { status, seconds } = await settle(request('Create'));
    expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 420 + 210 });
  });

  test('refusals of different calls do not add up', async () => {
    speak({ strayRefusals: 'never' });
    const refused = { status: 403, name: 'AccessDeniedException' };
    lifecycle.standIn.failNext(
      ...times(10, { ...refused, operation: 'ListModelImportJobs' }),
      ...times(10, { ...refused, operation: 'CreateModelImportJob' }),
    );
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 600 });
  });

  test('a stray refusal in the queue is one more poll, however often', async () => {
    speak({ strayRefusals: 'sometimes' });
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 15 * MINUTE });
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test.each([
    { status: 429, name: 'ThrottlingException' },
    { status: 400, name: 'ThrottlingException' },
    { status: 500, name: 'InternalServerException' },
    { status: 503, rawBody: '<html>' },
    { status: 0, reset: true },
  ])('goes on after %j', async (fault) => {
    lifecycle.standIn.failNext(fault, { ...fault, operation: 'CreateModelImportJob' });
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(jobs()).toHaveLength(1);
  });
});
