import type { Fault } from '../shared/bedrock';
import { logs, place, quote, reason, type Place } from '../shared/reasons';
import { cut, humanDuration } from '../shared/text';
import { describeFinding, isError, shortName, type Finding } from '../../weights/finding';

/** The reasons that a person reads when the import, replacement or deletion of a model fails. */

/** What the problems of weights may take of a reason, in bytes: an answer to CloudFormation has 4,096. */
const MAX_PROBLEMS_BYTES = 2500;

/** What the reasons say about a request. */
export interface Progress extends Place {
  readonly requestType: 'Create' | 'Update' | 'Delete';
  /** Seconds since the request came. */
  readonly waitedSeconds: number;
}

/** Every problem that is certain, each with its remedy. */
export function badWeights(progress: Progress, s3Uri: string, findings: readonly Finding[]): string {
  const problems = findings.filter(isError).map(describeFinding);
  const numbered = problems.length > 1 ? problems.map((text, index) => `(${index + 1}) ${text}`) : problems;
  return reason(
    `The weights in ${shortName(s3Uri)} cannot be imported, so that no job was started.`,
    cut(numbered.join(' '), MAX_PROBLEMS_BYTES),
    "Mend them and deploy again; 'preflight: false' imports without looking first.",
    facts(progress),
  );
}

export function modelQuota(progress: Progress, seconds: number, fault: Fault): string {
  return reason(
    `The account holds as many imported models as it may: for ${humanDuration(seconds)} no import job was in progress, and Bedrock said ${quote(fault.message)}.`,
    'Delete an imported model that nobody uses, or request a higher quota "Imported models per account" of Amazon Bedrock, then deploy again. A replacement needs room for one model more until the old one is deleted.',
    facts(progress),
  );
}

export function nameTaken(progress: Progress, modelName: string, holder: string): string {
  return reason(
    `Another imported model has the name ${modelName}: ${holder}.`,
    "Change 'importedModelName', or leave it out to have a unique one generated.",
    facts(progress),
  );
}

export function nameStillUsed(progress: Progress, modelName: string): string {
  return reason(
    `The model has to be imported again, and the one that it replaces has the name ${modelName} until then.`,
    "Change 'importedModelName' too, or leave it out to have a unique one generated.",
    facts(progress),
  );
}

export function tooManyTags(progress: Progress, fault: Fault): string {
  return reason(
    `The import job or its model would have more tags than Bedrock allows: ${quote(fault.message)}.`,
    'Remove tags; this library adds some of its own, and others may have tagged the job or the model.',
    facts(progress),
  );
}

export function invalid(progress: Progress, fault: Fault): string {
  return reason(
    `Bedrock does not accept the request: ${quote(fault.message)}.`,
    'Check the source, the names, the role, the key and the VPC of the imported model.',
    facts(progress),
  );
}

export function refused(progress: Progress, operation: string, fault: Fault): string {
  return reason(
    `Bedrock refused bedrock:${operation}: ${fault.name}, ${quote(fault.message)}.`,
    'Check the permissions of the lifecycle function and of the import role; a permissions boundary, a service control policy or a VPC endpoint policy may deny it.',
    facts(progress),
  );
}

export function timedOut(progress: Progress, waitingFor: string): string {
  const nextStep = {
    Create: 'Deploy again when that is over.',
    Update: 'Deploy again, or continue the rollback, when that is over.',
    Delete:
      'Delete the stack again when that is over. A model that an update has replaced stays until then, and is billed.',
  };
  return reason(
    `Gave up after ${humanDuration(progress.waitedSeconds)} of waiting: ${waitingFor}.`,
    nextStep[progress.requestType],
    facts(progress),
  );
}

function facts(progress: Progress): string {
  return reason(`Waited ${humanDuration(progress.waitedSeconds)} in ${place(progress)}.`, logs());
}
