import { DEFINITION, MINUTE, NAMED_DIALECTS, STACK_ID, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('create, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);

  test('starts a job with generated names, and answers with its ARN at once', async () => {
    const answer = await stack.request('Create').answered();

    const [job] = stack.jobs();
    expect(answer).toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
      polls: 1,
      physicalResourceId: job.jobArn,
      data: { jobArn: job.jobArn, jobName: job.jobName, importedModelName: job.jobName },
    });
    expect(job.jobName).toMatch(/^models-Llama-[0-9a-f]{12}-[0-9a-f]{12}$/);
  });

  test('hands all that defines the model to Bedrock, and tags both the job and the model', async () => {
    const vpcConfig = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    const kmsKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';
    await stack.create({
      definition: { importedModelName: 'model', kmsKeyArn, ...vpcConfig, triggers: { v: '1' } },
      jobNamePrefix: 'team.search+',
      tags: [{ key: 'team', value: 'search' }],
    });

    const sent = stack.standIn.requests.find(({ operation }) => operation === 'CreateModelImportJob')!.body;
    const tags = [
      { key: 'team', value: 'search' },
      { key: 'cdk-bedrock-model-import:stack', value: 'models' },
      { key: 'cdk-bedrock-model-import:logical-id', value: 'Llama' },
    ];
    expect(sent).toEqual({
      jobName: expect.stringMatching(/^team\.search\+-[0-9a-f]{12}-[0-9a-f]{12}$/) as string,
      importedModelName: 'model',
      roleArn: DEFINITION.roleArn,
      modelDataSource: { s3DataSource: { s3Uri: DEFINITION.s3Uri } },
      importedModelKmsKeyId: kmsKeyArn,
      vpcConfig,
      clientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      jobTags: tags,
      importedModelTags: tags,
    });
  });

  test('gives Bedrock the source with its slash', async () => {
    await stack.create({ definition: { s3Uri: 's3://weights/llama' } });
    const sent = stack.standIn.requests.find(({ operation }) => operation === 'CreateModelImportJob')!.body;
    expect(sent.modelDataSource).toEqual({ s3DataSource: { s3Uri: 's3://weights/llama/' } });
  });

  test('a prefix of the job leaves the rules of model names alone', async () => {
    await stack.create({ jobNamePrefix: 'team.search+' });
    expect(stack.jobs()[0].importedModelName).toMatch(/^models-Llama-[0-9a-f]{12}-[0-9a-f]{12}$/);
  });

  test('a prefix that only the deployment knows is cut where it is too long', async () => {
    await stack.create({ jobNamePrefix: 'x'.repeat(200) });
    expect(stack.jobs()[0].jobName).toMatch(/^x{37}-[0-9a-f]{12}-[0-9a-f]{12}$/);
  });

  test('a prefix that only the deployment knows fails at once with its rule when it has a space', async () => {
    const answer = await stack.request('Create', { jobNamePrefix: 'team search' }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0 });
    expect(answer.reason).toContain(
      "InvalidName: No import job was started: 'jobNamePrefix' must be 1 to 37",
    );
    expect(answer.reason).toContain('got: "team search"');
    expect(stack.count('CreateModelImportJob')).toBe(0);
  });

  test('a request that is delivered twice starts one job', async () => {
    const { request } = stack.request('Create');
    const first = await stack.execution(request.event, request.requestedAt).answered();
    stack.now += 2 * MINUTE;
    const second = await stack.execution(request.event, request.requestedAt).answered();

    expect(second.physicalResourceId).toBe(first.physicalResourceId);
    expect(stack.count('CreateModelImportJob')).toBe(1);
  });

  test('two models of one stack are two items of the table', async () => {
    stack.standIn.account.modelQuota = 9;
    const one = await stack.create();
    stack.now += 5 * MINUTE;
    const other = await stack.create({ logicalId: 'Other' });
    expect([...stack.table.items.keys()]).toEqual([`${STACK_ID}/Llama`, `${STACK_ID}/Other`]);
    expect(stack.recordOf('Llama').current).toBe(one);
    expect(stack.recordOf('Other').current).toBe(other);
  });

  test('a given name that another model has fails at once', async () => {
    const other = stack.standIn.startJob({ jobName: 'other', importedModelName: 'taken' });
    stack.now += 2 * MINUTE;
    const create = stack.request('Create', { definition: { importedModelName: 'taken' } });
    const answer = await create.answered();
    expect(answer).toMatchObject({
      status: 'FAILED',
      seconds: 0,
      physicalResourceId: `request/${create.request.event.RequestId}`,
    });
    expect(answer.reason).toContain(
      `NameTaken: No import job was started: another imported model has the name taken: ${stack.modelOf(other)}`,
    );
    expect(stack.count('CreateModelImportJob')).toBe(0);
  });

  test('a name that only resembles a given one does not take it', async () => {
    stack.standIn.startJob({ jobName: 'other', importedModelName: 'taken-too' });
    stack.now += 3 * MINUTE;
    await expect(
      stack.request('Create', { definition: { importedModelName: 'taken' } }).answered(),
    ).resolves.toMatchObject({ status: 'SUCCESS' });
  });

  test('ends when the stack has recorded it, within a minute', async () => {
    const create = stack.request('Create');
    const { physicalResourceId } = await create.answered();
    stack.tell('CREATE_COMPLETE', physicalResourceId);
    expect(await create.ended()).toBeLessThan(60);
    expect(stack.recordOf().imports['request-1']).toMatchObject({ acknowledged: true, recorded: true });
    expect(stack.models()).toHaveLength(1);
  });
});
