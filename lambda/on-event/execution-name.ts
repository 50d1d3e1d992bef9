import { createHash } from 'crypto';
import type { ResourceEvent } from '../shared/engine';
import { parseStamp, toStamp } from './request-time';

/**
 * The names of executions: `<resource>-<time of the request>-<request ID>`, 78 of 80 characters. The same
 * event delivered twice comes to one name, and Step Functions starts one execution of a name.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */

/** Stands for the time that a ResponseURL did not tell. */
const UNDATED = '00000000T000000Z';

/** The start of the names of all executions that serve one resource. */
export function namePrefix({ StackId, LogicalResourceId }: ResourceEvent): string {
  return `${createHash('sha256').update(`${StackId} ${LogicalResourceId}`).digest('hex').slice(0, 24)}-`;
}

/** The name of the execution that serves a request. */
export function executionName(event: ResourceEvent, madeAt: number | undefined): string {
  return `${namePrefix(event)}${madeAt === undefined ? UNDATED : toStamp(madeAt)}-${event.RequestId}`;
}

/** What a name tells of its request. */
export function readName(name: string): { readonly madeAt?: number; readonly requestId: string } {
  const [, stamp, ...requestId] = name.split('-');
  return { madeAt: parseStamp(stamp), requestId: requestId.join('-') };
}
