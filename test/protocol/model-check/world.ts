import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { PollResult, ResourceEvent } from '../../../lambda/shared/engine';

/**
 * All that the protocol of owned models works on, as plain data: so that a search can copy it, go on in every
 * direction, and recognize where it has been before.
 */
export interface World {
  /** Milliseconds since the epoch. */
  clock: number;
  /** The items of the table, by key. */
  items: Record<string, { version?: { N: string }; record?: { S: string } }>;
  jobs: Job[];
  /** Calls that start a job and may still land, though nobody waits for their answers any more. */
  onTheWire: JobInput[];
  executions: Execution[];
  stack: Stack;
  /** The events of the stack, oldest first. */
  events: StackEvent[];
  /** Whether jobs end as soon as they have started. */
  readonly hasShortJobs: boolean;
  /** How often a function may still die, or an answer of Bedrock get lost. */
  faults: number;
}

export interface JobInput {
  readonly jobName: string;
  readonly source: string;
}

export interface Job extends JobInput {
  readonly arn: string;
  status: 'InProgress' | 'Completed';
  /** Whether lists show it already. */
  isListed: boolean;
  hasModel: boolean;
}

/** What serves one request. */
export interface Execution {
  readonly event: ResourceEvent;
  readonly requestedAt: number;
  state: 'undelivered' | 'running' | 'ended';
  previous: PollResult;
  /** A poll that has begun: when, and what its calls have answered so far. */
  poll?: { readonly began: number; readonly answers: Recorded[]; stop?: Stop };
  /** The answer that was sent. CloudFormation may not have heard it. */
  sent?: NonNullable<PollResult['answer']>;
}

/** The side effects between which a poll has stopped. */
export interface Stop {
  readonly before: string;
  readonly after: string;
}

/** The answer of a call, or its error. */
export interface Recorded {
  readonly answer?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly status?: number };
}

/** The one resource of a stack, as CloudFormation knows it, and what is going on. */
export interface Stack {
  phase: Phase;
  /** What it has recorded. */
  physicalId?: string;
  source: string;
  /** The index of the execution whose answer it waits for. */
  waitsFor?: number;
  /** The ID of a failed create that is not deleted yet. */
  failedCreate?: string;
  /** What a rollback goes back to: ID and source. */
  before?: { readonly physicalId: string; readonly source: string };
  /** What is still to be deleted, and what comes then. */
  toDelete: string[];
  then?: 'idle' | 'absent' | 'gone' | 'create';
  tries: number;
  retained: string[];
  requests: number;
}

export type Phase = 'idle' | 'create' | 'update' | 'rollback' | 'rollback failed' | 'delete' | 'gone';

export const STACK_ID = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Stack/6f2b8d10';
export const LOGICAL_ID = 'Model';

export function newWorld(faults: number, hasShortJobs: boolean): World {
  return {
    clock: Date.parse('2026-01-01T00:00:00Z'),
    items: {},
    jobs: [],
    onTheWire: [],
    executions: [],
    stack: { phase: 'idle', source: '', toDelete: [], tries: 0, retained: [], requests: 0 },
    events: [],
    hasShortJobs,
    faults,
  };
}

export function copy(world: World): World {
  return structuredClone(world);
}

/** Lets a job start that a call asked for. */
export function land(world: World, input: JobInput): Job {
  const job: Job = {
    ...input,
    arn: `arn:aws:bedrock:us-east-1:123456789012:model-import-job/job${world.jobs.length}`,
    status: world.hasShortJobs ? 'Completed' : 'InProgress',
    isListed: false,
    hasModel: world.hasShortJobs,
  };
  world.jobs.push(job);
  return job;
}

/** Milliseconds after which a call to start a job is not in doubt any more. */
const DOUBT_MS = 120_000;

/** A text that is the same for worlds that behave the same: times count by their order only. */
export function keyOf(world: World): string {
  const { clock, executions, ...rest } = world;
  const relevant = executions.map((execution, index) => keyPartOf(execution, index === rest.stack.waitsFor));
  const text = JSON.stringify({ ...rest, relevant }, (name, value: unknown) => {
    switch (name) {
      case 'attempt':
      case 'waitSeconds':
      case 'lastSeen':
      case 'at':
      case 'version':
      case 'reached':
      case 'endedAt':
        return undefined;
      case 'seconds':
        return Math.floor((value as number) / 150);
      case 'startingAt':
        return clock > (value as number) + DOUBT_MS;
      case 'record':
        return keyOfRecord(clock, (value as { S: string }).S);
      case 'Timestamp':
        return new Date(value as string).getTime();
      default:
        return value;
    }
  });
  const times = [...new Set(text.match(/\b1[67]\d{11}\b/g))].sort();
  return text.replace(/\b1[67]\d{11}\b/g, (time) => `t${times.indexOf(time)}`);
}

/** An answer counts only while CloudFormation waits for it, and an execution that has ended not at all. */
function keyPartOf({ event, state, previous, poll, sent }: Execution, isAwaited: boolean): object {
  const answer = isAwaited ? sent : undefined;
  const { RequestType, PhysicalResourceId, ResourceProperties } = event;
  const asked = { RequestType, PhysicalResourceId, definition: ResourceProperties.definition as object };
  return state === 'ended' ? { answer } : { asked, state, previous, poll, answer };
}

function keyOfRecord(clock: number, json: string): unknown {
  return JSON.parse(json, (name, value: unknown) => {
    switch (name) {
      case 'startingAt':
        return clock > (value as number) + DOUBT_MS;
      case 'endedAt':
        return undefined;
      default:
        return value;
    }
  }) as unknown;
}
