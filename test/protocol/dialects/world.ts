import { serve } from '../../../lambda/model/index';
import type { Answer, PollResult, ResourceEvent } from '../../../lambda/shared/engine';
import { BedrockAccount } from '../../../local/bedrock/account';
import type { Dialect } from '../../../local/bedrock/dialect';
import type { Statement } from '../../../local/iam/policy';
import {
  allow,
  CALLER_STATEMENTS,
  iamOf,
  IMPORT_STATEMENTS,
  importRole,
  roleWith,
  throughService,
} from '../../support/iam';
import { InProcessBedrock } from './in-process-bedrock';

const START = Date.parse('2026-01-01T00:00:00Z');
const ROLE = 'arn:aws:iam::000000000000:role/import';
export const KEY = 'arn:aws:kms:us-east-1:000000000000:key/2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';

/** What a resource wants. */
interface Wish {
  readonly resource?: string;
  readonly source?: string;
}

/** What the stack asks of a resource. */
interface Ask extends Wish {
  /** The physical ID that CloudFormation knows. */
  readonly id?: string;
  /** What the resource wanted before. */
  readonly before?: Wish;
  /** Whether an older request was still being served. */
  readonly supersedes?: boolean;
}

/** A stack with owned models, before a Bedrock that speaks a dialect, on a clock of its own. */
export class World {
  public now = START;
  public readonly account: BedrockAccount;
  public readonly bedrock: InProcessBedrock;
  private requests = 0;

  constructor(dialect: Dialect) {
    const useKey = throughService('kms:*', KEY, 'bedrock');
    this.account = new BedrockAccount({
      dialect,
      now: () => this.now,
      iam: iamOf(
        roleWith('functions', [...CALLER_STATEMENTS, useKey], { since: START }),
        importRole([...IMPORT_STATEMENTS, readSources(), useKey]),
      ),
    });
    this.bedrock = new InProcessBedrock(this.account);
    this.account.roleMadeAt(ROLE);
    this.account.scripts = [{ durationMs: minutes(10) }];
  }

  public pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  public request(RequestType: 'Create' | 'Update' | 'Delete', ask: Ask = {}): ResourceEvent {
    return {
      RequestType,
      StackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/models/5d2ee1f0',
      LogicalResourceId: ask.resource ?? 'Llama',
      RequestId: `request-${++this.requests}`,
      PhysicalResourceId: ask.id,
      ResourceProperties: properties(ask),
      OldResourceProperties: RequestType === 'Update' ? properties(ask.before ?? {}) : undefined,
    } as unknown as ResourceEvent;
  }

  /** Serves a request to its end. */
  public async serve(event: ResourceEvent, first: Partial<PollResult> = {}): Promise<Answer> {
    return (await this.serveUntil(event, () => false, first))!;
  }

  /** Serves a request until it has started a job, and stops it. */
  public async startOnly(event: ResourceEvent): Promise<void> {
    const before = this.account.jobs().length;
    await this.serveUntil(event, () => this.account.jobs().length > before);
  }

  /** Serves a request that has to succeed, and returns the physical ID. */
  public async succeed(type: 'Create' | 'Update' | 'Delete', ask: Ask = {}): Promise<string> {
    const { supersedes } = ask;
    const { status, physicalResourceId, reason } = await this.serve(this.request(type, ask), { supersedes });
    if (status !== 'SUCCESS') {
      throw new Error(reason);
    }
    return physicalResourceId;
  }

  /** Lets the import of a job end. */
  public finish(jobArn: string): void {
    this.now = Math.max(this.now, this.account.endOf(jobArn)) + 1000;
  }

  /** The jobs whose models are there when all has come to rest. */
  public jobsWithModels(): string[] {
    this.pass(minutes(240));
    return this.account.models().map(({ jobArn }) => jobArn as string);
  }

  private async serveUntil(
    event: ResourceEvent,
    isStopped: () => boolean,
    first: Partial<PollResult> = {},
  ): Promise<Answer | undefined> {
    const startedAt = this.now;
    let previous: PollResult = { attempt: 0, ...first };
    while (!previous.answer) {
      const input = { event, startedAt: new Date(startedAt).toISOString(), previous };
      const result = await serve(input, this.bedrock, () => this.now);
      previous = JSON.parse(JSON.stringify(result)) as PollResult;
      if (isStopped()) {
        break;
      }
      this.pass((previous.waitSeconds ?? 0) * 1000);
    }
    return previous.answer;
  }
}

export function minutes(count: number): number {
  return count * 60_000;
}

/** To read every folder that a life imports from. */
function readSources(): Statement {
  return allow(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::weights', 'arn:aws:s3:::weights/*']);
}

function properties({ source = 'llama' }: Wish): Record<string, unknown> {
  return {
    definition: { roleArn: ROLE, s3Uri: `s3://weights/${source}/`, kmsKeyArn: KEY },
    deletionPolicy: 'Delete',
    preflight: 'false',
    startTimeoutSeconds: '3300',
    deleteTimeoutSeconds: '3300',
    pollIntervalSeconds: '10',
  };
}
