import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BedrockAccount } from '../../../local/bedrock/account';
import { toServiceError } from '../../../lambda/shared/errors';
import { forOnePoll, type Bedrock as WaiterBedrock } from '../../../lambda/waiter/bedrock';
import { bedrockError, inProcessBedrock, performInProcess } from '../../support/in-process-bedrock';
import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Via } from './invocation';
import type { Provider } from './provider';
import type { Random } from './random';
import { awsError, errorOfTrouble, hangUp } from './service-errors';

/** How many calls of one service in a row may meet a single fault. */
const MAX_IN_A_ROW = 6;

/** After so many seconds the SDK gives up a call; what is on its way may still take effect up to the second time. */
const GIVEN_UP_SECONDS = 8;
const LATEST_EFFECT_SECONDS = 25;

const PASSING = [
  { name: 'ThrottlingException', status: 429 },
  { name: 'InternalServerException', status: 500 },
  { name: 'ServiceUnavailable', status: 503 },
] as const;

/** The services that a function calls, each with its faults. */
export class Services {
  /** How many answers to each operation get lost, by a script: the operation has taken effect. */
  public readonly lostAnswers = new Map<string, number>();
  /** Models that respond with nothing. */
  public readonly muteModels = new Set<string>();
  /** How many calls of Bedrock there were. */
  public bedrockCalls = 0;
  /** A mistake in this library that a script lets the next call of Bedrock meet. */
  public bug?: Error;
  /** Seconds that a script lets the next call of an operation be on its way. */
  public readonly delays = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly account: BedrockAccount,
    private readonly eventsOf: (stackId: string) => readonly StackEvent[],
  ) {}

  public bedrock(via: Via): BedrockClient {
    return inProcessBedrock(this.account, (operation, act) =>
      via(`bedrock ${operation}`, () => this.callBedrock(operation, act)),
    );
  }

  /** What the polls of a waiter call. A model that is mute responds with nothing. */
  public waiterBedrock(via: Via): WaiterBedrock {
    const client = this.bedrock(via);
    return {
      ...forOnePoll({ client, region: 'us-east-1' }),
      test: async (modelArn) => {
        const input = { modelId: modelArn, body: '{}' };
        const invoke = (): object => performInProcess(this.account, 'InvokeModel', input);
        try {
          await via('bedrock InvokeModel', () => this.callBedrock('InvokeModel', invoke));
          return { answer: { bytes: this.muteModels.has(modelArn) ? 0 : 20, milliseconds: 1 } };
        } catch (error) {
          return { error: toServiceError(error) };
        }
      },
    };
  }

  public dynamodb(provider: Provider, via: Via): DynamoDBClient {
    return provider.table.client((operation, act) =>
      via(`dynamodb ${operation}`, () => this.callTable(provider, operation, act)),
    );
  }

  /** The events of a stack, the newest first, in short pages. */
  public stackEvents(via: Via): (stackId: string) => AsyncIterable<readonly StackEvent[]> {
    return (stackId) => this.pages(stackId, via);
  }

  private async *pages(stackId: string, via: Via): AsyncIterable<readonly StackEvent[]> {
    const events = await via('events', () => this.describeEvents(stackId));
    const size = this.random.pick([1, 5, 100]);
    for (let start = 0; start < events.length; start += size) {
      yield events.slice(start, start + size);
    }
  }

  private async describeEvents(stackId: string): Promise<StackEvent[]> {
    await this.clock.sleep(0.1);
    this.failInTrouble('events', 'cloudformation:DescribeStackEvents');
    const at = { place: 'events', limit: MAX_IN_A_ROW, probability: 0.02, seconds: 1 };
    if (this.faults.happens('CloudFormation: events throttled', at)) {
      throw awsError('Throttling', 'Rate exceeded', 400);
    }
    this.faults.recover(at.place);
    return [...this.eventsOf(stackId)].reverse();
  }

  private async callBedrock<T>(operation: string, act: () => T): Promise<T> {
    this.bedrockCalls++;
    if (this.bug) {
      throw this.bug;
    }
    await this.clock.sleep(this.takeDelay(operation) ?? this.random.between(0.05, 0.5));
    this.failInTrouble('bedrock', `bedrock:${operation}`);
    const at = { place: 'bedrock', limit: MAX_IN_A_ROW, probability: 0.02, seconds: GIVEN_UP_SECONDS };
    const { name, status } = this.random.pick(PASSING);
    if (this.faults.happens(`Bedrock: ${name}`, at)) {
      throw bedrockError(name, 'Try again', status);
    }
    if (this.faults.happens('Bedrock: slow, takes effect later', { ...at, probability: 0.005 })) {
      return this.takeEffectLater(act);
    }
    const answer = act();
    const isLost = this.faults.happens('Bedrock: carried out, answer lost', { ...at, probability: 0.01 });
    if (isLost || this.takeLoss(operation)) {
      throw hangUp();
    }
    this.faults.recover(at.place);
    return answer;
  }

  /** The SDK gives the call up, and the service carries it out all the same. */
  private async takeEffectLater(act: () => unknown): Promise<never> {
    const seconds = this.random.between(0, LATEST_EFFECT_SECONDS);
    void this.clock.sleep(seconds).then(() => {
      try {
        act();
      } catch {
        // Nobody hears of it.
      }
    });
    await this.clock.sleep(GIVEN_UP_SECONDS);
    throw Object.assign(new Error('socket timed out'), { name: 'TimeoutError' });
  }

  private async callTable<T>(provider: Provider, operation: 'GetItem' | 'PutItem', act: () => T): Promise<T> {
    await this.clock.sleep(this.random.between(0.005, 0.05));
    if (provider.isDeleted) {
      throw awsError('ResourceNotFoundException', `No table ${provider.tableName}`, 400);
    }
    this.failInTrouble('dynamodb', `dynamodb:${operation}`);
    const at = { place: 'dynamodb', limit: MAX_IN_A_ROW, probability: 0.01, seconds: 1 };
    if (this.faults.happens('DynamoDB: throttled', at)) {
      throw awsError('ProvisionedThroughputExceededException', 'Rate exceeded', 400);
    }
    if (this.faults.happens('DynamoDB: InternalServerError', at)) {
      throw awsError('InternalServerError', 'Internal error', 500);
    }
    const answer = act();
    if (operation === 'PutItem' && this.faults.happens('DynamoDB: written, answer lost', at)) {
      throw hangUp();
    }
    this.faults.recover(at.place);
    return answer;
  }

  private failInTrouble(place: 'bedrock' | 'dynamodb' | 'events', action: string): void {
    const trouble = this.faults.troubleAt(place);
    if (trouble) {
      throw errorOfTrouble(trouble, action);
    }
  }

  private takeLoss(operation: string): boolean {
    const left = this.lostAnswers.get(operation) ?? 0;
    this.lostAnswers.set(operation, Math.max(0, left - 1));
    if (left > 0) {
      this.faults.inject('Bedrock: carried out, answer lost', 0);
    }
    return left > 0;
  }

  private takeDelay(operation: string): number | undefined {
    const seconds = this.delays.get(operation);
    this.delays.delete(operation);
    return seconds;
  }
}
