import { DEFINITION, MINUTE, NAMED_DIALECTS, times, useLifecycle } from '../../../support/lifecycle';
import { silenceLog } from '../../../support/log';

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
      clientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(sent.jobTags).toContainEqual({ key: 'team', value: 'search' });
    expect(sent.jobTags).toContainEqual(owner);
    expect(sent.importedModelTags).toEqual(sent.jobTags);
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
