import { MINUTE, serviceError, times, useModelStack } from '../../../support/model-stack';
import { silenceLog } from '../../../support/log';

silenceLog();

describe('the first calls after a deployment', () => {
  const stack = useModelStack();
  /** Lets the table refuse until a time. */
  const untilAfter = (seconds: number, error: Error): void => {
    const until = stack.now + seconds * 1000;
    stack.beforeTable = () => (stack.tableError = stack.now < until ? error : undefined);
  };

  test('DynamoDB denies for six minutes: the import starts when it does no more', async () => {
    untilAfter(360, serviceError('AccessDeniedException', 400));
    await expect(stack.request('Create').answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 360,
    });
  });

  test('a DynamoDB that denies for good fails after seven minutes, and says what to allow', async () => {
    stack.tableError = serviceError('AccessDeniedException', 400, 'not authorized');
    const answer = await stack.request('Create').answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 420 });
    expect(answer.reason).toContain('Refused: Not allowed to call dynamodb:GetItem on imports: AccessDenied');
    expect(answer.reason).toContain('Allow it for the role of the model function');
    expect(stack.standIn.requests).toEqual([]);
  });

  test('a short timeout does not cut the seven minutes', async () => {
    untilAfter(360, serviceError('AccessDeniedException', 400));
    const create = stack.request('Create', { startTimeoutSeconds: 60 });
    await expect(create.answered()).resolves.toMatchObject({ status: 'SUCCESS', seconds: 360 });
  });

  test.each(['CreateModelImportJob', 'ListImportedModels'] as const)(
    'Bedrock denies %s for six minutes: the import starts when it does no more',
    async (operation) => {
      stack.standIn.account.denials = [{ operation, until: stack.now + 6 * MINUTE }];
      const create = stack.request('Create', { definition: { importedModelName: 'llama' } });
      await expect(create.answered()).resolves.toMatchObject({ status: 'SUCCESS', seconds: 360 });
      expect(stack.jobs()).toHaveLength(1);
    },
  );

  test('everything is denied, one after the other, each for six minutes: none eats the time of the next', async () => {
    untilAfter(360, serviceError('AccessDeniedException', 400));
    stack.standIn.account.denials = [
      { operation: 'ListImportedModels', until: stack.now + 12 * MINUTE },
      { operation: 'CreateModelImportJob', until: stack.now + 18 * MINUTE },
    ];
    const create = stack.request('Create', { definition: { importedModelName: 'llama' } });
    await expect(create.answered()).resolves.toMatchObject({ status: 'SUCCESS', seconds: 18 * 60 });
  });

  test('CloudFormation denies its events for six minutes: a Delete by a generated ID goes on when it does no more', async () => {
    stack.tellOfStack('CREATE_IN_PROGRESS');
    await stack.request('Create').answered();
    stack.now += 1000;
    stack.tell('CREATE_FAILED', 'models-Llama-1A2B3C4D5E6F');
    stack.now += 1000;
    stack.eventsError = serviceError('AccessDenied', 403);
    const execution = stack.request('Delete', { id: 'models-Llama-1A2B3C4D5E6F' });
    await execution.pollFor(360);
    stack.eventsError = undefined;
    const { status, seconds } = await execution.answered();
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeLessThanOrEqual(390);
  });
});

