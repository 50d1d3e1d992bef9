import type { Job } from '../shared/bedrock';
import type { ServiceError } from '../shared/errors';
import { location, logs, quote, reason, said, whoRefuses } from '../shared/reasons';
import { humanDuration } from '../shared/text';
import type { Tolerance } from '../shared/tolerance';
import { ROLE_NOT_ASSUMED } from './assume-role';
import type { Attributes } from './attributes';
import type { BrokenRule, JobLocation } from './location';

/** The reasons that a person reads when a wait fails. */

/** What the reasons say about a wait. */
export interface Wait extends JobLocation {
  readonly jobIdentifier: string;
  /** The role that calls Bedrock, when it is not the waiter function's own. */
  readonly assumedRoleArn?: string;
  /** Seconds that all links of the wait may take. */
  readonly timeoutSeconds: number;
  /** Seconds that this link has taken, and all links. */
  readonly linkSeconds: number;
  readonly waitedSeconds: number;
  /** The last thing that Bedrock said about the job. */
  readonly lastSeen: string;
}

export function jobFailed(wait: Wait, failureMessage = 'Bedrock gave no failure message'): string {
  return reason(
    'JobFailed',
    `Model import job ${wait.jobIdentifier} failed: ${quote(failureMessage)}.`,
    "Fix the cause, start a new import job and redeploy with its ARN; for an ImportedModel, change its 'triggers'.",
    `See it at ${consoleUrl(wait)}.`,
    facts(wait),
  );
}

export function jobNotFound(wait: Wait, error: ServiceError): string {
  return reason(
    'JobNotFound',
    `There is no model import job ${wait.jobIdentifier} in ${location(wait)}${caller(wait)}: ${said(error)}.`,
    'Check its name or ARN, and whether the stack is deployed to the Region and account of the job.',
    facts(wait),
  );
}

/** Why the job may not be looked up. */
export function ofRefusal(wait: Wait, error: ServiceError): string {
  switch (error.name) {
    case ROLE_NOT_ASSUMED:
      return roleNotAssumed(wait, error);
    case 'AccessDeniedException':
      return accessDenied(wait, error);
    default:
      return refused(wait, error);
  }
}

export function accessDenied(wait: Wait, error: ServiceError): string {
  const resource = wait.jobIdentifier.startsWith('arn:')
    ? wait.jobIdentifier
    : `arn:${wait.partition}:bedrock:${wait.region}:${wait.account}:model-import-job/*`;
  return reason(
    'AccessDenied',
    `Not allowed to call bedrock:GetModelImportJob on ${resource}: ${quote(error.message)}.`,
    whoRefuses(error, whoCalls(wait)),
    facts(wait),
  );
}

export function roleNotAssumed(wait: Wait, error: ServiceError): string {
  return reason(
    'RoleNotAssumed',
    `The waiter function cannot assume ${wait.assumedRoleArn}: ${quote(error.message)}.`,
    "Check whether the role exists, trusts the role of the waiter function or its account, and requires the external ID given as 'externalId'.",
    facts(wait),
  );
}

export function refused(wait: Wait, error: ServiceError): string {
  return reason(
    'Refused',
    `Bedrock refused to describe model import job ${wait.jobIdentifier}: ${said(error)}.`,
    'Check whether the Region is enabled for the account and offers Amazon Bedrock.',
    facts(wait),
  );
}

export function neverReached(wait: Wait, { seconds, error }: Tolerance): string {
  const isSts = error?.name === ROLE_NOT_ASSUMED;
  return reason(
    'NeverReached',
    `No call to look up model import job ${wait.jobIdentifier} had an answer in ${humanDuration(seconds)}: ${host(isSts ? 'sts' : 'bedrock', wait)} said ${said(error!)}.`,
    `In a VPC, check for the interface endpoint "${isSts ? 'sts' : 'bedrock'}" of this Region, or a NAT gateway; check whether Amazon Bedrock is offered in Region ${wait.region}.`,
    facts(wait),
  );
}

export function runtimeNeverReached(wait: Wait, { seconds, error }: Tolerance): string {
  return reason(
    'NeverReached',
    `No smoke test had an answer in ${humanDuration(seconds)}: ${host('bedrock-runtime', wait)} said ${said(error!)}.`,
    'In a VPC, check for the interface endpoint "bedrock-runtime" of this Region, or a NAT gateway.',
    facts(wait),
  );
}

export function invalid(wait: Wait, { prop, rule, value }: BrokenRule): string {
  return reason(
    prop === 'region' ? 'InvalidRegion' : 'InvalidJobIdentifier',
    `'${prop}' ${rule}, got: ${JSON.stringify(value)}.`,
    prop === 'region'
      ? 'Pass the name of a Region, or leave it out for that of the stack.'
      : 'Pass the ARN or the name of a model import job.',
    facts(wait),
  );
}

export function notAsExpected(wait: Wait, mismatches: string[]): string {
  return reason(
    'NotAsExpected',
    `Model import job ${wait.jobIdentifier} completed, but its model is not the expected one: ${mismatches.join('; ')}.`,
    "Pass another job, or fix 'expectedKmsKey' or 'expectedModelDataSourceS3Uri'.",
    facts(wait),
  );
}

