import { BedrockClient } from '@aws-sdk/client-bedrock';
import type { Answer, PollInput, ResourceEvent } from '../../../lambda/shared/engine';
import { handler, NOT_STARTED, serve, type LifecycleResult } from '../../../lambda/lifecycle/index';
import { BedrockStandIn } from '../../../local/bedrock/stand-in';
import { silenceLog } from '../../support/log';

const STACK = 'arn:aws:cloudformation:us-east-1:000000000000:stack/models/5d2ee1f0';
const DEFINITION = { roleArn: 'arn:aws:iam::000000000000:role/import', s3Uri: 's3://weights/llama/' };
const MINUTE = 60_000;

let standIn: BedrockStandIn;
let client: BedrockClient;
let now: number;
let requests = 0;

const log = silenceLog();

beforeEach(async () => {
  now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  standIn = new BedrockStandIn();
  client = new BedrockClient({ endpoint: await standIn.start(), maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await standIn.stop();
});

interface Given {
  definition?: object;
  tags?: { key: string; value: string }[];
  deletionPolicy?: string;
  id?: string;
  old?: Given;
  requestId?: string;
}

const properties = ({ definition, tags, deletionPolicy = 'Delete' }: Given): Record<string, unknown> => ({
  definition: { ...DEFINITION, ...definition },
  tags,
  deletionPolicy,
  startTimeoutSeconds: '1800',
  deleteTimeoutSeconds: '3300',
  pollIntervalSeconds: '10',
});

const request = (type: 'Create' | 'Update' | 'Delete', given: Given = {}): ResourceEvent =>
  ({
    RequestType: type,
    StackId: STACK,
    LogicalResourceId: 'Llama',
    RequestId: given.requestId ?? `request-${++requests}`,
    PhysicalResourceId: given.id,
    ResourceProperties: properties(given),
    OldResourceProperties: type === 'Update' ? properties(given.old ?? {}) : undefined,
  }) as unknown as ResourceEvent;

const poll = async (
  event: ResourceEvent,
  previous: LifecycleResult,
  startedAt: number,
): Promise<LifecycleResult> => {
  const input: PollInput = { event, startedAt: new Date(startedAt).toISOString(), previous };
  return JSON.parse(JSON.stringify(await serve(input, client, () => now))) as LifecycleResult;
};

/** Polls as the state machine does until there is an answer; the clock runs on meanwhile. */
const settle = async (
  event: ResourceEvent,
  first: LifecycleResult = { attempt: 0 },
): Promise<Answer & { seconds: number }> => {
  const startedAt = now;
  let result = await poll(event, first, startedAt);
  while (!result.answer) {
    now += result.waitSeconds! * 1000;
    result = await poll(event, result, startedAt);
  }
  return { ...result.answer, seconds: (now - startedAt) / 1000 };
};

const create = async (given?: Given): Promise<string> => {
  const { physicalResourceId, status } = await settle(request('Create', given));
  expect(status).toBe('SUCCESS');
  now += 1000;
  return physicalResourceId;
};

const count = (operation: string): number =>
  standIn.requests.filter((each) => each.operation === operation).length;
const jobs = (): Record<string, unknown>[] => standIn.account.jobs();
const models = (): string[] => standIn.account.models().map(({ modelArn }) => modelArn as string);
const modelOf = (jobArn: string): string => standIn.describe(jobArn)!.importedModelArn as string;
const tagsOf = (arn: string): Record<string, string> =>
  Object.fromEntries(standIn.account.tagsOf(arn).map(({ key, value }) => [key, value]));

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

    const sent = standIn.requests.find(({ operation }) => operation === 'CreateModelImportJob')!.body;
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
    standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true, carriedOut: true });
    standIn.account.scripts = [{ durationMs: MINUTE }];

    const answer = await settle(request('Create'));

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: jobs()[0].jobArn });
    expect(count('CreateModelImportJob')).toBe(1);
  });

  test('a conflict with the own job, which a search did not show, is not a conflict', async () => {
    const event = request('Create');
    await settle(event);
    standIn.failNext(
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
    standIn.startJob({ jobName: 'given-too' });
    const foreign = JSON.stringify({ jobArn: standIn.startJob({ jobName: 'foreign' }), jobName: 'given' });
    standIn.failNext({ operation: 'GetModelImportJob', status: 200, rawBody: foreign });

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
      standIn.failNext(fault);
      const event = request('Create');
      const { lastSeen } = await poll(event, { attempt: 0 }, now);
      expect(lastSeen).toBe('what has the names of the job and the model: taken');
      await expect(settle(event)).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    });

    test('fails after a minute, and may have left a job', async () => {
      standIn.failNext(...Array.from({ length: 20 }, () => fault));
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
    standIn.account.modelQuota = 1;
    standIn.startJob({ jobName: 'other' });
    await expect(poll(request('Create'), { attempt: 3 }, now)).resolves.toEqual({
      attempt: 4,
      waitSeconds: 10,
      lastSeen: expect.stringMatching(/^room for another imported model: .*limit of 1$/) as string,
      quotaReached: true,
    });
    standIn.failNext({ status: 429, name: 'ThrottlingException', message: 'Slow down' });
    await expect(poll(request('Create'), { attempt: 0 }, now)).resolves.toMatchObject({
      lastSeen: 'an answer from Bedrock, which said ThrottlingException: Slow down',
    });
  });

  test('gives up at a start without an answer, which may have started a job', async () => {
    standIn.failNext({ operation: 'CreateModelImportJob', status: 0, reset: true });
    const { answer } = await poll(request('Create'), { attempt: 9 }, now - 1800_000);
    expect(answer).toMatchObject({
      status: 'FAILED',
      physicalResourceId: expect.stringMatching(/^request.request-/) as string,
    });
  });

  test('waits while another job is in progress', async () => {
    standIn.startJob({ jobName: 'other', durationMs: 10 * MINUTE });
    const { status, seconds } = await settle(request('Create'));
    expect({ status, seconds }).toEqual({ status: 'SUCCESS', seconds: 600 });
  });

  test('gives up when the other job outlasts the timeout, and leaves nothing to look for', async () => {
    const other = standIn.startJob({ jobName: 'other', durationMs: 100 * MINUTE });
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
    standIn.account.modelQuota = 1;
    standIn.startJob({ jobName: 'other' });
    const { status, seconds, reason } = await settle(request('Create'));
    expect({ status, seconds }).toEqual({ status: 'FAILED', seconds: 10 });
    expect(reason).toContain('holds as many imported models as it may');
  });

  test('a job that ends between two calls is not mistaken for the quota of models', async () => {
    const fault = { operation: 'CreateModelImportJob', status: 400, name: 'ServiceQuotaExceededException' };
    standIn.failNext(fault);
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
    standIn.startJob({ jobName: 'taken', importedModelName: 'taken' });
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
    standIn.failNext({ operation: 'CreateModelImportJob', status: 400, name, message });
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
    standIn.failNext(...Array.from({ length: 12 }, () => ({ ...fault, operation: 'CreateModelImportJob' })));
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 120 });
  });

  test.each(refusals)('but not for ever: $name', async (fault) => {
    standIn.failNext(...Array.from({ length: 20 }, () => ({ ...fault, operation: 'CreateModelImportJob' })));
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'FAILED', seconds: 120 });
  });

  test.each([
    { status: 429, name: 'ThrottlingException' },
    { status: 400, name: 'ThrottlingException' },
    { status: 500, name: 'InternalServerException' },
    { status: 503, rawBody: '<html>' },
    { status: 0, reset: true },
  ])('goes on after %j', async (fault) => {
    standIn.failNext(fault, { ...fault, operation: 'CreateModelImportJob' });
    await expect(settle(request('Create'))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(jobs()).toHaveLength(1);
  });
});