describe('a service that is busy', () => {
  const stack = useModelStack();

  test.each([
    ['ProvisionedThroughputExceededException', 400],
    ['ThrottlingException', 400],
    ['RequestLimitExceeded', 400],
    ['InternalServerError', 500],
    ['ServiceUnavailable', 503],
  ])('DynamoDB says %s for half an hour: that neither counts nor fails', async (name, status) => {
    stack.tableFaults.push(...times(60, { error: serviceError(name, status) }));
    await expect(stack.request('Create').answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 1800,
    });
  });

  test('a write of the table whose answer is lost is not made twice', async () => {
    stack.tableFaults.push({ operation: 'PutItem', error: serviceError('TimeoutError'), carriedOut: true });
    const create = stack.request('Create');
    await expect(create.answered()).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(stack.jobs()).toHaveLength(1);
  });

  test('the write of `starting` whose answer is lost leaves doubt, and one job', async () => {
    let writes = 0;
    stack.beforeTable = (operation) => {
      if (operation === 'PutItem' && ++writes === 2) {
        stack.tableFaults.push({ operation, error: serviceError('TimeoutError'), carriedOut: true });
      }
    };
    await expect(stack.request('Create').answered()).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(stack.jobs()).toHaveLength(1);
  });

  test('another execution that writes first makes the change be tried again', async () => {
    stack.tableFaults.push(
      ...times(3, {
        operation: 'PutItem' as const,
        error: serviceError('ConditionalCheckFailedException', 400),
      }),
    );
    await expect(stack.request('Create').answered()).resolves.toMatchObject({
      status: 'SUCCESS',
      seconds: 0,
    });
  });

  test('the events of a stack are throttled: a Delete waits, and then succeeds', async () => {
    const id = await stack.create();
    stack.now += 10 * MINUTE;
    stack.tellOfStack('UPDATE_IN_PROGRESS');
    const other = await stack.update(id, { definition: { triggers: { v: '2' } } });
    stack.now += 10 * MINUTE;
    stack.eventsError = serviceError('Throttling', 400, 'Rate exceeded');
    const execution = stack.request('Delete', { id });
    await execution.pollFor(20 * 60);
    stack.eventsError = undefined;
    await expect(execution.answered()).resolves.toMatchObject({ status: 'SUCCESS' });
    expect(stack.models()).toEqual([stack.modelOf(other)]);
  });
});

describe('a service that cannot be reached', () => {
  const stack = useModelStack();
  const unreached = (): Error => serviceError('TimeoutError', undefined, 'connect ETIMEDOUT 10.0.0.1:443');

  test('from the first call on fails after fifteen minutes, and says which endpoints to check', async () => {
    stack.tableError = unreached();
    const answer = await stack.request('Create').answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 900 });
    expect(answer.reason).toContain('NeverReached: No call of dynamodb:GetItem had an answer for 15 min');
    expect(answer.reason).toContain('connect ETIMEDOUT 10.0.0.1:443');
    expect(answer.reason).toContain('the gateway endpoint of DynamoDB');
  });

  test('Bedrock is never reached, though the table is: fails as well', async () => {
    stack.standIn.failNext(...times(99, { operation: 'ListImportedModels', status: 0, reset: true }));
    const create = stack.request('Create', { definition: { importedModelName: 'llama' } });
    const answer = await create.answered();
    expect(answer.status).toBe('FAILED');
    expect(answer.seconds).toBe(900);
    expect(answer.reason).toContain('NeverReached: No call of bedrock:ListImportedModels had an answer');
  });

  test('a service that has answered once is waited for longer', async () => {
    const create = stack.request('Create', {
      definition: { importedModelName: 'llama' },
      startTimeoutSeconds: 3300,
    });
    stack.standIn.startJob({ jobName: 'other', durationMs: 5 * MINUTE });
    stack.now += 1000;
    await create.poll();
    stack.standIn.failNext(...times(60, { operation: 'ListImportedModels', status: 0, reset: true }));
    const { status, seconds } = await create.answered();
    expect(status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(1800);
  });

  test('the deadline of a request ends what has no other limit, with what was waited for last', async () => {
    const id = await stack.create();
    stack.standIn.failNext(
      ...times(200, { operation: 'GetModelImportJob', status: 500, name: 'InternalServerException' }),
    );
    const answer = await stack.request('Delete', { id }).answered();
    expect(answer).toMatchObject({ status: 'FAILED', seconds: 3300, physicalResourceId: id });
    expect(answer.reason).toContain(
      'TimedOut: Gave up waiting for a good answer of bedrock:GetModelImportJob, which said InternalServerException',
    );
  });
});
