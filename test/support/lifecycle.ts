import { BedrockClient } from '@aws-sdk/client-bedrock';
import { serve } from '../../lambda/model/index';
import type { LifecycleResult } from '../../lambda/model/step';
import type { Answer, PollInput, ResourceEvent } from '../../lambda/shared/engine';
import { DIALECTS, type Dialect } from '../../local/bedrock/dialect';
import { BedrockStandIn } from '../../local/bedrock/stand-in';

const STACK = 'arn:aws:cloudformation:us-east-1:000000000000:stack/models/5d2ee1f0';
export const DEFINITION = { roleArn: 'arn:aws:iam::000000000000:role/import', s3Uri: 's3://weights/llama/' };
export const MINUTE = 60_000;

export const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** The named dialects of Bedrock, for `describe.each`. */
export const NAMED_DIALECTS = Object.entries<Dialect>(DIALECTS);

/** What a request wants, as far as a test cares. */
export interface Given {
  definition?: object;
  tags?: { key: string; value: string }[];
  deletionPolicy?: string;
  jobNamePrefix?: string;
  startTimeoutSeconds?: number;
  /** Whether to look at the weights first; most tests have none. */
  preflight?: boolean;
  id?: string;
  old?: Given;
  requestId?: string;
}

/** The lifecycle function before a Bedrock of its own, on a clock that runs on from poll to poll. */
export class Lifecycle {
  public standIn!: BedrockStandIn;
  /** Milliseconds since the epoch. */
  public now = Date.now();
  private client!: BedrockClient;
  private requests = 0;

  constructor(private readonly dialect: Dialect = DIALECTS.today) {}

  public async start(): Promise<void> {
    jest.spyOn(Date, 'now').mockImplementation(() => this.now);
    this.standIn = new BedrockStandIn({ dialect: this.dialect, now: () => this.now });
    this.client = new BedrockClient({ endpoint: await this.standIn.start(), maxAttempts: 1 });
  }

  public async stop(): Promise<void> {
    this.client.destroy();
    await this.standIn.stop();
  }

  /** Lets Bedrock answer some questions otherwise. */
  public readonly speak = (answers: Partial<Dialect>): void => {
    this.standIn.account.dialect = { ...this.dialect, ...answers };
  };

  public readonly request = (type: 'Create' | 'Update' | 'Delete', given: Given = {}): ResourceEvent =>
    ({
      RequestType: type,
      StackId: STACK,
      LogicalResourceId: 'Llama',
      RequestId: given.requestId ?? `request-${++this.requests}`,
      PhysicalResourceId: given.id,
      ResourceProperties: properties(given),
      OldResourceProperties: type === 'Update' ? properties(given.old ?? {}) : undefined,
    }) as unknown as ResourceEvent;

  public readonly poll = async (
    event: ResourceEvent,
    previous: LifecycleResult,
    startedAt: number,
  ): Promise<LifecycleResult> => {
    const input: PollInput = { event, startedAt: new Date(startedAt).toISOString(), previous };
    return JSON.parse(JSON.stringify(await serve(input, this.client, () => this.now))) as LifecycleResult;
  };

  /** Polls as the state machine does until there is an answer; the clock runs on meanwhile. */
  public readonly settle = async (
    event: ResourceEvent,
    previous?: LifecycleResult,
    startedAt = this.now,
  ): Promise<Answer & { seconds: number }> => {
    const { answer } = await this.pollFor(event, Infinity, previous, startedAt);
    return { ...answer!, seconds: (this.now - startedAt) / 1000 };
  };

  /** Polls until there is an answer, or that many seconds have passed. */
  public readonly pollFor = async (
    event: ResourceEvent,
    seconds: number,
    previous: LifecycleResult = { attempt: 0 },
    startedAt = this.now,
  ): Promise<LifecycleResult> => {
    let result = previous;
    do {
      this.now += (result.waitSeconds ?? 0) * 1000;
      result = await this.poll(event, result, startedAt);
    } while (!result.answer && this.now - startedAt < seconds * 1000);
    return result;
  };

  public readonly create = async (given?: Given): Promise<string> => {
    const { physicalResourceId, status } = await this.settle(this.request('Create', given));
    expect(status).toBe('SUCCESS');
    this.now += 1000;
    return physicalResourceId;
  };

  public readonly count = (operation: string): number =>
    this.standIn.requests.filter((each) => each.operation === operation).length;

  public readonly jobs = (): Record<string, unknown>[] => this.standIn.account.jobs();

  public readonly models = (): string[] =>
    this.standIn.account.models().map(({ modelArn }) => modelArn as string);

  public readonly modelOf = (jobArn: string): string =>
    this.standIn.describe(jobArn)!.importedModelArn as string;

  public readonly tagsOf = (arn: string): Record<string, string> =>
    Object.fromEntries(this.standIn.account.tagsOf(arn).map(({ key, value }) => [key, value]));
}

/** One for each test of a file. */
export function useLifecycle(dialect?: Dialect): Lifecycle {
  const lifecycle = new Lifecycle(dialect);
  beforeEach(() => lifecycle.start());
  afterEach(() => lifecycle.stop());
  return lifecycle;
}

function properties(given: Given): Record<string, unknown> {
  const { definition, jobNamePrefix, tags, deletionPolicy = 'Delete', preflight = false } = given;
  const { startTimeoutSeconds = 1800 } = given;
  return {
    definition: { ...DEFINITION, ...definition },
    jobNamePrefix,
    tags,
    deletionPolicy,
    preflight: String(preflight),
    startTimeoutSeconds: String(startTimeoutSeconds),
    deleteTimeoutSeconds: '3300',
    pollIntervalSeconds: '30',
  };
}
