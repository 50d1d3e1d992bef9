import { NOT_STARTED } from '../../../lambda/lifecycle/delete';
import { DEFINITION, MINUTE, useLifecycle } from '../../support/lifecycle';
import { silenceLog } from '../../support/log';

silenceLog();
const lifecycle = useLifecycle();
const { request, poll, settle, create, count, jobs } = lifecycle;

describe('create', () => {
  test('starts a job with generated names, and answers with its ARN', async () => {
    const answer = await settle(request('Create'));

    const [job] = jobs();
    expect(answer).toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: job.jobArn,
      data: { jobArn: job.jobArn, jobName: job.jobName, importedModelName: job.jobName },
    });
    expect(job.jobName).toMatch(/^models-Llama-[0-9a-f]{12}-[0-9a-f]{12}$/);
    expect(answer.seconds).toBe(0);
  });

  test('hands all that defines the model to Bedrock, and tags both the job and the model', async () => {
    const vpcConfig = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    const kmsKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';
    await create({
      definition: {
        jobName: 'job',
        importedModelName: 'model',
        kmsKeyArn,
        ...vpcConfig,
        triggers: { v: '1' },
      },
      tags: [{ key: 'team', value: 'search' }],
    });

    const sent = lifecycle.standIn.requests.find(
      ({ operation }) => operation === 'CreateModelImportJob',
    )!.body;
    expect(sent).toMatchObject({
      jobName: 'job',
      importedModelName: 'model',
      roleArn: DEFINITION.roleArn,
      modelDataSource: { s3DataSource: { s3Uri: DEFINITION.s3Uri } },
      importedModelKmsKeyId: kmsKeyArn,
      vpcConfig,
      importedModelTags: [{ key: 'team', value: 'search' }],
      clientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(sent.jobTags).toContainEqual({ key: 'team', value: 'search' });
  });

  test('a request that is served twice starts one job', async () => {
    const event = request('Create');
    const first = await settle(event);
    const second = await settle(event);

    expect(second.physicalResourceId).toBe(first.physicalResourceId);
    expect(jobs()).toHaveLength(1);
  });

  test('a job whose start was not answered is found, not started again', async () => {
    lifecycle.standIn.failNext({
      operation: 'CreateModelImportJob',
      status: 0,
      reset: true,
      carriedOut: true,
    });
    lifecycle.standIn.account.scripts = [{ durationMs: MINUTE }];

    const answer = await settle(request('Create'));

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobs()[0].jobArn });
    expect(count('CreateModelImportJob')).toBe(1);
  });

  test('a conflict with the own job, which a search did not show, is not a conflict', async () => {
    const event = request('Create');
    await settle(event);
    lifecycle.standIn.failNext(
      { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' },
      { operation: 'CreateModelImportJob', status: 400, name: 'ConflictException', message: 'exists' },
    );

    const answer = await settle(event);

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobs()[0].jobArn });
    expect(jobs()).toHaveLength(1);
  });

  test('the own job is found among others of its name', async () => {
    const event = request('Create', { definition: { jobName: 'given' } });
    const { physicalResourceId } = await settle(event);
    lifecycle.standIn.startJob({ jobName: 'given-too' });
    const foreign = JSON.stringify({
      jobArn: lifecycle.standIn.startJob({ jobName: 'foreign' }),
      jobName: 'given',
    });
    lifecycle.standIn.failNext({ operation: 'GetModelImportJob', status: 200, rawBody: foreign });

    await expect(settle(event)).resolves.toMatchObject({ status: 'SUCCESS', physicalResourceId });
    expect(count('CreateModelImportJob')).toBe(1);
  });

  test.each([
    ['resource', { LogicalResourceId: 'Other' }],
    ['request', { RequestId: 'other' }],
  ])('the job of another %s is not taken for the own', async (_, change) => {
    const event = request('Create', { definition: { jobName: 'given' } });
    await settle({ ...event, ...change });
    const { status, reason } = await settle(event);
    expect(status).toBe('FAILED');
    expect(reason).toContain('Another model import job has the name given');
  });

  describe('a conflict of names that nobody seems to have', () => {
    const fault = {
      operation: 'CreateModelImportJob',
      status: 400,
      name: 'ConflictException',
      message: 'taken',
    };

    test('is tried again', async () => {
      lifecycle.standIn.failNext(fault);
      const event = request('Create');
      const { lastSeen } = await poll(event, { attempt: 0 }, lifecycle.now);
      expect(lastSeen).toBe('what has the names of the job and the model: taken');
      await expect(settle(event)).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    });

    test('fails after a minute, and may have left a job', async () => {
      lifecycle.standIn.failNext(...Array.from({ length: 20 }, () => fault));
      const answer = await settle(request('Create'));
      expect(answer).toMatchObject({
        status: 'FAILED',
        seconds: 60,
        physicalResourceId: expect.stringMatching(/^request.request-/) as string,
      });
      expect(answer.reason).toContain('Another imported model has the name models-Llama-');
    });
  });

  test('counts its polls, and says what it waits for', async () => {
    lifecycle.standIn.account.modelQuota = 1;
    lifecycle.standIn.startJob({ jobName: 'other' });
    await expect(poll(request('Create'), { attempt: 3 }, lifecycle.now)).resolves.toEqual({
      attempt: 4,
      waitSeconds: 10,
      lastSeen: expect.stringMatching(/^room for another imported model: .*limit of 1$/) as string,
      quotaReached: true,
    });
    lifecycle.standIn.failNext({ status: 429, name: 'ThrottlingException', message: 'Slow down' });
    await expect(poll(request('Create'), { attempt: 0 }, lifecycle.now)).resolves.toMatchObject({
      lastSeen: 'an answer from Bedrock, which said ThrottlingException: Slow down',
    });
  });

  test('gives up at a start without an answer, which may have started a job', async () => {
    lifecycle.standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true });
    const { answer } = await poll(request('Create'), { attempt: 9 }, lifecycle.now - 1800_000);
    expect(answer).toMatchObject({
      status: 'FAILED',
      physicalResourceId: expect.stringMatching(/^request.request-/) as string,
    });
  });

  test('waits while another job is in progress', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 10 * MINUTE });
    const { status, seconds } = await settle(request('Create'));
    expect({ status, seconds }).toEqual({ status: 'SUCCESS', seconds: 600 });
  });

  test('gives up when the other job outlasts the timeout, and leaves nothing to look for', async () => {
    const other = lifecycle.standIn.startJob({ jobName: 'other', durationMs: 100 * MINUTE });
    const { status, seconds, reason, physicalResourceId } = await settle(request('Create'));
    expect({ status, seconds, physicalResourceId }).toEqual({
      status: 'FAILED',
      seconds: 1800,
      physicalResourceId: NOT_STARTED,
    });
    expect(reason).toContain(`Gave up after 30 min of waiting: model import job ${other} is in progress`);
    expect(reason).toContain('Deploy again when that is over. Waited 30 min in ');
  });

  test('fails at the second refusal for the quota of models', async () => {
    lifecycle.standIn.account.modelQuota = 1;
    lifecycle.standIn.startJob({ jobName: 'other' });
    const { status, seconds, reason } = await settle(request('Create'));
    expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 10 });
    expect(reason).toContain('holds as many imported models as it may');
  });

  test('a job that ends between two calls is not mistaken for the quota of models', async () => {
    const fault = { operation: 'CreateModelImportJob', status: 400, name: 'ServiceQuotaExceededException' };
    lifecycle.standIn.failNext(fault);
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test.each([
    ['job', { jobName: 'taken' }, "Another model import job has the name taken: .*Change 'jobName'"],
    [
      'model',
      { importedModelName: 'taken' },
      "Another imported model has the name taken: .*Change 'importedModelName'",
    ],
  ])('fails at once when another %s has the name', async (_, definition, reason) => {
    lifecycle.standIn.startJob({ jobName: 'taken', importedModelName: 'taken' });
    const answer = await settle(request('Create', { definition }));
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0, physicalResourceId: NOT_STARTED });
    expect(answer.reason).toMatch(new RegExp(reason));
  });

  test.each([
    ['ValidationException', 'The S3 URI has no config.json', 'Bedrock does not accept the request'],
    ['TooManyTagsException', '51 tags', 'more tags than Bedrock allows'],
    ['ResourceNotFoundException', 'No such key', 'Bedrock refused the request: ResourceNotFoundException'],
    ['ResourceNotFoundException', 'No such role', 'Bedrock refused the request: ResourceNotFoundException'],
  ])('fails at once on %s', async (name, message, reason) => {
    lifecycle.standIn.failNext({ operation: 'CreateModelImportJob', status: 400, name, message });
    const answer = await settle(request('Create'));
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0, physicalResourceId: NOT_STARTED });
    expect(answer.reason).toContain(reason);
    expect(answer.reason).toContain(message);
  });

  const refusals = [
    { status: 400, name: 'ValidationException', message: 'The provided role ARN is invalid' },
    { status: 403, name: 'AccessDeniedException', message: 'not authorized' },
  ];

  test.each(refusals)('a new role or permission gets time to spread: $name', async (fault) => {
    lifecycle.standIn.failNext(
      ...Array.from({ length: 12 }, () => ({ ...fault, operation: 'CreateModelImportJob' })),
    );
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 120 });
  });

  test.each(refusals)('but not for ever: $name', async (fault) => {
    lifecycle.standIn.failNext(
      ...Array.from({ length: 20 }, () => ({ ...fault, operation: 'CreateModelImportJob' })),
    );
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'FAILED', seconds: 120 });
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
