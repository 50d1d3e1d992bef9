import type { ServiceError } from './errors';
import { cut } from './text';

/**
 * What the reasons have in common that a person reads in the stack's events. A reason says what happened, to
 * what, and what to do next, after a code that the troubleshooting page has a heading for:
 *
 *     JobFailed: Model import job job-1 failed: "…". Fix the cause, … Waited 5 min in Region us-east-1 …
 */

/** Where Bedrock was called. */
export interface BedrockLocation {
  readonly region: string;
  readonly account: string;
}

/** What a service's message may take of a reason, in bytes. */
const MAX_QUOTE_BYTES = 1000;

/** Seldom more than a paragraph: an answer to CloudFormation has 4,096 bytes. */
export function reason(code: string, ...sentences: string[]): string {
  return `${code}: ${sentences.filter(Boolean).join(' ')}`;
}

export function location({ region, account }: BedrockLocation): string {
  return `Region ${region} of account ${account}`;
}

export function logs(): string {
  const group = process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  return group ? `Log group: ${group}.` : '';
}

export function quote(text: string): string {
  return `"${cut(text, MAX_QUOTE_BYTES)}"`;
}

/** An error in the words of its service. */
export function said({ name, message }: ServiceError): string {
  return `${name}, ${quote(message)}`;
}

/**
 * Who may have refused a permission. KMS says "no resource-based policy allows" when it is the key's own
 * policy: then the policies of the caller are not the place to look.
 */
export function whoRefuses({ message }: ServiceError, caller: string): string {
  if (/\bkms:/.test(message)) {
    const key = /arn:[\w-]+:kms:[\w:/-]+/.exec(message)?.[0] ?? 'the key';
    const actions = [...new Set(message.match(/\bkms:[A-Z]\w+/g))].join(', ');
    return `Allow ${actions} on ${key} in the key's own policy, or let that policy delegate to IAM ("Principal" the account's root) and allow it for ${caller}.`;
  }
  return `Allow it for ${caller}; a permissions boundary, a service control policy or a VPC endpoint policy may deny it.`;
}

/** A mistake in this library: what it did, in the words of the runtime. */
export function bug(error: unknown): string {
  const { name, message } = error as Error;
  return reason(
    'Bug',
    `A bug in cdk-bedrock-model-import: ${name}, ${quote(message)}.`,
    'Report it with the stack trace of the log, and redeploy with another version.',
    logs(),
  );
}
