import { BedrockClient } from '@aws-sdk/client-bedrock';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Dependencies } from '../../../lambda/model/context';
import { serve } from '../../../lambda/model/index';
import type { PollResult } from '../../../lambda/shared/engine';
import { land, type Execution, type JobInput, type Recorded, type Stop, type World } from './world';

/**
 * Runs the real model function, one side effect at a time. A poll that is under way is the list of what its calls
 * have answered so far: it is run again from its beginning, and goes on to its next side effect.
 */

/** How the next side effect goes. */
export type Effect = 'done' | 'answer lost' | 'call lost' | 'dies, call on the wire';

/** Calls that change something: between any two of them somebody else may come. */
const EFFECTS = ['PutItem', 'CreateModelImportJob', 'DeleteImportedModel'];

/** Lets a poll go on: begins it where there is none, carries out one side effect, and stops before the next one. */
export async function step(
  world: World,
  index: number,
  effect: Effect = 'done',
): Promise<'finished' | 'stopped'> {
  const execution = world.executions[index];
  execution.state = 'running';
  const begins = execution.poll === undefined;
  execution.poll ??= { began: world.clock, answers: [] };
  const run = new Run(world, execution, begins ? undefined : effect);
  const { began } = execution.poll;
  const input = {
    request: {
      event: execution.event,
      requestedAt: execution.requestedAt,
      deadline: execution.requestedAt + 3_300_000,
    },
    previous: execution.previous,
  };
  const result = await Promise.race([
    serve(input, {
      bedrock: run.client as unknown as BedrockClient,
      dynamodb: run.client as unknown as DynamoDBClient,
      stackEvents: run.stackEvents,
      preflight: () => Promise.reject(new Error('No check in this search')),
      now: () => began,
    }),
    run.stopped,
  ]);
  if ('before' in result) {
    execution.poll.stop = result;
    return 'stopped';
  }
  finish(execution, result);
  return 'finished';
}

/** The function dies: nothing is remembered, and the next poll begins anew. */
export function die(execution: Execution): void {
  execution.poll = undefined;
}

/** What the state machine makes of the result of a poll: the answer is sent, and what goes on goes on. */
function finish(execution: Execution, { answer, ...rest }: PollResult): void {
  execution.poll = undefined;
  const previous = JSON.parse(JSON.stringify(rest)) as PollResult;
  if (answer) {
    execution.sent = JSON.parse(JSON.stringify(answer)) as Execution['sent'];
  }
  execution.previous = answer ? { ...previous, isAnswered: true } : previous;
  execution.state = rest.waitSeconds === undefined ? 'ended' : 'running';
}

class Run {
  /** Resolves with the side effects that the poll stops between. */
  public readonly stopped: Promise<Stop>;
  private stop!: (between: Stop) => void;
  private last = 'nothing';
  private readonly answers: Recorded[];
  private position = 0;

  constructor(
    private readonly world: World,
    execution: Execution,
    /** How the next side effect goes; absent: it is stopped before. */
    private effect: Effect | undefined,
  ) {
    this.answers = execution.poll!.answers;
    this.stopped = new Promise((resolve) => (this.stop = resolve));
  }

  /** Paginators take nothing but a client of their service. */
  public readonly client = Object.assign(Object.create(BedrockClient.prototype) as object, {
    send: (command: { input: Record<string, unknown>; constructor: { name: string } }) =>
      this.call(command.constructor.name.replace(/^_|Command$/g, ''), command.input),
  });

  public readonly stackEvents: Dependencies['stackEvents'] = async function* (this: Run) {
    yield (await this.call('StackEvents', {})) as StackEvent[];
  }.bind(this);

  private call(operation: string, input: Record<string, unknown>): Promise<unknown> {
    if (this.position === this.answers.length) {
      if (EFFECTS.includes(operation)) {
        if (this.effect === undefined) {
          this.stop({ before: operation, after: this.last });
          return new Promise(() => undefined);
        }
        this.answers.push(this.change(operation, input, this.effect));
        this.effect = undefined;
      } else {
        this.answers.push(this.read(operation, input));
      }
    }
    this.last = EFFECTS.includes(operation) ? operation : this.last;
    const { answer, error } = this.answers[this.position++];
    return error
      ? Promise.reject(
          Object.assign(new Error(error.message), {
            name: error.name,
            $metadata: { httpStatusCode: error.status },
          }),
        )
      : Promise.resolve(structuredClone(answer));
  }

