import { BedrockClient } from '@aws-sdk/client-bedrock';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Dependencies } from '../../lambda/model/context';
import { serve } from '../../lambda/model/index';
import { keyOf } from '../../lambda/model/names';
import { EMPTY, type ResourceRecord } from '../../lambda/model/record';
import type { Answer, PollInput, PollResult, Request, ResourceEvent } from '../../lambda/shared/engine';
import { DIALECTS, type Dialect } from '../../local/bedrock/dialect';
import { FakeTable } from './dynamodb';
import { InProcessStandIn } from './in-process-stand-in';

export const STACK_ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/models/5d2ee1f0';
export const LOGICAL_ID = 'Llama';
export const DEFINITION = { roleArn: 'arn:aws:iam::000000000000:role/import', s3Uri: 's3://weights/llama/' };
export const MINUTE = 60_000;

export const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** The named dialects of Bedrock, for `describe.each`. */
export const NAMED_DIALECTS = Object.entries<Dialect>(DIALECTS);

/** An error as the SDK throws it: with a status when there was an HTTP answer. */
export function serviceError(name: string, httpStatusCode?: number, message = `the words of ${name}`): Error {
  const $metadata = httpStatusCode === undefined ? {} : { httpStatusCode };
  return Object.assign(new Error(message), { name, $metadata });
}

/** What a request wants, as far as a test cares. */
export interface Given {
  readonly definition?: object;
  readonly tags?: { key: string; value: string }[];
  readonly adopt?: string;
  readonly jobNamePrefix?: string;
  readonly startTimeoutSeconds?: number;
  readonly pollIntervalSeconds?: number;
  /** Whether to check the weights first; most tests have none. */
  readonly preflight?: boolean;
  readonly usesChatTemplate?: boolean;
  /** The physical ID that CloudFormation sends. */
  readonly id?: string;
  readonly old?: Given;
  readonly requestId?: string;
  readonly logicalId?: string;
}

/** A call to the table that goes wrong. */
interface TableFault {
  readonly operation?: 'GetItem' | 'PutItem';
  readonly error: Error;
  /** Carries the call out first, so that only the answer to it is lost. */
  readonly carriedOut?: boolean;
}

type RequestType = ResourceEvent['RequestType'];

/**
 * A stack that owns models: the model function before a Bedrock, a table and stack events of its own, on a clock
 * that runs on from poll to poll. Tests write the stack's events as CloudFormation does.
 */
export class ModelStack {
  public standIn!: InProcessStandIn;
  public table!: FakeTable;
  /** Milliseconds since the epoch. */
  public now = 0;
  /** What listing the stack's events fails with. */
  public eventsError?: Error;
  /** Faults of the table, one for each call. */
  public readonly tableFaults: TableFault[] = [];
  /** What every call to the table fails with. */
  public tableError?: Error;
  /** How often the stack's events were listed. */
  public listings = 0;
  /** How many pages of events were read. */
  public pages = 0;
  /** What the pre-flight check comes to. */
  public preflight: Dependencies['preflight'] = () => Promise.resolve({ findings: [] });
  /** What happens before a call to the table, which the clock does not stop for. */
  public beforeTable: (operation: 'GetItem' | 'PutItem') => void = () => undefined;
  private events: StackEvent[] = [];
  private bedrock!: BedrockClient;
  private dynamodb!: DynamoDBClient;
  private requests = 0;

  constructor(private readonly dialect: Dialect = DIALECTS.today) {}

  public start(): void {
    this.now = Date.UTC(2026, 0, 31, 12);
    jest.spyOn(Date, 'now').mockImplementation(() => this.now);
    this.standIn = new InProcessStandIn({ dialect: this.dialect, now: () => this.now });
    const { requestHandler } = this.standIn;
    this.bedrock = new BedrockClient({ endpoint: 'http://bedrock', maxAttempts: 1, requestHandler });
    this.table = new FakeTable();
    this.dynamodb = this.table.client((operation, act) => this.callTable(operation, act));
    this.events = [];
    this.tableFaults.length = 0;
    this.tableError = this.eventsError = undefined;
    this.listings = this.pages = this.requests = 0;
    this.preflight = () => Promise.resolve({ findings: [] });
    this.beforeTable = () => undefined;
  }

