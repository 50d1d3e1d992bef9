import type { Fault } from '../shared/bedrock';
import { logs, place, quote, reason, type Place } from '../shared/reasons';
import { humanDuration } from '../shared/text';

/** The reasons that a person reads when a wait fails. */

/** What the reasons say about a wait. */
export interface Wait extends Place {
  readonly jobIdentifier: string;
  readonly partition: string;
  /** The role that asks, when it is not the poll function's own. */
  readonly roleArn?: string;
  /** Seconds since the wait began, with the links before this one. */
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

export function notFound(wait: Wait): string {
  return reason(
    `There is no model import job ${wait.jobIdentifier} in ${place(wait)}${asker(wait)}.`,
    'Check its name or ARN, and that the stack is deployed to the Region and account of the job.',
    facts(wait),
  );
}

export function accessDenied(wait: Wait, fault: Fault): string {
  const resource = wait.jobIdentifier.startsWith('arn:')
    ? wait.jobIdentifier
    : `arn:${wait.partition}:bedrock:${wait.region}:${wait.account}:model-import-job/*`;
  return reason(
    `Not allowed to call bedrock:GetModelImportJob on ${resource}: ${quote(fault.message)}.`,
    `Allow it for ${wait.roleArn ?? 'the role of the poll function'}; a permissions boundary, a service control policy or a VPC endpoint policy may deny it.`,
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

export function invalid(wait: Wait, fault: Fault): string {
  return reason(
    `Bedrock does not accept the job identifier "${wait.jobIdentifier}": ${quote(fault.message)}.`,
    'Pass the ARN or the name of a model import job.',
    facts(wait),
  );
}

export function refused(wait: Wait, fault: Fault): string {
  return reason(
    `Bedrock refused to describe model import job ${wait.jobIdentifier}: ${fault.name}, ${quote(fault.message)}.`,
    'Check that the Region is enabled for the account and offers Amazon Bedrock.',
    facts(wait),
  );
}

export function timedOut(wait: Wait): string {
  return reason(
    `Model import job ${wait.jobIdentifier} did not end within ${humanDuration(wait.waitedSeconds)}.`,
    "The job itself goes on, because an import job cannot be stopped. Raise 'timeout' (24 hours at most), or deploy again when the job has ended.",
    `See it at ${consoleUrl(wait)}.`,
    facts(wait),
  );
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