  private change(operation: string, input: Record<string, unknown>, effect: Effect): Recorded {
    switch (operation) {
      case 'PutItem':
        return putItem(this.world, input);
      case 'CreateModelImportJob':
        return createJob(this.world, input, effect);
      default:
        return deleteModel(this.world, input.modelIdentifier as string);
    }
  }

  private read(operation: string, input: Record<string, unknown>): Recorded {
    const { world } = this;
    switch (operation) {
      case 'GetItem':
        return { answer: { Item: world.items[(input.Key as { resource: { S: string } }).resource.S] } };
      case 'GetModelImportJob':
        return found(world.jobs.find(({ arn }) => arn === input.jobIdentifier)?.arn, () =>
          describe(world, input.jobIdentifier as string),
        );
      case 'ListModelImportJobs':
        return {
          answer: {
            modelImportJobSummaries: world.jobs
              .filter(({ isListed, jobName, status }) =>
                input.statusEquals
                  ? status === input.statusEquals
                  : isListed && jobName.includes(input.nameContains as string),
              )
              .map(({ arn, jobName }) => ({ jobArn: arn, jobName })),
          },
        };
      case 'GetImportedModel':
        return found(
          world.jobs.find(({ arn, hasModel }) => hasModel && modelOf(arn) === input.modelIdentifier)?.arn,
          (arn) => ({ modelArn: modelOf(arn), modelName: arn, jobArn: arn }),
        );
      case 'ListImportedModels':
        return {
          answer: {
            modelSummaries: world.jobs
              .filter(({ hasModel }) => hasModel)
              .map(({ arn }) => ({ modelArn: modelOf(arn), modelName: arn })),
          },
        };
      case 'StackEvents':
        return { answer: [...world.events].reverse() };
      default:
        throw new Error(`Unknown operation: ${operation}`);
    }
  }
}

export function modelOf(jobArn: string): string {
  return jobArn.replace('model-import-job', 'imported-model');
}

function describe(world: World, jobArn: string): object {
  const { arn, status, jobName } = world.jobs.find((job) => job.arn === jobArn)!;
  const ended = status === 'Completed' && {
    importedModelArn: modelOf(arn),
    endTime: new Date(0),
  };
  return { jobArn: arn, jobName, importedModelName: arn, status, ...ended };
}

function found(key: string | undefined, describeIt: (key: string) => object): Recorded {
  return key === undefined
    ? { error: { name: 'ResourceNotFoundException', message: 'Not found', status: 404 } }
    : { answer: describeIt(key) };
}

function putItem(world: World, input: Record<string, unknown>): Recorded {
  const item = input.Item as World['items'][string] & { resource: { S: string } };
  const expected = (input.ExpressionAttributeValues as { ':version': { N: string } } | undefined)?.[
    ':version'
  ].N;
  const { version } = world.items[item.resource.S] ?? {};
  if (version?.N !== expected) {
    return {
      error: { name: 'ConditionalCheckFailedException', message: 'The item has changed', status: 400 },
    };
  }
  world.items[item.resource.S] = item;
  return { answer: {} };
}

function createJob(world: World, input: Record<string, unknown>, effect: Effect): Recorded {
  const noAnswer: Recorded = { error: { name: 'TimeoutError', message: 'socket hang up' } };
  if (world.jobs.some(({ status }) => status === 'InProgress')) {
    const message = 'One job runs at a time';
    return { error: { name: 'ServiceQuotaExceededException', message, status: 400 } };
  }
  const { s3Uri } = (input.modelDataSource as { s3DataSource: { s3Uri: string } }).s3DataSource;
  const wanted: JobInput = { jobName: input.jobName as string, source: s3Uri };
  switch (effect) {
    case 'done':
      return { answer: { jobArn: land(world, wanted).arn } };
    case 'answer lost':
      land(world, wanted);
      return noAnswer;
    case 'call lost':
      return noAnswer;
    case 'dies, call on the wire':
      world.onTheWire.push(wanted);
      return noAnswer;
  }
}

function deleteModel(world: World, modelArn: string): Recorded {
  const job = world.jobs.find(({ arn, hasModel }) => hasModel && modelOf(arn) === modelArn);
  if (!job) {
    return { error: { name: 'ResourceNotFoundException', message: 'Not found', status: 404 } };
  }
  job.hasModel = false;
  return { answer: {} };
}
