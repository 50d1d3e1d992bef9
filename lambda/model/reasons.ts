import type { ServiceError } from '../shared/errors';
import { location, logs, quote, reason, said, whoRefuses, type BedrockLocation } from '../shared/reasons';
import { cut, humanDuration } from '../shared/text';
import { describeFinding, isError, shortName, type Finding } from '../../weights/finding';

/** The reasons that a person reads when the import, replacement or deletion of a model fails. */

/** What the findings in weights may take of a reason, in bytes: an answer to CloudFormation has 4,096. */
const MAX_FINDINGS_BYTES = 2500;

const CALLER = 'the role of the model function';

/** What the reasons say about a request. */
export interface Progress extends BedrockLocation {
  readonly requestType: 'Create' | 'Update' | 'Delete';
  /** Seconds since CloudFormation made the request. */
  readonly waitedSeconds: number;
}

/** Every error that the pre-flight check found, each with its remedy. */
export function badWeights(progress: Progress, s3Uri: string, findings: readonly Finding[]): string {
  const errors = findings.filter(isError).map(describeFinding);
  const numbered = errors.length > 1 ? errors.map((text, index) => `(${index + 1}) ${text}`) : errors;
  return reason(
    'WeightsNotImportable',
    `No import job was started: the weights in ${shortName(s3Uri)} cannot be imported.`,
    cut(numbered.join(' '), MAX_FINDINGS_BYTES),
    "Fix them and redeploy; 'preflight: false' imports without this check.",
    facts(progress),
  );
}

export function invalidName(progress: Progress, prefix: string, rule: string): string {
  return reason(
    'InvalidName',
    `No import job was started: 'jobNamePrefix' ${rule}, got: ${quote(prefix)}.`,
    'Fix it and redeploy.',
    facts(progress),
  );
}

export function modelQuota(progress: Progress, seconds: number, error: ServiceError): string {
  return reason(
    'ModelQuotaExceeded',
    `No import job was started: the account holds as many imported models as it may. For ${humanDuration(seconds)} no import job was in progress, and Bedrock said ${quote(error.message)}.`,
    'Delete an imported model that nobody uses, or request a higher quota "Imported models per account" of Amazon Bedrock (L-45B04988), then redeploy. A replacement needs room for one more model until the old one is deleted.',
    facts(progress),
  );
}

export function nameTaken(progress: Progress, modelName: string, holder: string): string {
  return reason(
    'NameTaken',
    `No import job was started: another imported model has the name ${modelName}: ${holder}.`,
    "Change 'importedModelName', or leave it out to have a unique one generated.",
    facts(progress),
  );
}

export function nameStillUsed(progress: Progress, modelName: string): string {
  return reason(
    'NameStillUsed',
    `No import job was started: the change needs a new import, and the model that it replaces has the name ${modelName} until then.`,
    "Change 'importedModelName' too, or leave it out to have a unique one generated.",
    facts(progress),
  );
}

export function tooManyTags(progress: Progress, error: ServiceError): string {
  return reason(
    'TooManyTags',
    `The import job or its model would have more tags than Bedrock allows: ${quote(error.message)}.`,
    'Remove tags; this library adds two, and others may have tagged the job or the model.',
    facts(progress),
  );
}

export function ruleBroken(progress: Progress, action: string, error: ServiceError): string {
  return reason(
    'RuleBroken',
    `A value breaks a rule of Amazon Bedrock, which waiting does not fix: ${action} said ${quote(error.message)}.`,
    'Check the names, the source, the role, the key and the tags of the imported model, above all those that only the deployment knows.',
    facts(progress),
  );
}

export function invalid(progress: Progress, error: ServiceError): string {
  return reason(
    'ImportRefused',
    `No import job was started: Bedrock does not accept the request: ${quote(error.message)}.`,
    'Check whether the import role exists, trusts bedrock.amazonaws.com and may read the source, and check the key and the VPC of the imported model.',
    facts(progress),
  );
}

export function refused(progress: Progress, action: string, resource: string, error: ServiceError): string {
  return reason(
    'Refused',
    `Not allowed to call ${action}${resource && ` on ${resource}`}: ${said(error)}.`,
    whoRefuses(error, CALLER),
    facts(progress),
  );
}

export function neverReached(
  progress: Progress,
  action: string,
  seconds: number,
  error: ServiceError,
): string {
  return reason(
    'NeverReached',
    `No call of ${action} had an answer for ${humanDuration(seconds)}: ${said(error)}.`,
    'In a VPC, check for the interface endpoints "bedrock" and "cloudformation", the gateway endpoint of DynamoDB, or a NAT gateway; check whether the Region offers Amazon Bedrock.',
    facts(progress),
  );
}

export function superseded(progress: Progress, why: string): string {
  return reason(
    'Superseded',
    `This request does not count any more: ${why}.`,
    'Nothing has to be done, unless the deployment failed with this: then redeploy.',
    facts(progress),
  );
}

export function adoptedNotFound(progress: Progress, jobArn: string): string {
  return reason(
    'AdoptedJobNotFound',
    `There is no model import job ${jobArn} to adopt in ${location(progress)}.`,
    "Check the ARN in 'adopt'. Bedrock may not keep the record of a job for ever: import the model anew then.",
    facts(progress),
  );
}

export function adoptedIsOther(progress: Progress, jobArn: string, mismatches: string[]): string {
  return reason(
    'AdoptedModelDiffers',
    `Model import job ${jobArn} cannot be adopted: ${mismatches.join('; ')}.`,
    "Make 'source', 'kmsKey' and 'importedModelName' say what was imported, or adopt another job.",
    facts(progress),
  );
}

export function adoptedHasNoModel(progress: Progress, jobArn: string): string {
  return reason(
    'AdoptedModelGone',
    `Model import job ${jobArn} cannot be adopted: it has failed, or its model was deleted.`,
    "Leave 'adopt' out to import the model anew, or adopt another job.",
    facts(progress),
  );
}

export function adoptedIsDeleted(progress: Progress, jobArn: string): string {
  return reason(
    'AdoptedModelDeleted',
    `Model import job ${jobArn} cannot be adopted: CloudFormation has asked to delete its model.`,
    "Leave 'adopt' out to import the model anew, or adopt another job.",
    facts(progress),
  );
}

export function creationNotShown(progress: Progress, id: string): string {
  return reason(
    'CreationNotShown',
    `The stack's events do not show which creation ${id} belongs to, so nothing was deleted.`,
    'Delete the stack again; check whether an imported model of this resource is left, and delete it in Amazon Bedrock.',
    facts(progress),
  );
}

export function fateNotShown(progress: Progress, jobArn: string): string {
  return reason(
    'ReplacementNotShown',
    `The stack's events do not show whether CloudFormation has recorded ${jobArn}, so nothing was deleted.`,
    'Delete the resource again when the events of the stack can be read.',
    facts(progress),
  );
}

export function timedOut(progress: Progress, waitsFor: string): string {
  const nextStep = {
    Create: 'Redeploy when that is over.',
    Update: 'Redeploy, or continue the rollback, when that is over.',
    Delete: 'Delete the stack again when that is over. Until then the model stays, and is billed.',
  };
  return reason(
    'TimedOut',
    `Gave up waiting for ${waitsFor}.`,
    nextStep[progress.requestType],
    facts(progress),
  );
}

function facts(progress: Progress): string {
  return `Waited ${humanDuration(progress.waitedSeconds)} in ${location(progress)}. ${logs()}`.trim();
}