  /** What the function calls. */
  public get dependencies(): Dependencies {
    return {
      bedrock: this.bedrock,
      dynamodb: this.dynamodb,
      stackEvents: () => this.listEvents(),
      preflight: (...args) => this.preflight(...args),
      now: () => this.now,
    };
  }

  /** Lets Bedrock answer some questions otherwise. */
  public speak(answers: Partial<Dialect>): void {
    this.standIn.account.dialect = { ...this.dialect, ...answers };
  }

  /** Writes an event of the resource. */
  public tell(status: string, id = '', properties?: string, logicalId = LOGICAL_ID): void {
    this.events.unshift({
      StackId: STACK_ID,
      EventId: String(this.events.length),
      StackName: 'models',
      Timestamp: new Date(this.now),
      LogicalResourceId: logicalId,
      PhysicalResourceId: id,
      ResourceStatus: status as StackEvent['ResourceStatus'],
      ResourceProperties: properties,
    });
  }

  /** Writes an event of the stack itself. */
  public tellOfStack(status: string): void {
    this.tell(status, STACK_ID, undefined, 'models');
  }

  /** A request, with the event that CloudFormation writes before it. */
  public request(type: RequestType, given: Given = {}): Execution {
    const event = this.event(type, given);
    const { LogicalResourceId: logicalId, ResourceProperties } = event;
    this.tell(`${type.toUpperCase()}_IN_PROGRESS`, given.id, JSON.stringify(ResourceProperties), logicalId);
    return this.execution(event);
  }

  /** A request that is made now, whatever the events say. */
  public execution(event: ResourceEvent, requestedAt = Math.floor(this.now / 1000) * 1000): Execution {
    return new Execution(this, { event, requestedAt, deadline: requestedAt + 3300_000 });
  }

  public event(type: RequestType, given: Given = {}): ResourceEvent {
    return {
      RequestType: type,
      StackId: STACK_ID,
      LogicalResourceId: given.logicalId ?? LOGICAL_ID,
      RequestId: given.requestId ?? `request-${++this.requests}`,
      PhysicalResourceId: given.id,
      ResourceProperties: propertiesOf(given),
      OldResourceProperties: type === 'Update' ? propertiesOf(given.old ?? {}) : undefined,
    } as unknown as ResourceEvent;
  }

  /** A deployment that creates the model, to the end of its execution. Returns the job's ARN. */
  public async create(given: Given = {}): Promise<string> {
    this.tellOfStack('CREATE_IN_PROGRESS');
    const execution = this.request('Create', given);
    const { physicalResourceId, status, reason } = await execution.answered();
    expect({ status, reason }).toMatchObject({ status: 'SUCCESS' });
    this.tell('CREATE_COMPLETE', physicalResourceId, undefined, given.logicalId);
    this.tellOfStack('CREATE_COMPLETE');
    await execution.ended();
    this.now += 1000;
    return physicalResourceId;
  }

  /** A deployment that changes the model, up to the record of its answer. Returns the job's ARN. */
  public async update(id: string, given: Given = {}): Promise<string> {
    this.tellOfStack('UPDATE_IN_PROGRESS');
    const execution = this.request('Update', { id, ...given });
    const { physicalResourceId, status, reason } = await execution.answered();
    expect({ status, reason }).toMatchObject({ status: 'SUCCESS' });
    this.tell('UPDATE_COMPLETE', physicalResourceId);
    await execution.ended();
    this.now += 1000;
    return physicalResourceId;
  }

  /** What is recorded of a resource. */
  public recordOf(logicalId = LOGICAL_ID): ResourceRecord {
    const item = this.table.items.get(keyOf({ StackId: STACK_ID, LogicalResourceId: logicalId }));
    return item ? (JSON.parse(item.record.S!) as ResourceRecord) : EMPTY;
  }

  public count(operation: string): number {
    return this.standIn.requests.filter((each) => each.operation === operation).length;
  }

  public jobs(): Record<string, unknown>[] {
    return this.standIn.account.jobs();
  }

  public models(): string[] {
    return this.standIn.account.models().map(({ modelArn }) => modelArn as string);
  }

  /** The model that a job names when it has ended. */
  public modelOf(jobArn: string): string {
    return this.standIn.describe(jobArn)!.importedModelArn as string;
  }