describe('update', () => {
  const other = { definition: { s3Uri: 's3://weights/qwen/' } };

  test('a new definition starts a new job, and leaves the old model alone', async () => {
    const id = await create();
    const answer = await settle(request('Update', { id, ...other }));

    expect(answer.status).toBe('SUCCESS');
    expect(answer.physicalResourceId).not.toBe(id);
    expect(models()).toEqual([modelOf(answer.physicalResourceId), modelOf(id)]);
  });

  test.each([
    { kmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11' },
    { roleArn: 'arn:aws:iam::000000000000:role/other' },
    { jobName: 'job' },
    { importedModelName: 'model' },
    { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] },
    { triggers: { version: '2' } },
  ])('a new import follows from %j', async (definition) => {
    const id = await create();
    const answer = await settle(request('Update', { id, definition }));
    expect(answer.physicalResourceId).not.toBe(id);
  });

  test('what does not define the model keeps the job', async () => {
    const id = await create({ definition: { subnetIds: ['a', 'b'], securityGroupIds: ['c'] } });
    const definition = { securityGroupIds: ['c'], subnetIds: ['b', 'a'] };
    const answer = await settle(request('Update', { id, definition, old: { definition } }));

    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id, data: { jobArn: id } });
    expect(answer.data!.jobName).toBe(standIn.describe(id)!.jobName);
    expect(count('CreateModelImportJob')).toBe(1);
    expect(count('TagResource')).toBe(0);
  });

  test('tags change in place on the job and the model, and those of others stay', async () => {
    const old = {
      tags: [
        { key: 'team', value: 'a' },
        { key: 'old', value: '1' },
      ],
    };
    const id = await create(old);
    standIn.account.tag(modelOf(id), [{ key: 'theirs', value: 'x' }]);

    const answer = await settle(
      request('Update', {
        id,
        tags: [
          { key: 'team', value: 'b' },
          { key: 'new', value: '2' },
        ],
        old,
      }),
    );

    expect(answer.physicalResourceId).toBe(id);
    expect(tagsOf(modelOf(id))).toEqual({ team: 'b', new: '2', theirs: 'x' });
    expect(tagsOf(id)).toMatchObject({ team: 'b', new: '2' });
    expect(tagsOf(id)).not.toHaveProperty('old');
    expect(answer.seconds).toBe(0);
    expect(count('CreateModelImportJob')).toBe(1);
    const removals = standIn.requests.filter(({ operation }) => operation === 'UntagResource');
    expect(removals.map(({ body }) => body.tagKeys)).toEqual([['old'], ['old']]);
  });

  test('tags of a model that is being imported change when it is there', async () => {
    standIn.account.scripts = [{ durationMs: 40 * MINUTE }];
    const id = await create();
    const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'b' }] }));
    expect(answer.status).toBe('SUCCESS');
    expect(tagsOf(modelOf(id))).toEqual({ team: 'b' });
    expect(count('UntagResource')).toBe(0);
  });

  test('tags of a job that failed change, and there is no model to tag', async () => {
    standIn.account.scripts = [{ outcome: 'Failed' }];
    const id = await create();
    const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'b' }] }));
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id, seconds: 0 });
    expect(count('TagResource')).toBe(1);
  });

  test('all tags can be taken away', async () => {
    const old = { tags: [{ key: 'team', value: 'a' }] };
    const id = await create(old);
    await settle(request('Update', { id, old }));
    expect(tagsOf(modelOf(id))).toEqual({});
    expect(count('TagResource')).toBe(1);
  });

  test('a third definition starts a third job', async () => {
    const first = await create();
    const { physicalResourceId: second } = await settle(request('Update', { id: first, ...other }));
    const third = await settle(
      request('Update', { id: second, definition: { s3Uri: 's3://weights/gemma/' }, old: other }),
    );
    expect([first, second]).not.toContain(third.physicalResourceId);
    expect(count('CreateModelImportJob')).toBe(3);
  });

  test('a request that is served twice starts one job, and does not remove it', async () => {
    const id = await create();
    const event = request('Update', { id, ...other });
    const { physicalResourceId } = await settle(event);
    await expect(settle(event)).resolves.toMatchObject({ status: 'SUCCESS', physicalResourceId });
    expect(models()).toEqual([modelOf(physicalResourceId), modelOf(id)]);
  });

  test('of a job that is gone removes no other model of the resource', async () => {
    const first = await create();
    const { physicalResourceId: second } = await settle(request('Update', { id: first, ...other }));
    standIn.forgetJob(second);
    const definition = { s3Uri: 's3://weights/gemma/' };
    const third = await settle(request('Update', { id: second, definition, old: other }));
    expect(third.status).toBe('SUCCESS');
    expect(models()).toEqual([modelOf(third.physicalResourceId), modelOf(first)]);
  });

  test('that changes nothing of a job that is gone keeps its ARN', async () => {
    const id = await create();
    standIn.forgetJob(id);
    await expect(settle(request('Update', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      data: { jobArn: id, jobName: '', importedModelName: '' },
    });
  });

  test('tags of a model that somebody deleted are no reason to fail', async () => {
    const id = await create();
    standIn.account.deleteModel(modelOf(id));
    const answer = await settle(request('Update', { id, tags: [{ key: 'team', value: 'b' }] }));
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
  });

  test('a rollback that names the new job goes back to the old one', async () => {
    const id = await create();
    const { physicalResourceId: newId } = await settle(request('Update', { id, ...other }));

    const rollback = await settle(request('Update', { id: newId, old: other }));

    expect(rollback).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(jobs()).toHaveLength(2);
    expect(models()).toContain(modelOf(id));
  });

  test('a rollback that names the old job keeps it, and removes the new one', async () => {
    const id = await create();
    const { physicalResourceId: newId } = await settle(request('Update', { id, ...other }));

    const rollback = await settle(request('Update', { id, old: other }));

    expect(rollback).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(models()).toEqual([modelOf(id)]);
    await expect(settle(request('Delete', { id: newId, ...other }))).resolves.toMatchObject({
      status: 'SUCCESS',
    });
    expect(models()).toEqual([modelOf(id)]);
  });

  test('going back to a definition whose model was deleted imports it again', async () => {
    const first = await create();
    const { physicalResourceId: second } = await settle(request('Update', { id: first, ...other }));
    await settle(request('Delete', { id: first }));
    now += 1000;

    const third = await settle(request('Update', { id: second, old: other }));

    expect(third.status).toBe('SUCCESS');
    expect([first, second]).not.toContain(third.physicalResourceId);
  });

  test('a rollback removes the job that a stopped update may still start', async () => {
    const id = await create();
    standIn.account.scripts = [{ durationMs: 5 * MINUTE }];
    const stopped = request('Update', { id, ...other });
    const rollback = request('Update', { id, old: other });
    const startedAt = now;

    let result = await poll(rollback, { attempt: 0, supersedes: true }, startedAt);
    expect(result.lastSeen).toBe('a job that a stopped request may still start');
    now += 20_000;
    await poll(stopped, { attempt: 0 }, now);
    while (!result.answer) {
      now += result.waitSeconds! * 1000;
      result = await poll(rollback, result, startedAt);
    }

    expect(result.answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
    expect(jobs()).toHaveLength(2);
    now += 10 * MINUTE;
    expect(models()).toEqual([modelOf(id)]);
  });

  test('a job without its tags is known by what CloudFormation says of it', async () => {
    const id = await create();
    standIn.account.untag(id, Object.keys(tagsOf(id)));
    const answer = await settle(request('Update', { id }));
    expect(answer).toMatchObject({ status: 'SUCCESS', physicalResourceId: id });
  });

  test('a failure keeps the old physical ID', async () => {
    const id = await create();
    standIn.failNext({ operation: 'CreateModelImportJob', status: 400, name: 'ValidationException' });
    const answer = await settle(request('Update', { id, ...other }));
    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id });
    expect(models()).toEqual([modelOf(id)]);
  });
});

