import {
  BedrockClient,
  CreateModelImportJobCommand,
  DeleteImportedModelCommand,
  GetImportedModelCommand,
  GetModelImportJobCommand,
  ListModelImportJobsCommand,
  ListTagsForResourceCommand,
  paginateListImportedModels,
  paginateListModelImportJobs,
  TagResourceCommand,
  UntagResourceCommand,
  type CreateModelImportJobCommandInput,
} from '@aws-sdk/client-bedrock';
import { BedrockStandIn } from '../../../../local/bedrock/stand-in';

let standIn: BedrockStandIn;
let client: BedrockClient;

beforeEach(async () => {
  standIn = new BedrockStandIn();
  client = new BedrockClient({ endpoint: await standIn.start(), maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await standIn.stop();
});

const create = async (input: Partial<CreateModelImportJobCommandInput> = {}): Promise<string> => {
  const { jobArn } = await client.send(
    new CreateModelImportJobCommand({
      jobName: 'job-1',
      importedModelName: 'model-1',
      roleArn: 'arn:aws:iam::000000000000:role/import',
      modelDataSource: { s3DataSource: { s3Uri: 's3://weights/llama/' } },
      ...input,
    }),
  );
  return jobArn!;
};

const modelOf = async (jobArn: string): Promise<string> => {
  const job = await client.send(new GetModelImportJobCommand({ jobIdentifier: jobArn }));
  return job.importedModelArn!;
};

describe('import jobs', () => {
  test('a created job is found by its ARN and by its name', async () => {
    const jobArn = await create();

    const byArn = await client.send(new GetModelImportJobCommand({ jobIdentifier: jobArn }));
    const byName = await client.send(new GetModelImportJobCommand({ jobIdentifier: 'job-1' }));

    expect(byArn).toMatchObject({ jobArn, status: 'Completed', importedModelName: 'model-1' });
    expect(byArn.creationTime).toBeInstanceOf(Date);
    expect(byName.jobArn).toBe(jobArn);
  });

  test('a job takes as long and ends as its script says', async () => {
    standIn.account.scripts = [
      { outcome: 'Failed', failureMessage: 'No config.json' },
      { durationMs: 60_000 },
    ];

    const failed = await create();
    const running = await create({ jobName: 'job-2', importedModelName: 'model-2' });

    expect(standIn.describe(failed)).toMatchObject({ status: 'Failed', failureMessage: 'No config.json' });
    expect(standIn.describe(running)).toMatchObject({ status: 'InProgress', importedModelArn: undefined });
  });

  test('a repeated token starts no second job', async () => {
    const first = await create({ clientRequestToken: 'token-1' });
    const second = await create({ clientRequestToken: 'token-1' });

    expect(second).toBe(first);
    await expect(client.send(new ListModelImportJobsCommand({}))).resolves.toMatchObject({
      modelImportJobSummaries: [{ jobArn: first }],
    });
  });

  const KEY_ID = '0f0e0d0c-0b0a-4998-8776-655443322110';
  test.each([
    [KEY_ID, new RegExp(`^arn:aws:kms:us-east-1:000000000000:key/${KEY_ID}$`)],
    [`arn:aws:kms:us-east-1:111111111111:key/${KEY_ID}`, /^arn:aws:kms:us-east-1:111111111111:key/],
    ['alias/models', /^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/],
    [undefined, /^undefined$/],
  ])('a key given as %s is answered by its ARN', async (importedModelKmsKeyId, arn) => {
    const jobIdentifier = await create({ importedModelKmsKeyId });
    const job = await client.send(new GetModelImportJobCommand({ jobIdentifier }));
    expect(String(job.importedModelKmsKeyArn)).toMatch(arn);
  });

  test('only one job runs at a time', async () => {
    standIn.startJob({ jobName: 'other', durationMs: 60_000 });
    await expect(create()).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
      message: expect.stringContaining('concurrent') as string,
    });
  });

  test('the account holds as many models as its quota says', async () => {
    standIn.account.modelQuota = 1;
    const first = await create();

    await expect(create({ jobName: 'job-2', importedModelName: 'model-2' })).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
      message: expect.stringContaining('limit of 1') as string,
    });

    await client.send(new DeleteImportedModelCommand({ modelIdentifier: await modelOf(first) }));
    await expect(create({ jobName: 'job-2', importedModelName: 'model-2' })).resolves.toMatch(/job\//);
  });

  test('more than 50 tags are too many', async () => {
    const tags = Array.from({ length: 51 }, (_, index) => ({ key: `key-${index}`, value: '' }));
    await expect(create({ importedModelTags: tags })).rejects.toMatchObject({ name: 'TooManyTagsException' });
  });

  test('lists are filtered, sorted and paged', async () => {
    for (const name of ['a-1', 'b-1', 'a-2', 'a-3']) {
      standIn.startJob({ jobName: name, durationMs: name === 'a-3' ? 60_000 : 0 });
    }
    const names: string[] = [];
    const input = { nameContains: 'a-', maxResults: 2, sortOrder: 'Ascending' as const };
    let pages = 0;
    for await (const page of paginateListModelImportJobs({ client }, input)) {
      names.push(...page.modelImportJobSummaries!.map(({ jobName }) => jobName!));
      pages++;
    }
    const running = await client.send(new ListModelImportJobsCommand({ statusEquals: 'InProgress' }));

    expect({ names, pages }).toEqual({ names: ['a-1', 'a-2', 'a-3'], pages: 2 });
    expect(running.modelImportJobSummaries?.map(({ jobName }) => jobName)).toEqual(['a-3']);
  });

  test('a job is listed in its own Region only', async () => {
    standIn.startJob({ jobName: 'far', region: 'us-west-2' });
    await expect(client.send(new ListModelImportJobsCommand({}))).resolves.toMatchObject({
      modelImportJobSummaries: [],
    });
  });
});

