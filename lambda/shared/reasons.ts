import { cut } from './text';

/**
 * What the reasons have in common that a person reads in the stack's events. A reason says what failed, for
 * which job or model, where, and what to do next. Each is listed in the troubleshooting table.
 */

/** Where Bedrock was asked. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

/** What a service's message may take of a reason, in bytes. */
const MAX_QUOTE_BYTES = 1000;

export function reason(...sentences: string[]): string {
  return sentences.filter(Boolean).join(' ');
}

export function place({ region, account }: Place): string {
  return `Region ${region} of account ${account}`;
}

export function logs(): string {
  const group = process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  return group ? `Log group: ${group}.` : '';
}

export function quote(text: string): string {
  return `"${cut(text, MAX_QUOTE_BYTES)}"`;
}
