import { MINUTE, NAMED_DIALECTS, times, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

describe.each(NAMED_DIALECTS)('adopt, in the dialect %s', (_, dialect) => {
  const stack = useModelStack(dialect);
  const KEY = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';
  /** A job that was started elsewhere, long ago. */
  const importElsewhere = (script = {}): string => {
    const id = stack.standIn.startJob({
      jobName: 'by-hand',
      importedModelName: 'llama-by-hand',
      s3Uri: 's3://weights/llama/',
      ...script,
    });
    stack.now += 10 * MINUTE;
    stack.speak({ strayRefusals: 'never', deleteFreshModel: 'done' });
    return id;
  };

  test('takes over the model of a finished job at once, without an import', async () => {
    const id = importElsewhere();
    const answer = await stack.request('Create', { adopt: id }).answered();
    expect(answer).toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
      physicalResourceId: id,
      data: { jobArn: id, jobName: 'by-hand', importedModelName: 'llama-by-hand' },
    });
    expect(stack.count('CreateModelImportJob')).toBe(0);
  });

  test('takes over a running job', async () => {
    const id = importElsewhere({ durationMs: 60 * MINUTE });
    await expect(stack.request('Create', { adopt: id }).answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
      physicalResourceId: id,
    });
  });

  test('the model is owned then: it is deleted with the resource', async () => {
    const id = await stack.create({ adopt: importElsewhere() });
    await expect(stack.request('Delete', { id }).answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
    });
    expect(stack.models()).toEqual([]);
  });

  test('the definition is known then: another one is a replacement, the same one is kept', async () => {
    stack.standIn.account.modelQuota = 9;
    const id = await stack.create({ adopt: importElsewhere() });
    const kept = await stack.request('Update', { id }).answered();
    expect(kept).toMatchObject({ physicalResourceId: id, seconds: 0 });
    stack.now += MINUTE;
    const other = await stack.request('Update', { id, definition: { triggers: { v: '2' } } }).answered();
    expect(other.physicalResourceId).not.toBe(id);
  });

  test.each([
    [
      'source',
      { s3Uri: 's3://weights/other/' },
      'its source is s3://weights/llama, expected s3://weights/other',
    ],
    ['key', { kmsKeyArn: KEY }, `its key is one that AWS owns, expected ${KEY}`],
    ['name', { importedModelName: 'x' }, 'its name is llama-by-hand, expected x'],
  ])('fails at once when the %s differs, and says both', async (__, definition, words) => {
    const id = importElsewhere();
    const answer = await stack.request('Create', { adopt: id, definition }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0 });
    expect(answer.reason).toContain(
      `AdoptedModelDiffers: Model import job ${id} cannot be adopted: ${words}.`,
    );
    expect(stack.models()).toHaveLength(1);
  });

  test('says all that differs', async () => {
    const id = importElsewhere({ importedModelKmsKeyArn: KEY });
    const definition = { s3Uri: 's3://weights/other/' };
    const { reason } = await stack.request('Create', { adopt: id, definition }).answered();
    expect(reason).toContain('expected s3://weights/other; its key is arn:aws:kms');
  });

  test('a failed job has no model to adopt', async () => {
    const id = importElsewhere({ outcome: 'Failed' });
    const answer = await stack.request('Create', { adopt: id }).answered();
    expect(answer).toMatchObject({ status: 'FAILED' });
    expect(answer.seconds).toBeLessThanOrEqual(120);
    expect(answer.reason).toContain(`AdoptedModelGone: Model import job ${id} cannot be adopted`);
  });

  test('a job whose model was deleted has none to adopt, after two minutes of nothing else', async () => {
    const id = importElsewhere();
    stack.standIn.account.deleteModel(stack.modelOf(id));
    const answer = await stack.request('Create', { adopt: id }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 120 });
    expect(answer.reason).toContain('AdoptedModelGone');
  });

  test('a job that is not there is given two minutes to show', async () => {
    const id = importElsewhere();
    stack.standIn.forgetJob(id);
    const answer = await stack.request('Create', { adopt: id }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 120 });
    expect(answer.reason).toContain(`AdoptedJobNotFound: There is no model import job ${id} to adopt`);
  });

  test('a job that shows late is adopted when it does', async () => {
    const id = importElsewhere();
    stack.standIn.failNext(
      ...times(2, { operation: 'GetModelImportJob', status: 404, name: 'ResourceNotFoundException' }),
    );
    await expect(stack.request('Create', { adopt: id }).answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 60,
    });
  });

  test('a job whose model a Delete has marked is refused', async () => {
    const id = await stack.create({ adopt: importElsewhere({ durationMs: 60 * MINUTE }) });
    await stack.request('Delete', { id }).poll();
    stack.now += MINUTE;
    const answer = await stack.request('Create', { adopt: id }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 0 });
    expect(answer.reason).toContain('AdoptedModelDeleted: Model import job');
  });

  test('a rollback of the creation leaves the model as it was: by the ID of the request', async () => {
    const id = importElsewhere();
    await stack.request('Create', { adopt: id }).answered();
    stack.tell('CREATE_FAILED');
    await expect(stack.request('Delete', { id: 'request/request-1' }).answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
    });
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('a rollback of the creation leaves the model as it was: by the ARN of its job', async () => {
    stack.tellOfStack('UPDATE_IN_PROGRESS');
    const id = importElsewhere();
    const create = stack.request('Create', { adopt: id });
    await create.answered();
    stack.tell('CREATE_COMPLETE', id);
    await create.ended();
    stack.tellOfStack('UPDATE_ROLLBACK_IN_PROGRESS');
    stack.now += 1000;
    await expect(stack.request('Delete', { id }).answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
    });
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('an adoption that CloudFormation has never heard of leaves the model as it was', async () => {
    const id = importElsewhere();
    const create = stack.request('Create', { adopt: id });
    await create.answered();
    stack.now += 1000;
    stack.tell('CREATE_FAILED');
    await create.ended();
    expect(create.hasEnded).toBe(true);
    expect(stack.models()).toEqual([stack.modelOf(id)]);
  });

  test('moved inside the stack without Retain: the Delete of the old resource leaves the model', async () => {
    const id = await stack.create({ logicalId: 'Old' });
    stack.now += 10 * MINUTE;
    stack.speak({ strayRefusals: 'never', deleteFreshModel: 'done' });
    await stack.create({ logicalId: 'New', adopt: id });
    const old = await stack.request('Delete', { id, logicalId: 'Old' }).answered();
    expect(old).toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(stack.models()).toEqual([stack.modelOf(id)]);
    const renamed = await stack.request('Delete', { id, logicalId: 'New' }).answered();
    expect(renamed).toMatchObject({ status: 'SUCCESS', seconds: 0 });
    expect(stack.models()).toEqual([]);
  });

  test('retained, then adopted again by the same construct: the model goes with the resource', async () => {
    const id = await stack.create();
    stack.tell('DELETE_SKIPPED', id);
    stack.now += 10 * MINUTE;
    stack.speak({ strayRefusals: 'never', deleteFreshModel: 'done' });
    await expect(stack.create({ adopt: id })).resolves.toBe(id);
    await stack.request('Delete', { id }).answered();
    expect(stack.models()).toEqual([]);
  });
});
