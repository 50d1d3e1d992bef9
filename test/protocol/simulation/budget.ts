import type { BedrockAccount } from '../../../local/bedrock/account';
import { LAGS, type Dialect } from '../../../local/bedrock/dialect';
import { endOf, type Job } from '../../../local/bedrock/import-job';

/** When something has to be over, given what it has to wait for. Times are in milliseconds since the epoch. */

/** What a request takes that has nothing to wait for, in seconds: its way there, a poll, and its answer. */
const LEAST_SECONDS = 12;

/** For how many seconds a thing that Bedrock does not show may be looked for, before it counts as gone. */
const ABSENCE_SECONDS = 420;

/** For how many seconds after its end a job's model may be looked for, which the job does not name. */
const UNNAMED_SECONDS = 150;

/** What is refused now and then is refused for minutes, of which one request may meet two times. */
const STRAY_SECONDS = 2 * 300;

/** What a request has to wait for. */
export interface Waits {
  readonly requestedAt: number;
  /** When the policies of the functions were made. */
  readonly permittedAt: number;
  readonly pollSeconds: number;
  /** When it is certain what earlier requests have done. */
  readonly certainAt: number;
  /** Jobs that have to show. */
  readonly jobs: readonly Job[];
  /** Jobs that have to end first, or whose ends are so recent that their models cannot be dealt with. */
  readonly ended: readonly Job[];
  /** Whether a job has to be started. */
  readonly starts: boolean;
  /** Whether a model may be looked for that is not there. */
  readonly mayMiss: boolean;
}

/** The latest time at which a request has to be answered, without faults. */
export function dueAt(account: BedrockAccount, role: string, waits: Waits): number {
  const { requestedAt, permittedAt, pollSeconds, certainAt, jobs, ended, starts, mayMiss } = waits;
  const { dialect } = account;
  const times = [
    certainAt,
    ...(dialect.newPolicy === 'late' ? [permittedAt + LAGS.newPolicy] : []),
    ...jobs.map((job) => job.startedAt + appearanceOf(dialect)),
    ...ended.map((job) => endOf(job) + afterEnd(dialect)),
    ...(starts && dialect.newRole !== 'accepted' ? [account.birthOf(role) + LAGS.newRole] : []),
    ...(starts && dialect.jobPlace === 'late' ? ended.map((job) => endOf(job) + LAGS.jobPlace) : []),
    ...(starts && dialect.modelPlace === 'late'
      ? ended.map((job) => (account.records.deletionOf(job) ?? -Infinity) + LAGS.modelPlace)
      : []),
  ];
  const stray = dialect.strayRefusals === 'sometimes' ? STRAY_SECONDS * 1000 : 0;
  const missing = mayMiss ? ABSENCE_SECONDS * 1000 : 0;
  const last = Math.max(requestedAt, ...times) + stray + missing;
  const pollsSeconds = last > requestedAt ? 2 * pollSeconds : 0;
  return last + (pollsSeconds + LEAST_SECONDS) * 1000;
}

/** How long after its start a job shows with all that belongs to it, in milliseconds. */
function appearanceOf({ newJob, newJobInLists, newJobTags }: Dialect): number {
  const isAtOnce = [newJob, newJobInLists, newJobTags].every((answer) => answer === 'at once');
  return isAtOnce ? 0 : LAGS.newJob;
}

/** How long after the end of its job a model can be described and deleted, in milliseconds. */
function afterEnd({ deleteFreshModel, newModel, modelArn }: Dialect): number {
  return Math.max(
    deleteFreshModel === 'ConflictException' ? LAGS.deleteFreshModel : 0,
    newModel === 'late' ? LAGS.newModel : 0,
    // A model that its job never names is looked for as long as one that is named late.
    modelArn === 'at once' ? 0 : UNNAMED_SECONDS * 1000,
  );
}
