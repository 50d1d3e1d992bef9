import type { Trouble } from './faults';

/** Errors as the SDK throws them. */
export function awsError(name: string, message: string, httpStatusCode?: number): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** How a call fails while a service is in trouble. */
export function errorOfTrouble(trouble: Trouble, action: string): Error {
  switch (trouble) {
    case 'unreached': {
      const message = `getaddrinfo ENOTFOUND ${action.split(':')[0]}.us-east-1.amazonaws.com`;
      return Object.assign(new Error(message), { code: 'ENOTFOUND' });
    }
    case 'server error':
      return awsError('InternalServerException', 'Internal error', 500);
    case 'throttling':
      return awsError('ThrottlingException', 'Rate exceeded', 400);
    case 'denied':
      return awsError('AccessDeniedException', `Not authorized to perform: ${action}`, denialStatus(action));
  }
}

/** Bedrock's API is REST; those of Step Functions and DynamoDB have one status for all client errors. */
function denialStatus(action: string): number {
  return /^(?:bedrock|cloudformation):/.test(action) ? 403 : 400;
}

/** How a call fails whose answer is lost. */
export function hangUp(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
