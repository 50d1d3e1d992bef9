import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ImportedModelProperties, OnTheWire } from '../../lib/private/contract/protocol';
import type { ResourceEvent } from '../shared/engine';
import type { PollContext, Waiting } from '../shared/worker';
import { extend, toleratedSeconds, type Tolerance, type ToleranceLimit } from '../shared/tolerance';
import { ModelImports } from './bedrock';
import { Calls } from './calls';
import { toHistory, type History } from './history';
import { definitionHash, keyOf, uniqueName } from './names';
import type { preflight } from './preflight';
import type { Progress } from './reasons';
import { EMPTY, type Claimant, type ImportEntry, type ResourceRecord } from './record';
import { ImportTable } from './table';

/** All calls of one invocation end within this many milliseconds, before the function's timeout. */
const CALLS_LIMIT_MS = 22_000;

export type Properties = OnTheWire<ImportedModelProperties>;

/** What the function calls. */
export interface Dependencies {
  readonly bedrock: BedrockClient;
  readonly dynamodb: DynamoDBClient;
  /** The events of a stack in pages, the newest first. */
  readonly stackEvents: (
    stackId: string,
    options: { readonly abortSignal: AbortSignal },
  ) => AsyncIterable<readonly StackEvent[]>;
  readonly preflight: typeof preflight;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the model function remembers from poll to poll, beside the record. */
export interface Memory {
  /** Whether a Delete has recorded what it names. */
  readonly hasNamed: boolean;
  /** Whether the weights were checked, as far as they can be. */
  readonly hasChecked: boolean;
  /** The services that have answered. */
  readonly reached: string[];
}

/** A request with all that follows from it, and what is recorded of its resource. */
export class Context {
  public readonly event: ResourceEvent;
  public readonly properties: Properties;
  public readonly oldProperties?: Properties;
  public readonly claimant: Claimant;
  public readonly definition: string;
  public readonly jobName: string;
  public readonly importedModelName: string;
  public readonly progress: Progress;
  public readonly bedrock: ModelImports;
  public readonly table: ImportTable;
  /** What is recorded, as it was last read or written. */
  public record: ResourceRecord = EMPTY;
  /** Whether it was read in this poll. */
  public hasRead = false;
  /** Whether nothing but the start of an import is waited for, which its timeout bounds. */
  public isStarting = false;
  private readonly callsEndAt: number;

  constructor(
    public readonly poll: PollContext<Memory>,
    public readonly calls: Calls,
    public readonly dependencies: Dependencies,
  ) {
    const { event, request } = poll;
    this.event = event;
    this.properties = event.ResourceProperties as unknown as Properties;
    this.oldProperties = event.OldResourceProperties as Properties | undefined;
    const from = event.RequestType === 'Create' ? '' : (event.PhysicalResourceId ?? '');
    this.claimant = { requestId: event.RequestId, requestedAt: request.requestedAt, from };
    const { definition, jobNamePrefix } = this.properties;
    this.definition = definitionHash(definition);
    this.jobName = uniqueName(event, event.RequestId, jobNamePrefix);
    this.importedModelName = definition.importedModelName || uniqueName(event, event.RequestId);
    const [, , , region, account] = event.StackId.split(':');
    const waitedSeconds = (poll.now - request.requestedAt) / 1000;
    this.progress = { requestType: event.RequestType, region, account, waitedSeconds };
    this.bedrock = new ModelImports(dependencies.bedrock, calls);
    this.table = new ImportTable(dependencies.dynamodb, calls, this.properties.tableName, keyOf(event));
    this.callsEndAt = performance.now() + CALLS_LIMIT_MS;
  }

  /** Milliseconds since the epoch. */
  public get now(): number {
    return this.poll.now;
  }

  /** Milliseconds that are left for the calls of this invocation. */
  public get remainingMs(): number {
    return Math.max(0, this.callsEndAt - performance.now());
  }

  /** What this request has imported. */
  public get own(): ImportEntry | undefined {
    return this.record.imports[this.claimant.requestId];
  }

  public async read(): Promise<void> {
    this.record = await this.table.read();
    this.hasRead = true;
  }

  /** Changes what is recorded. Returns false when the change may not happen any more. */
  public async write(change: (record: ResourceRecord) => ResourceRecord | undefined): Promise<boolean> {
    const changed = await this.table.change(change, this.now);
    if (changed) {
      this.record = changed;
    } else {
      await this.read();
    }
    return changed !== undefined;
  }

  /** What the stack's events tell, as far back as it takes. */
  public history(isEnough: (history: History) => boolean): Promise<History> {
    const { StackId } = this.event;
    return this.calls.call(
      'cloudformation:DescribeStackEvents',
      async (options) => {
        const events: StackEvent[] = [];
        for await (const page of this.dependencies.stackEvents(StackId, options)) {
          events.push(...page);
          if (isEnough(toHistory(events, this.event))) {
            break;
          }
        }
        return toHistory(events, this.event);
      },
      StackId,
    );
  }

  /** Waits, with everything that is remembered and what is remembered anew. */
  public wait(waitsFor: string, more: Partial<Omit<Waiting<Memory>, 'type'>> = {}): Waiting<Memory> {
    const memory = { ...this.poll.memory, ...more.memory };
    return { type: 'wait', waitsFor, ...more, memory };
  }

  /** Waits while something of one kind does not outlast what is tolerated. Undefined once it has. */
  public tolerate(
    kind: string,
    limit: ToleranceLimit,
    waitsFor: string,
    error?: Tolerance['error'],
  ): Waiting<Memory> | undefined {
    const tolerance = extend(this.poll.tolerance, kind, this.now, error);
    return tolerance.seconds < this.secondsOf(limit) ? this.wait(waitsFor, { tolerance }) : undefined;
  }

  /** Seconds that something is tolerated at the pace of these polls. */
  public secondsOf(limit: ToleranceLimit): number {
    return toleratedSeconds(limit, Number(this.properties.pollIntervalSeconds));
  }
}

export function newCalls(reached?: readonly string[]): Calls {
  return new Calls(CALLS_LIMIT_MS, reached);
}