export function timedOut(wait: Wait): string {
  return reason(
    'TimedOut',
    `Model import job ${wait.jobIdentifier} has not ended after ${humanDuration(wait.waitedSeconds)}; 'timeout' is ${humanDuration(wait.timeoutSeconds)}.`,
    "The job itself goes on, because an import job cannot be stopped. Raise 'timeout' (24 hours at most), or redeploy when the job has ended.",
    `See it at ${consoleUrl(wait)}.`,
    facts(wait),
  );
}

export function neverDescribed(wait: Wait): string {
  return reason(
    'TimedOut',
    `Amazon Bedrock has not described model import job ${wait.jobIdentifier} in ${humanDuration(wait.waitedSeconds)}: ${wait.lastSeen}.`,
    'Redeploy when that is over; check the AWS Health Dashboard, and the throttling of Amazon Bedrock in this account.',
    facts(wait),
  );
}

export function modelNotNamed(wait: Wait, missing: string): string {
  return reason(
    'ModelNotNamed',
    `Model import job ${wait.jobIdentifier} completed, but Bedrock does not name its ${missing}.`,
    'Check whether the model exists. If it was deleted, import it again and redeploy with the ARN of the new job.',
    `See it at ${consoleUrl(wait)}.`,
    facts(wait),
  );
}

export function modelGone(wait: Wait, { importedModelArn }: Job, error: ServiceError): string {
  return reason(
    'ModelGone',
    `Model import job ${wait.jobIdentifier} completed, but there is no model ${importedModelArn}: ${said(error)}.`,
    "It was deleted. Import it again and redeploy with the ARN of the new job; for an ImportedModel, change its 'triggers'.",
    facts(wait),
  );
}

export function smokeTestDenied(wait: Wait, { importedModelArn }: Attributes, error: ServiceError): string {
  return error.name === ROLE_NOT_ASSUMED
    ? roleNotAssumed(wait, error)
    : reason(
        'SmokeTestDenied',
        `The smoke test is not allowed to call bedrock:InvokeModel on ${importedModelArn}: ${said(error)}.`,
        `${whoRefuses(error, whoCalls(wait))} A model under a customer managed key also takes kms:Decrypt on the key.`,
        facts(wait),
      );
}

export function smokeTestRefused(wait: Wait, attributes: Attributes, error: ServiceError): string {
  return reason(
    'SmokeTestRefused',
    `${model(attributes)} refused the smoke test: ${said(error)}.`,
    "Fix 'smokeTest': its body has to suit the model, and Converse works where 'instructSupported' is true.",
    facts(wait),
  );
}

export function emptyAnswer(wait: Wait, attributes: Attributes): string {
  return reason(
    'EmptyAnswer',
    `${model(attributes)} answers the smoke test with nothing.`,
    "Check its chat template ('chat_template' in tokenizer_config.json, or chat_template.jinja) and its stop tokens ('eos_token_id' in generation_config.json): a model that takes the prompt for a finished text says nothing. Or send a 'body' without 'messages'.",
    facts(wait),
  );
}

export function smokeTestTimedOut(wait: Wait, attributes: Attributes, error?: ServiceError): string {
  const last = error ? `it last said ${said(error)}` : 'no time was left for it';
  return reason(
    'SmokeTestTimedOut',
    `${model(attributes)} has not answered the smoke test after ${humanDuration(wait.linkSeconds)}: ${last}.`,
    "Redeploy: a large model takes minutes to load. Raise 'timeout', or ask for fewer tokens, because a response of more than 20 s is cut off.",
    facts(wait),
  );
}

function model({ importedModelArn, modelArchitecture }: Attributes): string {
  const architecture = modelArchitecture ? ` of the architecture ${modelArchitecture}` : '';
  return `The model ${importedModelArn}${architecture}`;
}

function whoCalls({ assumedRoleArn }: Wait): string {
  return assumedRoleArn ?? 'the role of the waiter function';
}

/** The real times: of this link, and of all where there were others before it. */
function facts(wait: Wait): string {
  const { linkSeconds, waitedSeconds } = wait;
  const all =
    waitedSeconds - linkSeconds >= 1
      ? `${humanDuration(linkSeconds)} in this link of the wait, ${humanDuration(waitedSeconds)} in all`
      : humanDuration(linkSeconds);
  return `Waited ${all} in ${location(wait)}${caller(wait)}; last seen: ${wait.lastSeen}. ${logs()}`.trim();
}

function caller({ assumedRoleArn }: Wait): string {
  return assumedRoleArn ? `, with the role ${assumedRoleArn}` : '';
}

const DOMAINS: Record<string, string> = { 'aws-cn': 'amazonaws.com.cn' };

function host(service: string, { region, partition }: Wait): string {
  return `${service}.${region}.${DOMAINS[partition] ?? 'amazonaws.com'}`;
}

const CONSOLES: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

function consoleUrl({ partition, region }: Wait): string {
  return `https://${region}.${CONSOLES[partition] ?? CONSOLES.aws}/bedrock/home?region=${region}#/imported-models`;
}
