import type { AccountState } from './account-state';
import { decide } from './answers';
import { STRAY_REFUSALS } from './dialect';
import { BedrockException } from './exceptions';
import type { Body } from './import-job';
import type { Operation } from './inputs';

/** Refusals that have nothing to do with what is asked for. */

/** Operations to which a stray refusal may also say that there is no such thing. */
const READS: readonly Operation[] = ['GetModelImportJob', 'GetImportedModel', 'ListTagsForResource'];

export function refuseWithoutPermission(
  account: AccountState,
  operation: Operation,
  caller: string | undefined,
): void {
  const denied = account.denials.some(
    (denial) =>
      (denial.operation ?? operation) === operation &&
      (denial.caller ?? caller) === caller &&
      account.now() < (denial.until ?? Infinity),
  );
  if (denied) {
    throw accessDenied(operation, caller);
  }
}

/** Interrupts the good answers about a thing, at the same times of the clock whenever it runs. */
export class StrayRefusals {
  private readonly firstAnswers = new Map<string, number>();

  constructor(private readonly account: AccountState) {}

  public refuse(operation: Operation, input: Body): void {
    const { afterMs, forMs, everyMs } = STRAY_REFUSALS;
    const first = this.firstAnswers.get(thingOf(operation, input)) ?? Infinity;
    const elapsed = (this.account.now() - first) / this.account.lagScale;
    const since = (elapsed % everyMs) - afterMs;
    const isTime = since >= 0 && since < forMs;
    if (isTime && decide(this.account, 'strayRefusals') === 'sometimes') {
      throw strayRefusal(operation, Math.floor(elapsed / everyMs));
    }
  }

  public noteAnswer(operation: Operation, input: Body): void {
    const thing = thingOf(operation, input);
    if (!this.firstAnswers.has(thing)) {
      this.firstAnswers.set(thing, this.account.now());
    }
  }
}

/** 403, then 404, then 400. Only a 403 does not pretend to know something about what is written or listed. */
function strayRefusal(operation: Operation, turn: number): BedrockException {
  switch (READS.includes(operation) ? turn % 3 : 0) {
    case 1:
      return new BedrockException('ResourceNotFoundException', 'The provided identifier was not found.');
    case 2:
      return new BedrockException('ValidationException', 'The provided identifier is invalid.');
    default:
      return accessDenied(operation);
  }
}

function accessDenied(
  operation: Operation,
  caller = 'arn:aws:sts::000000000000:assumed-role/function/1',
): BedrockException {
  const message = `User: ${caller} is not authorized to perform: bedrock:${operation}`;
  return new BedrockException('AccessDeniedException', message);
}

/** What a request is about: what it identifies, or else the operation itself with the name that it gives. */
function thingOf(operation: Operation, input: Body): string {
  const identifier = input.jobIdentifier ?? input.modelIdentifier ?? input.resourceARN ?? input.modelId;
  return (identifier as string | undefined) ?? [operation, input.jobName].join(' ');
}
