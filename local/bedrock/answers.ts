import type { AccountState } from './account-state';
import { KEPT_MS, LAGS, type Dialect, type LaggingQuestion, type Question } from './dialect';
import { BedrockException } from './exceptions';
import { endOf, type Job } from './import-job';

/** How an account answers the open questions. Each answer that decides something is noted. */

export function decide<Q extends Question>(account: AccountState, question: Q): Dialect[Q] {
  const answer = account.dialect[question];
  account.exercised.add(`${question}=${answer}`);
  return answer;
}

/** Whether what came to be at a time is young enough for the question to arise. */
export function isFresh(account: AccountState, question: LaggingQuestion, since: number): boolean {
  const age = account.now() - since;
  return age >= 0 && age < LAGS[question] * account.lagScale;
}

/** Whether what came to be at a time has not shown yet. */
export function isLate(account: AccountState, question: LaggingQuestion, since: number): boolean {
  return isFresh(account, question, since) && decide(account, question) === 'late';
}

/** Whether a job ended so long ago that it is not kept any more. */
export function isForgotten(account: AccountState, job: Job): boolean {
  const isOld = account.now() - endOf(job) >= KEPT_MS * account.lagScale;
  return isOld && decide(account, 'endedJob') === 'forgotten';
}

/** What is thrown for a thing that is not there. The runtime calls its identifiers `model identifier`. */
export function absence(account: AccountState, what: string, identifier = 'identifier'): BedrockException {
  return decide(account, 'absence') === 'ValidationException'
    ? new BedrockException('ValidationException', `The provided ${identifier} is invalid.`)
    : new BedrockException(
        'ResourceNotFoundException',
        `Could not find ${what} with the given ${identifier}`,
      );
}

/** What is thrown for a name that is in use. */
export function nameInUse(account: AccountState, what: 'job' | 'model', name: string): BedrockException {
  return decide(account, 'nameInUse') === 'ValidationException'
    ? new BedrockException('ValidationException', `The provided ${what} name is currently in use.`)
    : new BedrockException('ConflictException', `A ${what} with the name ${name} exists already`);
}