describe('delete', () => {
  test('deletes the model', async () => {
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      physicalResourceId: id,
      seconds: 0,
    });
    expect(models()).toEqual([]);
  });

  test('deletes nothing but the model of its job', async () => {
    const id = await create();
    const { physicalResourceId: newId } = await settle(
      request('Update', { id, definition: { triggers: { v: '2' } } }),
    );
    await settle(request('Delete', { id }));
    expect(models()).toEqual([modelOf(newId)]);
  });

  test('waits for a running job first', async () => {
    standIn.account.scripts = [{ durationMs: 20 * MINUTE }];
    const id = await create();
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, now);
    expect(lastSeen).toBe(`model import job ${id} is in progress, and an import job cannot be stopped`);
    const { status, seconds } = await settle(request('Delete', { id }));
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(19 * 60);
    expect(models()).toEqual([]);
  });

  test('waits for a running job that names its model already', async () => {
    const importedModelArn = 'arn:aws:bedrock:us-east-1:000000000000:imported-model/mdl000000001';
    standIn.account.scripts = [{ durationMs: 20 * MINUTE, overrides: { importedModelArn } }];
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
    expect(count('DeleteImportedModel')).toBe(1);
  });

  test('gives up after 55 minutes, and says what to do', async () => {
    standIn.account.scripts = [{ durationMs: 100 * MINUTE }];
    const id = await create();
    const answer = await settle(request('Delete', { id }));
    expect(answer).toMatchObject({ status: 'FAILED', physicalResourceId: id, seconds: 3300 });
    expect(answer.reason).toContain('Delete the stack again when that is over');
  });

  test('a failed job has left nothing', async () => {
    standIn.account.scripts = [{ outcome: 'Failed' }];
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(count('DeleteImportedModel') + count('GetImportedModel')).toBe(0);
  });

  test('a model and a job that are gone are deleted', async () => {
    const id = await create();
    standIn.account.deleteModel(modelOf(id));
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    standIn.forgetJob(id);
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, now);
    expect(lastSeen).toBe(`model import job ${id}, which Bedrock does not know, or not yet`);
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 60,
    });
  });

  test.each([
    ['whose model is gone', {}, 60],
    ['whose model has no name', { importedModelName: undefined }, 60],
    ['with the other word for its end', { importedModelName: undefined, status: 'Complete' }, 60],
    ['that ended long ago', { importedModelName: undefined, endTime: undefined }, 0],
  ])('a completed job %s gets a minute to name its model', async (_, overrides, seconds) => {
    standIn.account.scripts = [{ overrides: { importedModelArn: undefined, ...overrides } }];
    const { physicalResourceId: id } = await settle(request('Create'));
    standIn.account.deleteModel(models()[0]);
    const answer = await settle(request('Delete', { id }));
    expect(answer).toMatchObject({ status: 'SUCCESS', seconds });
  });

  test('the model of another job that took the name over stays', async () => {
    const definition = { importedModelName: 'llama' };
    standIn.account.scripts = [{ overrides: { importedModelArn: undefined } }];
    const id = await create({ definition });
    standIn.account.deleteModel('llama');
    standIn.startJob({ jobName: 'other', importedModelName: 'llama' });
    await settle(request('Delete', { id, definition }));
    expect(models()).toHaveLength(1);
  });

  test('a job that Bedrock does not know yet is given a minute to appear', async () => {
    const id = await create();
    standIn.failNext({ operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('a job of a status that this version does not know is waited for', async () => {
    const id = await create();
    standIn.failNext({ operation: 'GetModelImportJob', status: 200, rawBody: '{"status":"Paused"}' });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test.each([
    { status: 400, name: 'ConflictException', message: 'in use' },
    { status: 429, name: 'ThrottlingException' },
    { status: 403, name: 'AccessDeniedException' },
  ])('tries again after $name', async (fault) => {
    const id = await create();
    standIn.failNext({ ...fault, operation: 'DeleteImportedModel' });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 10,
    });
    expect(models()).toEqual([]);
  });

  test('says why a model cannot be deleted yet', async () => {
    const id = await create();
    const fault = { operation: 'DeleteImportedModel', status: 400, name: 'ConflictException' };
    standIn.failNext({ ...fault, message: 'in use' });
    const { lastSeen } = await poll(request('Delete', { id }), { attempt: 0 }, now);
    expect(lastSeen).toBe(`imported model ${modelOf(id)} cannot be deleted yet: in use`);
  });

  test('a permission that never comes is no reason to wait for ever', async () => {
    const id = await create();
    const fault = { operation: 'DeleteImportedModel', status: 403, name: 'AccessDeniedException' };
    standIn.failNext(...Array.from({ length: 20 }, () => fault));
    const answer = await settle(request('Delete', { id }));
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 120, physicalResourceId: id });
  });

  test.each([
    ['is gone', 0],
    ['was taken over', 1],
  ])('a name that %s is not deleted when Bedrock does not take the ARN', async (_, others) => {
    const id = await create({ definition: { importedModelName: 'llama' } });
    standIn.account.deleteModel('llama');
    for (let index = 0; index < others; index++) {
      standIn.startJob({ jobName: 'other', importedModelName: 'llama' });
    }
    standIn.failNext({ operation: 'DeleteImportedModel', status: 400, name: 'ValidationException' });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(models()).toHaveLength(others);
  });

  test('names the model when Bedrock does not take its ARN', async () => {
    const id = await create();
    const name = standIn.describe(id)!.importedModelName;
    standIn.failNext({ operation: 'DeleteImportedModel', status: 400, name: 'ValidationException' });
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(standIn.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      path: `/imported-models/${String(name)}`,
    });
  });

  test('a model that the job does not name is found by its own name', async () => {
    standIn.account.scripts = [{ overrides: { importedModelArn: undefined } }];
    const id = await create();
    await expect(settle(request('Delete', { id }))).resolves.toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(models()).toEqual([]);
  });

  describe('of a resource that never got an ID', () => {
    test('removes what the create started', async () => {
      await create();
      await expect(settle(request('Delete', { id: 'models-Llama-1ABC' }))).resolves.toMatchObject({
        status: 'SUCCESS',
        physicalResourceId: 'models-Llama-1ABC',
      });
      expect(models()).toEqual([]);
    });

    test('does not look into jobs that failed', async () => {
      standIn.account.scripts = [{ outcome: 'Failed' }];
      await create();
      const before = count('ListTagsForResource');
      await settle(request('Delete', { id: 'models-Llama-1ABC' }));
      expect(count('ListTagsForResource')).toBe(before);
    });

    test('removes it under a name that was given', async () => {
      const definition = { jobName: 'given' };
      await create({ definition });
      await settle(request('Delete', { id: 'models-Llama-1ABC', definition }));
      expect(models()).toEqual([]);
    });

    test('looks for a minute, because a call may be on its way', async () => {
      const stopped = request('Create');
      const event = request('Delete', { id: 'models-Llama-1ABC' });
      const startedAt = now;

      let result = await poll(event, { attempt: 0 }, startedAt);
      now += 40_000;
      await poll(stopped, { attempt: 0 }, now);
      while (!result.answer) {
        now += result.waitSeconds! * 1000;
        result = await poll(event, result, startedAt);
      }

      expect(result.answer.status).toBe('SUCCESS');
      expect((now - startedAt) / 1000).toBe(60);
      expect(jobs()).toHaveLength(1);
      expect(models()).toEqual([]);
    });

    test('does not look for what Bedrock refused to start, and leaves what started later', async () => {
      await create();
      await expect(settle(request('Delete', { id: NOT_STARTED }))).resolves.toMatchObject({
        status: 'SUCCESS',
        seconds: 0,
      });
      expect(models()).toHaveLength(1);
    });

    test.each(['Retain', 'RetainExceptOnCreate'])(
      'leaves the jobs of others and models under %s alone',
      async (deletionPolicy) => {
        standIn.startJob({ jobName: 'given-by-others' });
        const retained = await create({ deletionPolicy });
        await settle(
          request('Delete', { id: 'models-Llama-1ABC', definition: { jobName: 'given-by-others' } }),
        );
        expect(models()).toHaveLength(2);
        expect(models()).toContain(modelOf(retained));
      },
    );
  });

  test('a create that may have started a job says so by its physical ID', async () => {
    standIn.failNext(
      { operation: 'CreateModelImportJob', status: 0, reset: true },
      { operation: 'CreateModelImportJob', status: 400, name: 'ValidationException' },
    );
    await expect(settle(request('Create'))).resolves.toMatchObject({
      status: 'FAILED',
      physicalResourceId: expect.stringMatching(/^request.request-/) as string,
    });
  });
});

describe('each step', () => {
  test('is logged', async () => {
    const event = request('Create');
    await settle(event);
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'Step',
        requestType: 'Create',
        logicalId: 'Llama',
        requestId: event.RequestId,
        waitedSeconds: 0,
        attempt: 1,
      }),
    ]);
  });

  test('is logged as a warning when it fails', async () => {
    standIn.failNext({ operation: 'CreateModelImportJob', status: 400, name: 'ValidationException' });
    await settle(request('Create'));
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: 'WARN', fail: expect.stringContaining('does not accept') as string }),
    ]);
  });
});

test('the handler speaks with Bedrock', async () => {
  process.env.AWS_ENDPOINT_URL_BEDROCK = standIn.url;
  const input = {
    event: request('Create'),
    startedAt: new Date(now).toISOString(),
    previous: { attempt: 0 },
  };
  await expect(handler(input)).resolves.toMatchObject({ answer: { status: 'SUCCESS' } });
  expect(jobs()).toHaveLength(1);
});
