import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { endOf, type Job } from '../bedrock/import-job';
import type { PollLog } from './function-log';

/** What happened in a deployment, in words for a person. */

/** One thing that happened. */
export interface Entry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who says so. */
  readonly source: 'stack' | 'Bedrock' | 'poll';
  readonly text: string;
  /** What the entry is folded by: an event of a resource that needs no line of its own. */
  readonly routine?: { readonly resource: string; readonly status: string };
}

/** Resources whose events tell the story: the library's own, and what uses the model. */
const SHOWN = /^(Custom::Bedrock|AWS::CloudFormation::Stack$|AWS::SSM::Parameter$)/;
const LIBRARY = /^Custom::Bedrock/;

/** The part that the ARNs of all jobs and models of a demo have in common: `arn:aws:bedrock:us-east-1:000000000000:`. */
const ARN_PREFIX = /arn:aws:bedrock:[^:]+:\d+:/g;

export function entryOfEvent(event: StackEvent): Entry {
  const {
    Timestamp,
    ResourceType: type = '',
    ResourceStatus: status = '',
    LogicalResourceId: resource = '',
    ResourceStatusReason: reason,
  } = event;
  const name = LIBRARY.test(type) ? `${resource} (${type})` : resource;
  const isRoutine = !SHOWN.test(type) && !status.endsWith('_FAILED');
  return {
    at: Timestamp!.getTime(),
    source: 'stack',
    text: `${status.padEnd(20)} ${name}${reason ? `: ${reason.replace(/\s+/g, ' ')}` : ''}`,
    routine: isRoutine ? { resource, status } : undefined,
  };
}

export function entryOfPoll({ at, message }: PollLog): Entry {
  return { at, source: 'poll', text: message.replace(ARN_PREFIX, '') };
}

/** What has become of a job and its model by now. */
export function entriesOfJob(job: Job, deletedAt: number | undefined, now: number): Entry[] {
  const { jobName, startedAt, outcome = 'Completed' } = job;
  const [id, model] = [job.jobArn, job.modelArn].map((arn) => arn.replace(ARN_PREFIX, ''));
  const entries: Entry[] = [
    { at: startedAt, source: 'Bedrock', text: `${id} starts: ${jobName}` },
    { at: endOf(job), source: 'Bedrock', text: `${id} ends: ${outcome}` },
    { at: deletedAt ?? Infinity, source: 'Bedrock', text: `${model} is deleted` },
  ];
  return entries.filter(({ at }) => at <= now);
}

/** Counts what was done to resources that need no lines of their own. */
class Fold {
  private readonly done = new Map<string, string>();
  private first = Infinity;
  private last = -Infinity;

  public add({ at, routine }: Entry): void {
    const { resource, status } = routine!;
    this.first = Math.min(this.first, at);
    this.last = Math.max(this.last, at);
    if (status.endsWith('_COMPLETE')) {
      this.done.set(resource, status.split('_')[0]);
    }
  }

  public toEntry(): Entry | undefined {
    const counts = VERBS.map(([action, verb]) => {
      const count = [...this.done.values()].filter((each) => each === action).length;
      return count > 0 ? `${count} resource${count > 1 ? 's' : ''} ${verb}` : undefined;
    }).filter((text) => text !== undefined);
    const seconds = ((this.last - this.first) / 1000).toFixed(1);
    const text = `${counts.join(', ')} in ${seconds} s`;
    return counts.length > 0 ? { at: this.last, source: 'stack', text } : undefined;
  }
}

const VERBS = [
  ['CREATE', 'created'],
  ['UPDATE', 'updated'],
  ['DELETE', 'deleted'],
] as const;

/** Puts what happened in the order of time, and folds the routine between two entries of interest into one. */
export class Timeline {
  private readonly known = new Set<string>();
  private fold = new Fold();

  /** The entries to show now, of all that happened so far. */
  public add(entries: readonly Entry[]): Entry[] {
    const added = entries.filter((entry) => this.isNew(entry)).sort((one, other) => one.at - other.at);
    return added.flatMap((entry) => {
      if (entry.routine) {
        this.fold.add(entry);
        return [];
      }
      return [...this.flush(), entry];
    });
  }

  /** The routine since the last entry, when there was one. */
  public flush(): Entry[] {
    const entry = this.fold.toEntry();
    this.fold = new Fold();
    return entry ? [entry] : [];
  }

  private isNew({ at, source, text }: Entry): boolean {
    const key = `${at} ${source} ${text}`;
    const isNew = !this.known.has(key);
    this.known.add(key);
    return isNew;
  }
}

/** An entry as a line. */
export function lineOf({ at, source, text }: Entry, startedAt: number): string {
  return `${clockOf(at, startedAt)}   ${source.padEnd(9)} ${text}`;
}

/** The time since the start of a command. */
export function clockOf(at: number, startedAt: number): string {
  return `${Math.max(0, (at - startedAt) / 1000)
    .toFixed(1)
    .padStart(7)} s`;
}
