import type { Answer, ResourceEvent } from './engine';
import { cut } from './text';

/** What CloudFormation is told, byte for byte. */

/**
 * The custom resource protocol's limit for a response body.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
const MAX_BODY_BYTES = 4096;

/** What identifies the request that a response answers. */
type Request = Pick<ResourceEvent, 'StackId' | 'RequestId' | 'LogicalResourceId'>;

/** The body of a response. Reasons are cut until it fits; attributes that do not fit are a failure. */
export function responseBody(request: Request, answer: Answer): string {
  if (answer.status === 'SUCCESS') {
    const body = render(request, answer);
    return fits(body) ? body : render(request, failed(answer, tooLarge(Buffer.byteLength(body))));
  }
  // Escapes make a reason longer in JSON than it is, so it is halved until it fits.
  let reason = answer.reason ?? 'No reason was given';
  while (!fits(render(request, failed(answer, reason)))) {
    reason = cut(reason, Math.floor(Buffer.byteLength(reason) / 2));
  }
  return render(request, failed(answer, reason));
}

/** Whether an answer fits, with all its attributes or its whole reason. */
export function isDeliverable(request: Request, answer: Answer): boolean {
  return fits(render(request, answer));
}

function render(request: Request, { status, reason, physicalResourceId, data }: Answer): string {
  return JSON.stringify({
    Status: status,
    Reason: reason,
    PhysicalResourceId: physicalResourceId,
    StackId: request.StackId,
    RequestId: request.RequestId,
    LogicalResourceId: request.LogicalResourceId,
    Data: data,
  });
}

function fits(body: string): boolean {
  return Buffer.byteLength(body) <= MAX_BODY_BYTES;
}

function failed({ physicalResourceId }: Answer, reason: string): Answer {
  return { status: 'FAILED', physicalResourceId, reason };
}

function tooLarge(bytes: number): string {
  return `AttributesTooLarge: The attributes take ${bytes} bytes, and CloudFormation accepts ${MAX_BODY_BYTES}. Shorten the S3 URI, or the path of the import role.`;
}