  public tagsOf(arn: string): Record<string, string> {
    return Object.fromEntries(this.standIn.account.tagsOf(arn).map(({ key, value }) => [key, value]));
  }

  /** Two events a page, so that whoever lists them has to turn pages. */
  private async *listEvents(): AsyncGenerator<readonly StackEvent[]> {
    this.listings++;
    await Promise.resolve();
    if (this.eventsError) {
      throw this.eventsError;
    }
    for (let start = 0; start === 0 || start < this.events.length; start += 2) {
      this.pages++;
      yield this.events.slice(start, start + 2);
    }
  }

  private async callTable<T>(operation: 'GetItem' | 'PutItem', act: () => T): Promise<T> {
    await Promise.resolve();
    this.beforeTable(operation);
    const index = this.tableFaults.findIndex((fault) => (fault.operation ?? operation) === operation);
    const fault = index < 0 ? undefined : this.tableFaults.splice(index, 1)[0];
    if (fault?.carriedOut) {
      act();
    }
    const error = this.tableError ?? fault?.error;
    if (error) {
      throw error;
    }
    return act();
  }
}

/** An execution of the state machine that serves one request. */
export class Execution {
  /** What CloudFormation was told. */
  public answer?: Answer;
  /** Whether the execution has come to its end. */
  public hasEnded = false;
  /** What the last poll came to. */
  public result: PollResult = { attempt: 0, waitSeconds: 0 };

  constructor(
    private readonly stack: ModelStack,
    public readonly request: Request,
  ) {}

  /** Seconds since CloudFormation made the request. */
  public get seconds(): number {
    return (this.stack.now - this.request.requestedAt) / 1000;
  }

  /** Waits as the last poll said, polls once, and sends the answer when there is one. */
  public async poll(): Promise<PollResult> {
    this.stack.now += this.result.waitSeconds! * 1000;
    const input: PollInput = { request: this.request, previous: this.result };
    const wire = JSON.parse(JSON.stringify(input)) as PollInput;
    const polled = JSON.parse(JSON.stringify(await serve(wire, this.stack.dependencies))) as PollResult;
    const { answer, ...rest } = polled;
    if (answer) {
      expect(this.answer).toBeUndefined();
      this.answer = answer;
    }
    this.result = { ...rest, isAnswered: this.answer !== undefined };
    this.hasEnded = rest.waitSeconds === undefined;
    return polled;
  }

  /** Polls until there is an answer. */
  public async answered(): Promise<Answer & { seconds: number; polls: number }> {
    while (!this.answer) {
      await this.poll();
    }
    return { ...this.answer, seconds: this.seconds, polls: this.result.attempt };
  }

  /** Polls for some seconds, or until there is an answer. */
  public async pollFor(seconds: number): Promise<PollResult> {
    const until = this.stack.now + seconds * 1000;
    let polled = await this.poll();
    while (!this.answer && this.stack.now + this.result.waitSeconds! * 1000 <= until) {
      polled = await this.poll();
    }
    return polled;
  }

  /** Goes on after the answer, at most that many seconds, and returns how long that took. */
  public async ended(seconds = 24 * 3600): Promise<number> {
    const from = this.stack.now;
    while (!this.hasEnded && this.stack.now + this.result.waitSeconds! * 1000 <= from + seconds * 1000) {
      await this.poll();
    }
    return (this.stack.now - from) / 1000;
  }
}

/** One for each test of a file. */
export function useModelStack(dialect?: Dialect): ModelStack {
  const stack = new ModelStack(dialect);
  beforeEach(() => stack.start());
  return stack;
}

function propertiesOf(given: Given): Record<string, unknown> {
  const { definition, adopt, jobNamePrefix, tags, preflight = false, usesChatTemplate } = given;
  const { startTimeoutSeconds = 1800, pollIntervalSeconds = 30 } = given;
  return {
    ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:waiter',
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Wait',
    modelFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:model',
    tableName: 'imports',
    definition: { ...DEFINITION, ...definition },
    adopt,
    jobNamePrefix,
    tags,
    preflight: String(preflight),
    ...(usesChatTemplate && { usesChatTemplate: 'true' }),
    startTimeoutSeconds: String(startTimeoutSeconds),
    deadlineSeconds: '3300',
    pollIntervalSeconds: String(pollIntervalSeconds),
  };
}
