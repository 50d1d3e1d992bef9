import { DEFINITION, MINUTE, NAMED_DIALECTS, times, useLifecycle } from '../../support/lifecycle';
import { silenceLog } from '../../support/log';

silenceLog();

const LOST = { operation: 'CreateModelImportJob', status: 0, reset: true };

describe.each(NAMED_DIALECTS)('create, in the dialect %s', (_, dialect) => {
  const lifecycle = useLifecycle(dialect);
  const { speak, request, poll, pollFor, settle, create, count, jobs } = lifecycle;

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
      definition: { importedModelName: 'model', kmsKeyArn, ...vpcConfig, triggers: { v: '1' } },
      jobNamePrefix: 'team.search+',
      tags: [{ key: 'team', value: 'search' }],
    });

    const sent = lifecycle.standIn.requests.find(
      ({ operation }) => operation === 'CreateModelImportJob',
    )!.body;
    const owner = {
      key: 'cdk-bedrock-model-import:owner',
      value: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    };
    expect(sent).toMatchObject({
      jobName: expect.stringMatching(/^team\.search\+-[0-9a-f]{12}-[0-9a-f]{12}$/) as string,
      importedModelName: 'model',
      roleArn: DEFINITION.roleArn,
      modelDataSource: { s3DataSource: { s3Uri: DEFINITION.s3Uri } },
      importedModelKmsKeyId: kmsKeyArn,
      vpcConfig,
      importedModelTags: [{ key: 'team', value: 'search' }, owner],
      clientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(sent.jobTags).toContainEqual({ key: 'team', value: 'search' });
    expect(sent.jobTags).toContainEqual(owner);
  });

  test('a prefix of the job leaves the rules of model names alone', async () => {
    await create({ jobNamePrefix: 'team.search+' });
    expect(jobs()[0].importedModelName).toMatch(/^models-Llama-[0-9a-f]{12}-[0-9a-f]{12}$/);
  });

  test('a request that is served twice starts one job', async () => {
    const event = request('Create');
    const first = await settle(event);
    lifecycle.now += 2 * MINUTE;
    const second = await settle(event);

    expect(second.physicalResourceId).toBe(first.physicalResourceId);
    expect(jobs()).toHaveLength(1);
    expect(count('CreateModelImportJob')).toBe(1);
  });

  test('a job whose start was not answered is found, not started again', async () => {
    lifecycle.standIn.failNext({ ...LOST, carriedOut: true });
    lifecycle.standIn.account.scripts = [{ durationMs: MINUTE }];

    const answer = await settle(request('Create'));

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobs()[0].jobArn });
    expect(jobs()).toHaveLength(1);
  });

  test.each(['ConflictException', 'ValidationException'])(
    "a lost answer, and the SDK's own second try met with %s while nothing shows: the job is found",
    async (name) => {
      speak({ newJob: 'late', newJobInLists: 'late', newJobTags: 'absent' });
      const inUse = { name, status: 400, message: 'The provided job name is currently in use.' };
      lifecycle.standIn.failNext(
        { ...LOST, carriedOut: true },
        ...times(3, { ...LOST, ...inUse, reset: false }),
      );

      const answer = await settle(request('Create'));

      expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobs()[0].jobArn });
      expect(jobs()).toHaveLength(1);
    },
  );

  test('before a refusal is final, the own job is looked for', async () => {
    lifecycle.standIn.failNext({ ...LOST, carriedOut: true });
    const event = request('Create');
    const startedAt = lifecycle.now;
    const first = await poll(event, { attempt: 0 }, startedAt);
    lifecycle.now += 2 * MINUTE;
    lifecycle.standIn.failNext(
      { operation: 'ListModelImportJobs', status: 200, rawBody: '{"modelImportJobSummaries":[]}' },
      { ...LOST, reset: false, status: 400, name: 'TooManyTagsException' },
    );
    const { answer } = await poll(event, first, startedAt);
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobs()[0].jobArn });
  });

  test('the given name of a model whose job was started by a lost call is its own', async () => {
    const given = { definition: { importedModelName: 'llama' } };
    speak({ newJobInLists: 'late', repeatedToken: 'name first' });
    lifecycle.standIn.failNext({ ...LOST, carriedOut: true });
    await expect(settle(request('Create', given))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(jobs()).toHaveLength(1);
  });

  test('no other job is taken for its own, whatever their names have in common', async () => {
    lifecycle.standIn.account.modelQuota = 9;
    const event = request('Create');
    lifecycle.standIn.failNext({ ...LOST, carriedOut: false });
    await pollFor(event, 0);
    const { jobName } = lifecycle.standIn.requests.find(({ body }) => 'jobName' in body)!.body;
    await settle({ ...event, LogicalResourceId: 'Other' });
    await settle({ ...event, RequestId: 'other' });
    lifecycle.standIn.startJob({ jobName: `${jobName as string}-too` });
    await settle(event);
    expect(jobs()).toHaveLength(4);
    expect(jobs()).toContainEqual(expect.objectContaining({ jobName }));
  });

  test('waits while another job is in progress', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 10 * MINUTE });
    const { status, seconds } = await settle(request('Create'));
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThanOrEqual(600);
  });

  test('two models of one stack queue, also while the place of the first one is still taken', async () => {
    speak({ jobPlace: 'late' });
    lifecycle.standIn.account.scripts = [{ durationMs: 5000 }];
    await create();
    const second = await settle({ ...request('Create'), LogicalResourceId: 'Other' });
    expect(second.status).toBe('SUCCESS');
    expect(jobs()).toHaveLength(2);
  });

  test('the place of a model that was deleted a moment ago comes free', async () => {
    speak({ modelPlace: 'late' });
    lifecycle.standIn.account.modelQuota = 1;
    const other = lifecycle.standIn.startJob({ jobName: 'other' });
    lifecycle.standIn.account.deleteModel(lifecycle.modelOf(other));
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test('gives up when the other job outlasts the timeout', async () => {
    const other = lifecycle.standIn.startJob({ jobName: 'other', durationMs: 100 * MINUTE });
    lifecycle.now += MINUTE;
    const event = request('Create');
    speak({ strayRefusals: 'never' });
    const { status, seconds, reason, physicalResourceId } = await settle(event);
    expect({ status, seconds, physicalResourceId }).toEqual({
      status: 'FAILED',
      seconds: 1800,
      physicalResourceId: `request/${event.RequestId}`,
    });
    expect(reason).toContain(`Gave up after 30 min of waiting: model import job ${other} is in progress`);
    expect(reason).toContain('Deploy again when that is over. Waited 30 min in ');
  });

  test('believes in the quota of models after more than three minutes without a running job', async () => {
    lifecycle.standIn.account.modelQuota = 1;
    lifecycle.standIn.startJob({ jobName: 'other' });
    lifecycle.now += 10 * MINUTE;
    const { status, seconds, reason } = await settle(request('Create'));
    expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 240 });
    expect(reason).toContain('as many imported models as it may: for 4 min no import job was in progress');
  });

  test('a job that is seen meanwhile starts the three minutes anew', async () => {
    lifecycle.standIn.account.modelQuota = 1;
    lifecycle.standIn.startJob({ jobName: 'full' });
    lifecycle.now += 10 * MINUTE;
    const event = request('Create');
    const startedAt = lifecycle.now;
    const result = await pollFor(event, 120);
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 3 * MINUTE });
    const { status, seconds } = await settle(event, result, startedAt);
    expect(status).toBe('FAILED');
    expect(seconds).toBeGreaterThan(300);
  });

  test('a given name that another model has fails at once', async () => {
    const other = lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'taken' });
    lifecycle.now += 2 * MINUTE;
    const event = request('Create', { definition: { importedModelName: 'taken' } });
    const answer = await settle(event);
    expect(answer).toMatchObject({
      status: 'FAILED',
      seconds: 0,
      physicalResourceId: `request/${event.RequestId}`,
    });
    expect(answer.reason).toContain(`Another imported model has the name taken: ${lifecycle.modelOf(other)}`);
    expect(answer.reason).toContain("Change 'importedModelName'");
    expect(count('CreateModelImportJob')).toBe(0);
  });

  test('a given name that a running job will take fails at once', async () => {
    const other = lifecycle.standIn.startJob({
      jobName: 'other',
      importedModelName: 'taken',
      durationMs: 90 * MINUTE,
    });
    lifecycle.now += 2 * MINUTE;
    const { status, seconds, reason } = await settle(
      request('Create', { definition: { importedModelName: 'taken' } }),
    );
    expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 0 });
    expect(reason).toContain(`has the name taken: ${other}`);
  });

  test('a name that only resembles a given one is none', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'taken-too' });
    lifecycle.now += 3 * MINUTE;
    await expect(
      settle(request('Create', { definition: { importedModelName: 'taken' } })),
    ).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test('a running job that makes a model of another name is waited for', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', importedModelName: 'other', durationMs: 10 * MINUTE });
    lifecycle.now += 2 * MINUTE;
    await expect(
      settle(request('Create', { definition: { importedModelName: 'llama' } })),
    ).resolves.toMatchObject({ status: 'SUCCESS' });
  });

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

  test('counts its polls, and says what it waits for', async () => {
    lifecycle.standIn.startJob({ jobName: 'other', durationMs: 10 * MINUTE });
    lifecycle.now += 2 * MINUTE;
    await expect(poll(request('Create'), { attempt: 3 }, lifecycle.now)).resolves.toMatchObject({
      attempt: 4,
      waitSeconds: 30,
      lastSeen: expect.stringMatching(
        /^model import job .* is in progress, and one runs at a time$/,
      ) as string,
    });
    lifecycle.standIn.failNext({ status: 429, name: 'ThrottlingException', message: 'Slow down' });
    await expect(pollFor(request('Create'), 0)).resolves.toMatchObject({
      lastSeen: 'an answer from Bedrock, which said ThrottlingException: Slow down',
    });
    lifecycle.now += 10 * MINUTE;
    const quota = { name: 'ServiceQuotaExceededException', message: 'Too many' };
    lifecycle.standIn.failNext({ operation: 'CreateModelImportJob', status: 400, ...quota });
    await expect(pollFor(request('Create'), 0)).resolves.toMatchObject({
      lastSeen: 'room for another import job or imported model: Too many',
    });
  });
});
