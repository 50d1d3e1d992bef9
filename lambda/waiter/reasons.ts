import type { Fault, Job } from '../shared/bedrock';
import { logs, place, quote, reason } from '../shared/reasons';
import { humanDuration } from '../shared/text';
import { ROLE_NOT_ASSUMED } from './assume-role';
import type { Attributes } from './attributes';
import type { Place } from './place';

/** The reasons that a person reads when a wait fails. */

/** What the reasons say about a wait. */
export interface Wait extends Place {
  readonly jobIdentifier: string;
  /** The role that asks, when it is not the poll function's own. */
  readonly roleArn?: string;
  /** Seconds that the wait may take, and has taken, with the links before this one. */
  readonly timeoutSeconds: number;
  readonly waitedSeconds: number;
  /** The last thing that Bedrock said about the job. */
  readonly lastSeen: string;
}

export function jobFailed(wait: Wait, failureMessage = 'Bedrock gave no failure message'): string {
  return reason(
    `Model import job ${wait.jobIdentifier} failed: ${quote(failureMessage)}.`,
    "Correct the cause, start a new import job and deploy again with its ARN; for an ImportedModel, change its 'triggers'.",
    `See it at ${consoleUrl(wait)}.`,
    facts(wait),
  );
}

export function notFound(wait: Wait, fault: Fault): string {
  return reason(
    `There is no model import job ${wait.jobIdentifier} in ${place(wait)}${asker(wait)}: ${said(fault)}.`,
    'Check its name or ARN, and that the stack is deployed to the Region and account of the job.',
    facts(wait),
  );
}

/** Why the function may not ask for the job. */
export function ofRefusal(wait: Wait, fault: Fault): string {
  switch (fault.name) {
    case ROLE_NOT_ASSUMED:
      return roleNotAssumed(wait, fault);
    case 'AccessDeniedException':
      return accessDenied(wait, fault);
    default:
      return refused(wait, fault);
  }
}

export function accessDenied(wait: Wait, fault: Fault): string {
  const resource = wait.jobIdentifier.startsWith('arn:')
    ? wait.jobIdentifier
    : `arn:${wait.partition}:bedrock:${wait.region}:${wait.account}:model-import-job/*`;
  return reason(
    `Not allowed to call bedrock:GetModelImportJob on ${resource}: ${quote(fault.message)}.`,
    allowIt(wait),
    facts(wait),
  );
}

export function roleNotAssumed(wait: Wait, fault: Fault): string {
  return reason(
    `The poll function cannot assume ${wait.roleArn}: ${quote(fault.message)}.`,
    "Check that the role exists, trusts the role of the poll function or its account, and asks for the external ID given as 'externalId'.",
    facts(wait),
  );
}

export function notAsExpected(wait: Wait, mismatches: string[]): string {
  return reason(
    `Model import job ${wait.jobIdentifier} completed, but its model is not the one that was meant: ${mismatches.join('; ')}.`,
    "Pass the job that was meant, or correct 'expectedKmsKey' or 'expectedModelDataSourceS3Uri'.",
    facts(wait),
  );
}

export function invalid(wait: Wait, why: string): string {
  return reason(
    `Bedrock does not accept the job identifier "${wait.jobIdentifier}": ${quote(why)}.`,
    'Pass the ARN or the name of a model import job.',
    facts(wait),
  );
}

export function refused(wait: Wait, fault: Fault): string {
  return reason(
    `Bedrock refused to describe model import job ${wait.jobIdentifier}: ${said(fault)}.`,
    'Check that the Region is enabled for the account and offers Amazon Bedrock.',
    facts(wait),
  );
}

export function timedOut(wait: Wait): string {
  return reason(
    `Model import job ${wait.jobIdentifier} did not end within ${humanDuration(wait.timeoutSeconds)}.`,
    "The job itself goes on, because an import job cannot be stopped. Raise 'timeout' (24 hours at most), or deploy again when the job has ended.",
    `See it at ${consoleUrl(wait)}.`,
    facts(wait),
  );
}

export function unnamed(wait: Wait, missing: string): string {
  return reason(
    `Model import job ${wait.jobIdentifier} completed, but Bedrock does not name its ${missing}.`,
    'Look whether the model exists. If it was deleted, import it again and deploy with the ARN of the new job.',
    `See it at ${consoleUrl(wait)}.`,
    facts(wait),
  );
}

export function modelGone(wait: Wait, { importedModelArn }: Job, fault: Fault): string {
  return reason(
    `Model import job ${wait.jobIdentifier} completed, but there is no model ${importedModelArn}: ${said(fault)}.`,
    "It was deleted. Import it again and deploy with the ARN of the new job; for an ImportedModel, change its 'triggers'.",
    facts(wait),
  );
}

export function mayNotAsk(wait: Wait, { importedModelArn }: Attributes, fault: Fault): string {
  return fault.name === ROLE_NOT_ASSUMED
    ? roleNotAssumed(wait, fault)
    : reason(
        `The smoke test is not allowed to call bedrock:InvokeModel on ${importedModelArn}: ${said(fault)}.`,
        `${allowIt(wait)} A model under a customer managed key also takes kms:Decrypt on the key.`,
        facts(wait),
      );
}

export function wontAnswer(wait: Wait, attributes: Attributes, fault: Fault): string {
  return reason(
    `${model(attributes)} refused the smoke test: ${said(fault)}.`,
    "Correct 'smokeTest': its body has to suit the model, and Converse works where 'instructSupported' is true.",
    facts(wait),
  );
}

export function noAnswer(wait: Wait, attributes: Attributes, fault?: Fault): string {
  const last = fault ? `it last said ${said(fault)}` : 'no time was left to ask it';
  return reason(
    `${model(attributes)} did not answer the smoke test within ${humanDuration(wait.timeoutSeconds)}: ${last}.`,
    "Deploy again: a large model takes minutes to load. Raise 'timeout', or ask for fewer tokens, because an answer of more than 20 s is cut off.",
    facts(wait),
  );
}

function model({ importedModelArn, modelArchitecture }: Attributes): string {
  const architecture = modelArchitecture ? ` of the architecture ${modelArchitecture}` : '';
  return `The model ${importedModelArn}${architecture}`;
}

function said({ name, message }: Fault): string {
  return `${name}, ${quote(message)}`;
}

function allowIt({ roleArn }: Wait): string {
  return `Allow it for ${roleArn ?? 'the role of the poll function'}; a permissions boundary, a service control policy or a VPC endpoint policy may deny it.`;
}

function facts(wait: Wait): string {
  return reason(
    `Waited ${humanDuration(wait.waitedSeconds)} in ${place(wait)}${asker(wait)}; last seen: ${wait.lastSeen}.`,
    logs(),
  );
}

function asker({ roleArn }: Wait): string {
  return roleArn ? `, asked as ${roleArn}` : '';
}

const CONSOLES: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

function consoleUrl({ partition, region }: Wait): string {
  return `https://${region}.${CONSOLES[partition] ?? CONSOLES.aws}/bedrock/home?region=${region}#/imported-models`;
}