describe('imported models', () => {
  test('a model is described, listed and deleted, once', async () => {
    const jobArn = await create();
    const modelArn = await modelOf(jobArn);

    await expect(
      client.send(new GetImportedModelCommand({ modelIdentifier: 'model-1' })),
    ).resolves.toMatchObject({ modelArn, jobArn, jobName: 'job-1' });
    const names: unknown[] = [];
    for await (const page of paginateListImportedModels({ client }, { nameContains: 'model' })) {
      names.push(...page.modelSummaries!.map(({ modelName }) => modelName));
    }
    expect(names).toEqual(['model-1']);

    await client.send(new DeleteImportedModelCommand({ modelIdentifier: modelArn }));
    await expect(
      client.send(new DeleteImportedModelCommand({ modelIdentifier: modelArn })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      client.send(new GetImportedModelCommand({ modelIdentifier: modelArn })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('a model is what its script says, besides what all models are', async () => {
    standIn.startJob({
      jobName: 'job',
      importedModelKmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11',
      modelOverrides: { modelArchitecture: 'qwen3', instructSupported: false, customModelUnits: undefined },
    });
    standIn.startJob({ jobName: 'plain' });
    const get = (modelIdentifier: string): Promise<object> =>
      client.send(new GetImportedModelCommand({ modelIdentifier }));

    await expect(get('plain-model')).resolves.toMatchObject({
      modelArchitecture: 'llama',
      instructSupported: true,
      customModelUnits: { customModelUnitsPerModelCopy: 2, customModelUnitsVersion: 'v1.0' },
      jobName: 'plain',
      modelDataSource: { s3DataSource: { s3Uri: 's3://weights/model/' } },
    });
    const scripted = await get('job-model');
    expect(scripted).toMatchObject({
      modelArchitecture: 'qwen3',
      instructSupported: false,
      modelKmsKeyArn: expect.stringContaining(':key/') as string,
    });
    expect(scripted).not.toHaveProperty('customModelUnits');
  });

  test('a model that is being imported cannot be deleted by its name', async () => {
    standIn.startJob({ jobName: 'job', importedModelName: 'model', durationMs: 60_000 });
    await expect(
      client.send(new DeleteImportedModelCommand({ modelIdentifier: 'model' })),
    ).rejects.toMatchObject({ name: 'ConflictException' });
  });
});

test('tags are set at creation, added, changed and removed', async () => {
  const jobArn = await create({
    jobTags: [
      { key: 'team', value: 'a' },
      { key: 'stage', value: 'test' },
    ],
    importedModelTags: [{ key: 'team', value: 'model' }],
  });
  const tagsOf = async (resourceARN: string): Promise<unknown> =>
    (await client.send(new ListTagsForResourceCommand({ resourceARN }))).tags;

  await client.send(new TagResourceCommand({ resourceARN: jobArn, tags: [{ key: 'team', value: 'b' }] }));
  await client.send(new UntagResourceCommand({ resourceARN: jobArn, tagKeys: ['stage'] }));

  expect(await tagsOf(jobArn)).toEqual([{ key: 'team', value: 'b' }]);
  expect(await tagsOf(await modelOf(jobArn))).toEqual([{ key: 'team', value: 'model' }]);
});

describe('scripted faults', () => {
  test('a fault waits for its operation', async () => {
    standIn.failNext({ operation: 'GetModelImportJob', status: 500, name: 'InternalServerException' });
    const jobArn = await create();
    await expect(modelOf(jobArn)).rejects.toMatchObject({ name: 'InternalServerException' });
    await expect(modelOf(jobArn)).resolves.toMatch(/imported-model/);
  });

  test('an answer can be lost after the request was carried out', async () => {
    standIn.failNext({ status: 0, reset: true, carriedOut: true });
    await expect(create()).rejects.toThrow();
    expect(standIn.describe('job-1')).toMatchObject({ status: 'Completed' });
  });
});
